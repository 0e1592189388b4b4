"""Malformed replies as text in, pairs out: the cases stand in `cases.jsonl`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from generator.replies import read_reply
from generator.replies.findings import DEFECTS, REPAIRS

_HERE = Path(__file__).parent
_OTHERS = _HERE.parents[2] / "shared" / "cases" / "malformed_replies.jsonl"


def _load(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]


CASES = _load(_HERE / "cases.jsonl")


def _pairs(case: dict[str, Any]) -> list[tuple[str, str]]:
    read = read_reply(case["text"], finish_reason=case.get("finish_reason"))
    return [(pair.prompt, pair.completion) for pair in read.pairs]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_reply_gives_exactly_the_pairs_that_are_whole(case: dict[str, Any]) -> None:
    assert _pairs(case) == [tuple(pair) for pair in case["expected"]], case["why"]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_reply_names_what_it_lacks(case: dict[str, Any]) -> None:
    read = read_reply(case["text"], finish_reason=case.get("finish_reason"))
    reasons = [defect.reason for defect in read.defects]
    missing = [reason for reason in case.get("defects", []) if reason not in reasons]
    assert not missing, f"{case['why']}: found {reasons}"
    assert set(reasons) <= DEFECTS.keys()
    assert {name for pair in read.pairs for name in pair.repairs} <= REPAIRS.keys()
    assert read.pairs or read.defects


def test_the_cases_cover_every_repair_and_every_defect() -> None:
    reads = [read_reply(case["text"], finish_reason=case.get("finish_reason")) for case in CASES]
    repairs = {name for read in reads for pair in read.pairs for name in pair.repairs}
    reasons = {defect.reason for read in reads for defect in read.defects}
    assert REPAIRS.keys() - repairs == set()
    assert DEFECTS.keys() - reasons == set()


def test_clean_replies_need_no_repair() -> None:
    for case in CASES:
        if case["category"] == "clean":
            assert [pair.repairs for pair in read_reply(case["text"]).pairs] == [()] * len(
                case["expected"]
            )


@pytest.mark.skipif(not _OTHERS.exists(), reason=f"no further cases at {_OTHERS}")
def test_further_cases_beside_the_project_are_read_without_a_wrong_pair() -> None:
    cases = _load(_OTHERS)
    for case in cases:
        expected = [(pair["prompt"], pair["completion"]) for pair in case["expected"]]
        assert _pairs(case) == expected, case["id"]
