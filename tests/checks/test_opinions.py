"""What checks said of a pair is remembered for those who ask again, and changes nothing of it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from bench.checks import read_rows
from generator.checks import CHECKS, COMPARING, DEFAULT, KEEP, Candidate, Checker, Opinion, Opinions

CASES = Path(__file__).parent / "cases"
asked: list[str] = []


def counting():
    """A check of one's own, that remembers."""

    def check(candidate: Candidate) -> Opinion:
        asked.append(candidate.id)
        return Opinion(keep=len(asked) < 2, reason="" if len(asked) < 2 else "seen_before")

    return check


def verdicts(rows, checker):
    pairs = (
        SimpleNamespace(prompt=row["prompt"], completion=row["completion"], title=row["title"])
        for row in rows
    )
    return [checker.judge(pair, row["passage"]) for pair, row in zip(pairs, rows, strict=True)]


def test_a_checker_with_a_memory_says_what_one_without_says():
    rows = read_rows(CASES / "held_out.jsonl")
    rows = [*rows, *rows[:20]]
    alone, opinions = verdicts(rows, Checker(DEFAULT)), Opinions()
    assert verdicts(rows, Checker(DEFAULT, opinions=opinions)) == alone
    assert verdicts(rows, Checker(DEFAULT, opinions=opinions)) == alone
    assert any(verdict.check in COMPARING and not verdict.keep for one in alone for verdict in one)


def test_another_passage_title_or_row_of_checks_is_another_question():
    opinions = Opinions()
    pair = SimpleNamespace(prompt="When was the mill built?", completion="In 1871.", title="Mill")
    same = Checker(["numbers"], opinions=opinions)
    assert same.judge(pair, "The mill was built in 1871.")[0].keep
    assert not same.judge(pair, "The mill was built in 1781.")[0].keep
    (verdict,) = Checker(["echo"], opinions=opinions).judge(pair, "The mill was built in 1781.")
    assert verdict.check == "echo"
    assert verdict.keep


def test_a_check_of_ones_own_is_asked_every_time():
    asked.clear()
    name = f"{__name__}:counting"
    checker = Checker([name], opinions=Opinions())
    pair = SimpleNamespace(prompt="Who?", completion="Ada.", id="1")
    assert [checker.judge(pair)[0].keep for _ in range(2)] == [True, False]
    assert asked == ["1", "1"]


def test_only_the_latest_pairs_are_remembered():
    asked.clear()
    opinions = Opinions(most=1)

    def check(candidate: Candidate) -> Opinion:
        asked.append(candidate.prompt)
        return KEEP

    for prompt in ("a", "a", "b", "a"):
        candidate = Candidate(id="", prompt=prompt, completion="", passage="", is_refused=False)
        assert opinions.of(candidate, {"check": check}) == {}
    assert asked == ["a", "b", "a"]


def test_the_checks_that_compare_pairs_are_known():
    assert set(CHECKS) >= COMPARING
    for name in CHECKS:
        twice = Checker([name], opinions=None)
        pair = SimpleNamespace(
            prompt="Who built the mill?", completion="Ada Miller built it in 1871.", title="Mill"
        )
        passage = "Ada Miller built the mill in 1871."
        first, second = (twice.judge(pair, passage)[0].keep for _ in range(2))
        assert (first != second) == (name in COMPARING), name
