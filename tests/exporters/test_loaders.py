"""Exports are opened by the loader they are made for, where it is installed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from generator.exporters import EXPORTERS
from generator.exporters.export import export_dataset
from tests.exporters.shapes import ROWS, SAID, Said

os.environ.setdefault("HF_HUB_OFFLINE", "1")
pytestmark = pytest.mark.filterwarnings("ignore")
SPOKEN = (
    ("Wer baute die „Mühle“?", "Müller,\nim Jahr 1871."),
    ("水車は誰が建てた？", 'She said: "私".'),
    ("من بنى الطاحونة؟", "one\u2028two\u0085three"),
    ("</s> <|im_end|> {{ x }}", "'; DROP TABLE mills; --"),
    ("- a: b\n? c", "=1+1;@SUM(A1)\t🦀"),
)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory, make_pair, write) -> Path:
    folder: Path = tmp_path_factory.mktemp("loaded") / "mills"
    pairs = [
        make_pair(number, prompt=prompt, completion=completion)
        for number, (prompt, completion) in enumerate(SPOKEN)
    ]
    write(folder, pairs)
    return folder


def without_nones(value: Any) -> Any:
    """Columns are there in every row; a loader fills what a row lacks with None."""
    if isinstance(value, dict):
        return {name: without_nones(one) for name, one in value.items() if one is not None}
    return [without_nones(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("format", EXPORTERS)
def test_datasets_opens_every_folder_with_its_splits(dataset, tmp_path, format):
    datasets = pytest.importorskip("datasets")
    system = "" if format == "completion" else "Sprich wie ein Müller."
    made = export_dataset(dataset, format=format, settings={"system": system})
    loaded = datasets.load_dataset(str(made.folder), cache_dir=str(tmp_path))
    assert {split: len(rows) for split, rows in loaded.items()} == made.rows
    rows = [without_nones(row) for split in made.rows for row in loaded[split]]
    assert [SAID[format](row) for row in rows] == [Said(system, *pair) for pair in SPOKEN]
    for row in rows:
        ROWS[format].validate_python(row)


def test_columns_that_are_empty_in_one_split_have_their_types_all_the_same(
    tmp_path, make_pair, write
):
    datasets = pytest.importorskip("datasets")
    pairs = [make_pair(0, section=()), make_pair(4, section=("History",), facts=("f",), quote="q")]
    write(tmp_path / "mills", pairs)
    made = export_dataset(tmp_path / "mills", format="huggingface")
    loaded = datasets.load_dataset(str(made.folder), cache_dir=str(tmp_path / "cache"))
    assert loaded["train"].features == loaded["test"].features
    assert [loaded[split][0]["section"] for split in ("train", "test")] == [[], ["History"]]


def test_pyarrow_reads_the_rows_back_in_their_types(dataset):
    parquet = pytest.importorskip("pyarrow.parquet")
    made = export_dataset(dataset, format="parquet")
    tables = [parquet.read_table(made.folder / f"{split}.parquet") for split in made.rows]
    assert len({str(table.schema) for table in tables}) == 1
    rows = [row for table in tables for row in table.to_pylist()]
    assert [SAID["parquet"](row) for row in rows] == [Said("", *pair) for pair in SPOKEN]
    assert [made.manifest["files"][f"{split}.parquet"]["lines"] for split in made.rows] == [3, 1, 1]


def test_the_same_rows_give_the_same_parquet_bytes(dataset, tmp_path):
    pytest.importorskip("pyarrow")
    one, two = (export_dataset(dataset, format="parquet", out=tmp_path / name) for name in "ab")
    assert one.manifest == two.manifest


def test_trl_tells_chats_from_plain_rows(dataset):
    data_utils = pytest.importorskip("trl.data_utils")
    for format in EXPORTERS:
        if not format.startswith("trl-"):
            continue
        made = export_dataset(dataset, format=format)
        row = ROWS[format].validate_json((made.folder / "train.jsonl").read_bytes().split(b"\n")[0])
        is_chat = data_utils.is_conversational(row.model_dump())
        assert is_chat == format.startswith("trl-chat"), format
