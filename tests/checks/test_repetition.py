"""What goes on in a circle, in words or in letters, is no question and no answer."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from generator import check_pairs

PASSAGE = "The Tarn Point Light is a lighthouse. Its log ends with Aaaaaaaaaaaaaaaaaaaaaaaaaaaaah."


def reasons(prompt: str, completion: str) -> list[str]:
    pair = SimpleNamespace(prompt=prompt, completion=completion)
    return [
        one.reason for one in check_pairs([pair], [PASSAGE], checks=["repetition"]) if not one.keep
    ]


@pytest.mark.parametrize("letter", ["A", "ن", "あ", "7"])
@pytest.mark.parametrize("place", ["prompt", "completion"])
def test_one_letter_all_the_way_is_refused_in_question_and_answer(letter, place):
    pair = {"prompt": "What is the Tarn Point Light?", "completion": "A lighthouse."}
    pair[place] = f"Who is {letter * 3_000} to it?"
    assert reasons(**pair) == [f"repetition {letter!r}"]


@pytest.mark.parametrize(
    "text", ["It is a ________________________________ .", "Its log ends with aaaah.", "-" * 80]
)
def test_gaps_lines_and_drawn_out_words_are_not(text):
    assert reasons(text, "A lighthouse.") == []


def test_a_run_that_the_passage_has_stays():
    assert reasons("How does the log end?", "With Aaaaaaaaaaaaaaaaaaaaaaaaaaaaah.") == []
