"""Sums over a dataset against figures counted by hand, goals, samples, leaks."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.digests import digest
from generator.metrics import ArticleCounts, Judged, Measuring, headline, judge
from generator.metrics.goals import GOALS
from generator.metrics.leakage import Leakage
from generator.metrics.sample import Sample
from generator.records import Outcome, Pair, Passage, Verdict

ROOT = Path(__file__).parents[2]
MILL = "The old mill at Brook grinds rye and oats. Ada Miller built it in 1871 for 300 crowns. It burned."
QUAY = "Barges of the salt guild unload at Harrow quay each morning before the tide turns north."
FINE = (Verdict(pair="", check="numbers", keep=True), Verdict(pair="", check="names", keep=True))
BAD = (Verdict(pair="", check="numbers", keep=False, reason="ungrounded_number says 7"), FINE[1])


def passage(text: str, section: str = "", **known: Any) -> Passage:
    path = (section,) if section else ()
    return Passage(article="Mill", section=path, text=text, **known)


def pair(about: Passage, prompt: str, completion: str, **known: Any) -> Pair:
    return Pair(
        **{
            "id": digest([prompt, completion, about.id]), "prompt": prompt, "completion": completion,
            "kind": "basic", "article": about.article, "section": about.section, "language": "en",
            "site": "file", "page_id": 0, "revision_id": 0, "url": "", "template": "basic@b",
            "model": "m", "call": "c", "position": 0, "passage": about.id, "split": "train", **known,
        }
    )  # fmt: skip


def measured(
    passages: Sequence[Passage], kept: Sequence[Pair], refused: Sequence[Pair] = (), **known: Any
) -> dict[str, Any]:
    """The measures of one article as the manifest has them."""
    counts = ArticleCounts(passages, title="Mill", language=known.get("language", "en"))
    for section in known.get("facts", ()):
        counts.fact(section)
    for outcome, about in known.get("outcomes", ()):
        counts.outcome(outcome, about)
    for one in kept:
        counts.pair(one, FINE, is_kept=True)
    for one in refused:
        counts.pair(one, BAD, is_kept=False)
    measuring = Measuring()
    measuring.add(counts)
    told: dict[str, Any] = json.loads(json.dumps(measuring.told(), allow_nan=False))
    return told


def figure(measures: dict[str, Any], name: str) -> Judged:
    return next(one for one in judge(measures) if one.name == name)


def ending(status: Any, reason: str = "") -> Outcome:
    return Outcome(
        article="Mill", section=(), part=1, parts=1, template="basic@b", call="c", status=status,
        reason=reason,
    )  # fmt: skip


def test_coverage_is_summed_over_sections_and_pairs_cover_their_own_alone():
    mill, quay = passage(MILL), passage(QUAY, "Quay")
    found = measured(
        [mill, quay],
        [
            pair(mill, "Who built the mill in 1871?", "Ada Miller built it."),
            pair(mill, "What do barges unload at Harrow quay?", "Salt of the guild, each morning."),
        ],
    )["coverage"]
    # Two sentences of the mill have four content words, one of the quay, which its pair does not see.
    assert found["sentences"] == {"count": 1, "of": 3, "share": 0.3333}
    assert found["numbers"] == {"count": 1, "of": 2, "share": 0.5}
    assert "facts" not in found


def test_all_pairs_together_cover_what_none_does_alone():
    mill = passage(MILL)
    halves = [pair(mill, "An old mill?", "Yes."), pair(mill, "At Brook?", "It grinds.")]
    found = measured([mill], halves)["coverage"]
    assert found["sentences"]["count"] == 0
    assert found["sentences_by_all"]["count"] == 1


def test_facts_are_covered_by_one_pair_and_worded_by_three():
    mill = passage(MILL)
    kept = [pair(mill, f"Question {n}?", "Answer.", facts=("a",)) for n in range(3)]
    kept.append(pair(mill, "Another?", "Answer.", facts=("a", "b")))
    found = measured([mill], kept, facts=[()] * 4)["coverage"]
    assert found["facts"] == {"count": 2, "of": 4, "share": 0.5}
    assert found["facts_worded"] == {"wordings": 3, "count": 1, "of": 4, "share": 0.25}


def test_numbers_of_answers_are_told_apart_by_what_bears_them_out():
    mill = passage(MILL)
    found = measured(
        [mill],
        [
            pair(mill, "When did Ada Miller build the mill?", "In 1871."),
            pair(mill, "How old was the mill in 1900?", "It was 29 years old in 1900."),
            pair(mill, "What did it cost?", "It cost 412 crowns."),
        ],
    )["support"]["numbers"]
    assert found["of"] == 4
    assert (found["supported"], found["derived"], found["unsupported"]) == (2, 1, 1)
    assert found["supported_share"] == 0.75


def test_pairs_that_checks_refused_count_against_what_was_read():
    mill = passage(MILL)
    found = measured([mill], [pair(mill, "A?", "B.")], [pair(mill, "C?", "7 D.")])
    assert found["support"]["read_without_fault"] == {
        "numbers": {"count": 1, "of": 2, "share": 0.5},
        "names": {"count": 2, "of": 2, "share": 1.0},
    }
    assert found["judged"] == {
        "read": 2,
        "by_check": {
            "names": {"judged": 2, "refused": 0},
            "numbers": {"judged": 2, "refused": 1},
        },
    }


def test_only_pairs_that_quote_count_for_the_evidence():
    mill = passage(MILL)
    quoting = [pair(mill, f"{n}?", "B.", quote="grinds rye") for n in range(4)]
    wrong = (Verdict(pair="", check="evidence", keep=False, reason="quote_not_found"),)
    counts = ArticleCounts([mill], title="Mill", language="en")
    for number, one in enumerate([*quoting, pair(mill, "C?", "D.")]):
        counts.pair(one, wrong if number == 0 else FINE, is_kept=number != 0)
    measuring = Measuring()
    measuring.add(counts)
    support: Any = measuring.told()["support"]
    assert support["read_without_fault"]["evidence"] == {"count": 3, "of": 4, "share": 0.75}


def test_balance_counts_sections_of_sixty_words_and_names_the_lowest():
    long, thin, short = passage("word " * 100), passage("word " * 200, "Thin"), passage("a b", "S")
    kept = [pair(long, f"{n}?", "B.") for n in range(3)] + [pair(thin, "T?", "B.")]
    found = measured([long, thin, short], kept)["balance"]
    assert found["sections"] == 2
    assert found["pairs_per_100_words"] == 1.75
    assert found["variation"] == round(1.25 / 1.75, 4)
    assert found["below_1_per_100_words"] == 1
    assert found["lowest"] == {
        "article": "Mill", "section": ["Thin"], "words": 200, "pairs": 1, "pairs_per_100_words": 0.5,
    }  # fmt: skip


def test_parts_of_a_section_are_one_section():
    parts = [passage("word " * 60, part=n, parts=2) for n in (1, 2)]
    found = measured(parts, [pair(parts[0], "A?", "B.")])["balance"]
    assert (found["sections"], found["gaps"]["total"]) == (1, 0)


@pytest.mark.parametrize(
    ("outcomes", "refused", "reason"),
    [
        ([ending("failed", "timeout")], 0, "failed timeout"),
        ([ending("pending", "not_asked")], 0, "pending not_asked"),
        ([ending("done", "nothing_to_ask")], 0, "done nothing_to_ask"),
        ([ending("done")], 2, "rejected ungrounded_number"),
        ([ending("done")], 0, "no_pairs"),
    ],
)
def test_a_section_without_a_pair_says_why(outcomes, refused, reason):
    mill = passage(MILL)
    found = measured(
        [mill], [], [pair(mill, f"{n}?", "7.") for n in range(refused)],
        outcomes=[(one, mill.id) for one in outcomes],
    )  # fmt: skip
    gaps = found["balance"]["gaps"]
    assert gaps["by_reason"] == {reason: 1}
    assert gaps["unexplained"] == (reason == "no_pairs")
    assert gaps["listed"][0]["reason"] == reason
    assert figure(found, "unexplained").state == ("not met" if reason == "no_pairs" else "met")


def test_lengths_and_kinds_are_told_by_kind():
    mill = passage(MILL)
    kept = [pair(mill, f"Question {n}?", "word " * 50, kind="detailed") for n in range(3)]
    kept.append(pair(mill, "Which?", "One.", kind="basic"))
    found = measured([mill], kept)
    assert found["kinds"]["detailed"]["share"] == 0.75
    assert found["lengths"]["detailed"]["completion"] == {"p5": 50, "p50": 50, "p95": 50}
    assert figure(found, "length:detailed").state == "met"
    assert figure(found, "kind:detailed").state == "not met"


def test_further_wordings_are_told_apart_from_kinds():
    mill = passage(MILL)
    base = pair(mill, "Who built it?", "Ada.")
    more = [pair(mill, f"By whom, {n}?", "Ada.", kind="wording", of=base.id) for n in range(3)]
    found = measured([mill], [base, *more])
    assert found["kinds"] == {"basic": {"count": 1, "of": 1, "share": 1.0}}
    assert figure(found, "wordings").shown == "75 %"


def test_only_trained_pairs_count_as_trained_tokens():
    mill = passage(MILL)
    question = "Who built the mill?"
    one = measured([mill], [pair(mill, question, "Ada.")])["tokens"]
    two = measured([mill], [pair(mill, question, "Ada."), pair(mill, "A?", "B.", split="test")])
    assert one["trained"] == two["tokens"]["trained"] > 0
    assert one["trained_per_source"] == round(one["trained"] / one["source"], 4)


def test_near_duplicates_that_are_kept_are_counted():
    mill = passage(MILL)
    text = "Ada Miller built the old mill at the brook of the valley in the year 1871."
    found = measured([mill], [pair(mill, "Who?", text), pair(mill, "Who?", f"{text} Yes.")])
    assert found["near_duplicates"] == {"count": 1, "of": 2, "share": 0.5}


def test_diversity_is_not_judged_with_fewer_pairs_than_are_compared():
    mill = passage(MILL)
    few = measured([mill], [pair(mill, "Who built it?", "Ada.")])
    assert figure(few, "distinct_2").state == figure(few, "top_opening").state == "too few"
    many = measured([mill], [pair(mill, f"Who built mill {n}?", f"{n}.") for n in range(150)])
    assert many["diversity"]["sampled"] == 100
    assert figure(many, "top_opening").state == "not met"


def test_an_empty_dataset_has_no_shares_and_no_verdicts_on_them():
    found = measured([], [])
    assert found["coverage"]["sentences"]["share"] is None
    assert found["diversity"]["distinct_2"] is None
    assert found["leakage"]["closest"] is None
    assert {one.name for one in judge(found)} <= {
        "density", "gaps", "unexplained", "opening_bits", "same", "near", "top_opening",
    }  # fmt: skip
    assert headline(found) == ""


@pytest.mark.parametrize("measures", [None, {}, {"coverage": None}, {"kinds": {}}])
def test_datasets_without_measures_have_no_figures(measures):
    assert judge(measures) == []
    assert headline(measures) == ""


def test_the_headline_says_what_is_covered_and_which_sections_are_thin():
    measures = {
        "coverage": {"sentences": {"share": 0.831}, "numbers": {"share": 0.9996}},
        "balance": {"below_1_per_100_words": 3},
    }
    assert (
        headline(measures)
        == "83 % of sentences, 99.9 % of numbers; 3 sections below 1 pair per 100 words"
    )


def test_every_goal_has_its_own_name_and_none_is_called_quality():
    names = [goal.name for goal in GOALS]
    assert len(set(names)) == len(names)
    assert not [name for name in names if "quality" in name or "score" in name]


@given(st.lists(st.text("abc", min_size=1, max_size=4), unique=True), st.randoms())
def test_a_sample_depends_on_the_lots_and_not_on_their_order(lots, chance):
    shuffled = list(lots)
    chance.shuffle(shuffled)
    drawn = []
    for order in (lots, shuffled):
        sample = Sample[str](5)
        for lot in order:
            sample.add(lot, lot.upper())
        drawn.append(sample.drawn)
    assert drawn[0] == drawn[1] == [lot.upper() for lot in sorted(lots)[:5]]


def leaks(*pairs: Pair) -> Leakage:
    found = Leakage()
    found.add(pairs)
    return found


def test_a_held_out_pair_that_is_nearly_trained_is_a_leak():
    mill = passage(MILL)
    trained = pair(mill, "In which year did Ada Miller build the old mill at Brook?", "In 1871.")
    turned = "In which year did Ada Miller build the mill at Brook, old?"
    found = leaks(trained, pair(mill, turned, "In 1871.", split="test"))
    assert (found.trained, found.held_out, found.near, found.same) == (1, 1, 1, 1)
    assert found.closest.similarity == 1.0


def test_questions_that_differ_in_a_number_or_in_their_answer_are_no_leak():
    mill = passage(MILL)
    question = "How many people of the two villages by the brook worked at the old mill in {}?"
    found = leaks(
        pair(mill, question.format(1871), "Seven."),
        pair(mill, question.format(1902), "Seven.", split="test"),
        pair(mill, question.format("summer"), "Twelve of them did.", split="train"),
        pair(mill, question.format("winter"), "Nobody at all.", split="test"),
    )
    assert found.near == found.same == 0
    assert found.closest.similarity > 0.9


def test_the_same_question_of_another_article_is_found_whatever_comes_first():
    mill = passage(MILL)
    found = Leakage()
    found.add([pair(mill, "Who owns the mill?", "Ada.", split="validation")])
    found.add([pair(mill, "The mill, who owns?", "Bo.")])
    assert (found.same, found.near) == (1, 0)


def test_japanese_questions_are_compared_by_pairs_of_signs():
    mill = passage(MILL)
    found = leaks(
        pair(mill, "水車小屋は何年に建てられましたか。", "1871年です。"),
        pair(mill, "製粉所は誰が所有していましたか。", "エイダです。", split="test"),
    )
    assert 0 < found.closest.similarity < 0.6


def test_measures_do_not_depend_on_the_order_of_hashes(run_in_new_process: Callable[[int], str]):
    assert run_in_new_process(1) == run_in_new_process(2)


@pytest.fixture
def run_in_new_process() -> Callable[[int], str]:

    code = "from tests.metrics.test_metrics import some_measures; print(some_measures())"

    def run(seed: int) -> str:
        environment = {**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env=environment,
        )
        return done.stdout

    return run


def some_measures() -> str:
    """Of a dataset with many alike pairs."""
    mill = passage(MILL)
    dice = random.Random(0)
    words = MILL.split()
    kept = [
        pair(mill, " ".join(dice.choices(words, k=7)), dice.choice(words), split=split)
        for _ in range(60)
        for split in ("train", "test")
    ]
    return json.dumps(measured([mill], kept))
