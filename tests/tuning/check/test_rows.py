"""Every case of `data/rows.toml`: the rules that apply to one row, and no other."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from generator.tuning.check import check_training
from tests.tuning.check.files import codes

CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "data" / "rows.toml").read_text(encoding="utf-8")
)["case"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_row(case, tmp_path):
    path = tmp_path / "train.jsonl"
    path.write_text(case["row"] + "\n", "utf-8")
    checked = check_training(path, provider="other")
    assert {one.code for one in checked.findings if one.lines} == set(case["finds"])
    assert all(one.lines == (1,) for one in checked.findings if one.lines)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_row_says_the_same_in_the_validation_file(case, tmp_path):
    training, validation = tmp_path / "train.jsonl", tmp_path / "validation.jsonl"
    training.write_text('{"messages": []}\n', "utf-8")
    validation.write_text(case["row"] + "\n", "utf-8")
    checked = check_training(training, validation=validation, provider="other")
    found = {one.code for one in checked.findings if one.file == "validation" and one.lines}
    assert found == set(case["finds"])


def test_the_bad_file_has_the_findings_that_it_was_made_for():
    bad = Path(__file__).parent / "data" / "bad.jsonl"
    checked = check_training(bad, model="gpt-4.1-mini")
    where = {one.code: (one.count, one.lines) for one in checked.findings if one.lines}
    assert where == {
        "blank_line": (1, (10,)),
        "not_json": (1, (10,)),
        "content_not_text": (1, (5,)),
        "unknown_role": (1, (6,)),
        "no_assistant": (1, (6,)),
        "duplicate": (1, (3,)),
        "near_duplicate": (1, (4,)),
        "special_token": (1, (7,)),
        "refusal": (1, (8,)),
        "contradiction": (1, (12,)),
    }
    assert {"mixed_formats", "system_in_some", "few"} < codes(checked)
