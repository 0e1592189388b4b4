"""What the checks find and lose on labelled pairs; floors are raised, not lowered."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest

from bench.checks import JUDGED, read_rows
from generator.checks import DEFAULT, Checker, refusal

CASES = Path(__file__).parent / "cases"
GIVEN = Path(__file__).parents[3] / "shared" / "cases" / "labelled_pairs.jsonl"
FLOORS = {
    "tuned": 1.0,
    "held_out": 0.99,
    "fresh": 0.96,
    "second": 1.0,
    "ordinary": 1.0,
    "ordinary_later": 1.0,
    "ordinary_last": 1.0,
    "ordinary_final": 0.83,
    "unseen": 0.94,
    "wide": 0.91,
}
"""Share of the defects that need no judge, by file."""


def judge(path: Path, *, titles: bool) -> tuple[Counter[str], Counter[str], list[str]]:
    """Pairs and refused pairs by label, and the reasons for which good ones are lost."""
    checker = Checker(DEFAULT)
    total, found, lost = Counter[str](), Counter[str](), []
    for row in read_rows(path):
        pair = SimpleNamespace(
            prompt=row["prompt"], completion=row["completion"], title=row["title"] if titles else ""
        )
        refused = refusal(checker.judge(pair, row["passage"]))
        total[row["label"]] += 1
        found[row["label"]] += refused is not None
        if refused is not None and row["label"] == "good":
            lost.append(f"{refused.reason}: {row['completion']}")
    return total, found, lost


def share(total: Counter[str], found: Counter[str]) -> float:
    labels = [label for label in total if label != "good" and label not in JUDGED]
    all_bad = sum(total[label] for label in labels)
    return sum(found[label] for label in labels) / all_bad if all_bad else 1.0


@pytest.mark.parametrize("titles", [True, False], ids=["with titles", "without titles"])
@pytest.mark.parametrize("name", FLOORS)
def test_defects_are_found_and_good_pairs_stay(name, titles):
    total, found, lost = judge(CASES / f"{name}.jsonl", titles=titles)
    assert share(total, found) >= FLOORS[name] - (0 if titles else 0.08)
    assert not lost


@pytest.mark.skipif(not GIVEN.exists(), reason="the given pairs are not here")
def test_the_given_pairs_are_told_apart():
    total, found, lost = judge(GIVEN, titles=False)
    labels = set(total) - JUDGED - {"good"}
    assert all(found[label] >= 0.95 * total[label] for label in labels)
    assert len(lost) <= 0.02 * total["good"]


def test_the_labelled_pairs_are_many_and_in_many_languages():
    rows = [row for path in CASES.glob("*.jsonl") for row in read_rows(path)]
    assert len(rows) >= 300
    assert len({row["lang"] for row in rows}) >= 8
    assert len({row["passage"] for row in rows}) >= 16
