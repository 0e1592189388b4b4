"""The page on the dataset folder names everything that is in one."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pytest

from generator.exporters import EXPORTERS, ExportOptions

ROOT = Path(__file__).parents[2]


@pytest.fixture
def page() -> str:
    return (ROOT / "docs" / "dataset.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [*EXPORTERS, *(one.name for one in fields(ExportOptions))])
def test_formats_and_settings_are_documented(page, name):
    assert f"`{name}`" in page


def test_files_and_columns_are_documented_on_the_page_and_in_the_card(
    tmp_path, page, make_pair, write
):
    manifest = write(tmp_path, [make_pair(1)])
    columns = json.loads((tmp_path / "pairs.jsonl").read_text(encoding="utf-8"))
    card = (tmp_path / "README.md").read_text(encoding="utf-8")
    for name in (*columns, "manifest.json", *manifest["files"]):
        assert f"`{name}`" in page
        assert f"`{name}`" in card or name == "README.md"


def test_the_documented_row_has_the_columns_of_a_real_one(tmp_path, page, make_pair, write):
    write(tmp_path, [make_pair(1)])
    real = json.loads((tmp_path / "pairs.jsonl").read_text(encoding="utf-8"))
    documented = json.loads(page.split("```json\n")[1].split("```")[0])
    assert list(documented) == list(real)
