"""What answers are worth by their words, in several languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.evaluation.general import read_general
from generator.evaluation.records import Item
from generator.evaluation.scoring import grade, has_numbers, is_exact, normalise, token_f1

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "graded.jsonl").read_text(encoding="utf-8").splitlines()
]


def item(question: str, *right: str, language: str = "en", row: str = "held_out") -> Item:
    return Item(id="1", row=row, prompt=question, answers=right, language=language)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['right']} - {case['answer'][:30]}")
def test_an_answer_is_graded_as_a_reader_would(case):
    own = item(case["question"], case["right"], language=case.get("language", "en"))
    found = grade(own, case["answer"])
    assert found.outcome == case["outcome"]
    if "exact" in case:
        assert found.exact is case["exact"]
    if "numbers" in case:
        assert found.numbers is case["numbers"]


def test_what_nobody_can_know_is_answered_by_saying_so():
    unknown = item("What did the mill cost?", "That is not recorded.", row="unanswerable")
    assert grade(unknown, "Its price is not known.").outcome == "correct"
    assert grade(unknown, "40 pounds.").outcome == "wrong"
    assert grade(unknown, "").outcome == "wrong"


def test_any_of_several_right_answers_will_do():
    own = item("Which metal?", "gold", "aurum")
    assert grade(own, "Aurum.").exact
    assert grade(own, "gold").f1 == grade(own, "aurum").f1 == 1


def test_f1_counts_each_word_as_often_as_it_stands_there():
    assert token_f1("the cat sat", "a cat sat down") == pytest.approx(2 * 2 / (2 + 3))
    assert token_f1("no no no", "no") == pytest.approx(2 * 1 / 4)
    assert token_f1("", "no") == 0
    assert token_f1("田中太郎です", "田中太郎") == pytest.approx(2 * 4 / 10)


def test_articles_count_only_where_there_is_nothing_else():
    assert normalise("The Mill!") == ("mill",)
    assert normalise("The") == ("the",)
    assert normalise("Die Mühle", "de") == ("muhle",)
    assert normalise("die Mühle", "en") == ("die", "muhle")
    assert is_exact("L’Été", "l'ete", "fr")


def test_numbers_that_the_question_has_are_no_answer():
    assert has_numbers("What of 1871?", "It opened.", "It opened in 1871.") is None
    assert has_numbers("When?", "in 1871, not 1872", "1871") is True
    assert has_numbers("When?", "I will not say.", "1871") is False


def test_general_questions_know_their_own_answers_and_not_those_of_others():
    items = read_general()
    assert len({one.prompt for one in items}) == len(items) == 200
    for one in items:
        for right in one.answers:
            for said in (right, f"The answer is {right}.", f"It is {right}, as far as I know."):
                assert grade(one, said).outcome == "correct", (one.prompt, said)
        for said in ("I don't know.", "That is not known."):
            assert grade(one, said).outcome == "abstained"
    taken = [
        (one.prompt, other.answers[0])
        for place, one in enumerate(items)
        for other in (items[(place + step) % len(items)] for step in (1, 11, 71))
        if grade(one, other.answers[0]).outcome == "correct"
        and not set(one.answers) & set(other.answers)
    ]
    assert len(taken) <= 3, taken


@given(st.text(max_size=300), st.text(min_size=1, max_size=80), st.sampled_from(["en", "de", "ja", "ar", "th"]))  # fmt: skip
def test_no_answer_of_a_model_breaks_the_grading(said, right, language):
    found = grade(item("Who?", right, language=language), said)
    assert 0 <= found.f1 <= 1
    assert found.outcome in ("correct", "wrong", "abstained")


def test_a_huge_answer_is_graded_in_no_time_worth_telling():
    assert grade(item("Who?", "Ada"), "a\u0301" * 60_000).outcome == "wrong"
    assert grade(item("Who?", "Ada"), "7 " * 60_000).outcome == "wrong"
