"""Which words of an answer are marked, in scripts with and without blanks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.report.matching import Passage
from generator.report.view import mark

TEXTS = st.text("aA 1.\n水のアب<&\x00\u202e", max_size=80)


def marked(passage, answer):
    return [answer[slice(*match.here)] for match in Passage(passage).matches(answer)]


@pytest.mark.parametrize(
    ("passage", "answer", "found"),
    [
        ("The mill was built in 1871.", "It was built in 1871, they say.", ["was built in 1871"]),
        ("The mill was built in 1871.", "In 1871.", ["In 1871"]),
        ("It is of the best.", "One of the old ones.", []),
        ("Ada Ng lived there.", "That was Ada, who else?", ["Ada"]),
        ("Die Mühle gehörte Frau Weiß.", "Sie gehörte der FRAU WEISS.", ["gehörte", "FRAU WEISS"]),
        ("水車は1871年に建てられた。", "建てられたのは1871年です。", ["建てられた", "は1871年"]),
        ("水車です。", "風だけです。", []),
        ("بُني الميناء عام 1900 في فيرو.", "عام 1900 في فيرو", ["عام 1900 في فيرو"]),
        ("", "Nothing here.", []),
    ],
)
def test_runs_that_say_something_are_found(passage, answer, found):
    assert marked(passage, answer) == found


def test_the_longest_place_counts_and_is_remembered():
    text = "A mill of stone. The mill of stone and oak."
    passage = Passage(text)
    passage.meet(passage.matches("Its mill of stone and oak."))
    assert [text[slice(*span)] for span in passage.met()] == ["mill of stone and oak"]


@given(TEXTS, TEXTS)
def test_marking_changes_no_letter_and_adds_no_markup_of_others(passage, answer):
    compared = Passage(passage)
    spans = [match.here for match in compared.matches(answer)]
    plain = str(mark(answer, spans, 1000)).replace("<mark>", "").replace("</mark>", "")
    assert plain == str(mark(answer, [], 1000))
    compared.meet(compared.matches(answer))
    ends = [end for span in compared.met() for end in span]
    assert ends == sorted(ends)


def test_endless_repetition_does_not_take_endless_time():
    text = "aaaaaa b " * 20_000
    assert marked(text, text[:4000])
