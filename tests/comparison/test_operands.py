"""What A and B mean, and errors that name the nearest."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.comparison.operands import Places, find_operand, find_operands
from generator.errors import Misconfigured
from generator.prompts import read_template, shipped_folder
from generator.store import open_store
from generator.versions import keep_versions


@pytest.fixture
def places(tmp_path):
    for name in ("mills", "bridges", "basic"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_text("{}", encoding="utf-8")
    (tmp_path / "unfinished").mkdir()
    with open_store(tmp_path) as store:
        yield Places(workspace=tmp_path, store=store, prompts=None)


def edited(tmp_path, name="basic") -> Path:
    """A prompt file with another text."""
    text = (shipped_folder() / "basic.md").read_text(encoding="utf-8")
    folder = tmp_path / "mine"
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.md"
    path.write_text(text.replace("One fact per pair.", "One fact."), encoding="utf-8")
    return path


def test_a_dataset_is_found_by_name_and_by_folder(places, tmp_path):
    for asked in ("mills", "dataset:mills", str(tmp_path / "mills"), f"dataset:{tmp_path}/mills"):
        found = find_operand(asked, places)
        assert (found.kind, found.label, found.folder) == ("dataset", "mills", tmp_path / "mills")


def test_a_prompt_file_is_found_by_name_by_file_and_by_version(places, tmp_path):
    path = edited(tmp_path, "edited")
    template = read_template(path)
    keep_versions(places.store, [template])
    version = f"edited@{template.digest[:8]}"
    for asked in (str(path), f"template:{path}", version, f"template:{version}"):
        found = find_operand(asked, places)
        assert found.kind == "template"
        assert found.template.digest == template.digest
    assert find_operand("template:detailed", places).label == "detailed"
    assert (
        find_operand("detailed", places).template.digest
        == read_template(shipped_folder() / "detailed.md").digest
    )


def test_a_name_that_means_two_things_has_to_be_said_in_full(places):
    with pytest.raises(Misconfigured, match="dataset:basic or template:basic"):
        find_operand("basic", places)
    assert find_operand("dataset:basic", places).kind == "dataset"
    assert find_operand("template:basic", places).kind == "template"


def test_a_model_may_be_called_anything_so_its_word_stays(places):
    assert find_operand("model:org/name:free", places).model == "org/name:free"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("mill", "did you mean 'mills'"),
        ("detaild", "did you mean 'detailed'"),
        ("dataset:brigdes", "did you mean 'bridges'"),
        ("template:basics", "did you mean 'basic'"),
        ("unfinished", "no dataset and no prompt file 'unfinished'"),
        ("gpt-6-luna", "for models write model:NAME"),
        ("model:", "give a name after the colon"),
        ("nowhere.md", "nowhere.md"),
        ("basic@ffffffff", "no version"),
        ("\0", "no dataset and no prompt file"),
        ("", "no dataset and no prompt file"),
    ],
)
def test_what_is_not_there_is_an_error_with_a_next_step(places, asked, said):
    with pytest.raises(Misconfigured, match=said):
        find_operand(asked, places)


def test_two_kinds_are_not_compared(places):
    with pytest.raises(Misconfigured, match="'mills' is a dataset and 'detailed' a template"):
        find_operands("mills", "detailed", places)
