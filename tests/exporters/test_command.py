"""`loremill export` as people run it, and the pages that describe it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from generator.cli.export import HELP
from generator.exporters import EXPORTERS, NOT_FROM_PAIRS
from tests.cli.running import ROOT, loremill


@pytest.fixture(scope="module")
def workspace(tmp_path_factory, make_pair, write) -> Path:
    folder: Path = tmp_path_factory.mktemp("workspace")
    write(folder / "mills", [make_pair(0, completion="THE END"), make_pair(1), make_pair(4)])
    return folder


def test_an_export_shows_its_folder_its_rows_and_what_was_left_out(workspace):
    done = loremill("export", "mills", "--workspace", workspace, "--format", "completion")
    assert done.code == 0
    assert done.out.split() == [
        str(workspace / "mills" / "exports" / "completion"),
        "train", "1", "rows", "test", "1", "rows",
    ]  # fmt: skip
    assert "contains_stop 1" in done.err


def test_json_names_every_file(workspace, tmp_path):
    shutil.copytree(workspace / "mills", tmp_path / "mills")
    pairs = tmp_path / "mills" / "pairs.jsonl"
    pairs.write_text(pairs.read_text("utf-8").replace("fact 1", "fact one"), encoding="utf-8")
    done = loremill(
        "export", tmp_path / "mills", "--format", "axolotl", "--out", tmp_path / "out",
        "--base-model", "models/mine", "--system", "S", "--json",
    )  # fmt: skip
    assert (done.code, done.err) == (0, "")
    told = done.json
    assert set(told["files"]) == {path.name for path in (tmp_path / "out").iterdir()}
    assert (told["rows"], told["url"]) == ({"train": 2, "test": 1}, None)
    assert told["is_as_built"] is False
    assert 'base_model: "models/mine"' in (tmp_path / "out" / "axolotl.yaml").read_text("utf-8")


def test_a_format_that_is_not_there_is_answered_with_the_nearest(workspace):
    done = loremill("export", "mills", "--workspace", workspace, "--format", "alpca", "--json")
    assert done.code == 2
    assert "did you mean 'alpaca'" in json.loads(done.out)["error"]


def test_a_dataset_that_is_not_there_is_told(workspace):
    done = loremill("export", "mils", "--workspace", workspace)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "no dataset at 'mils'" in done.err


@pytest.mark.parametrize("format", EXPORTERS)
def test_every_format_is_in_the_help_and_on_its_page(format):
    page = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")
    assert format in HELP.replace(",", " ").replace(".", " ").split()
    assert f"| `{format}` |" in page


@pytest.mark.parametrize("format", [name for name in NOT_FROM_PAIRS if "chat" not in name])
def test_what_pairs_cannot_make_is_on_the_page(format):
    assert f"`{format}`" in (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")
