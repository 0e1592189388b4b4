"""Blank prompts and completions."""

from __future__ import annotations

import pytest

from generator.checks import check_pairs
from generator.records import RawPair

BLANKS = ["", " ", "\n\t", "\u3000", "\u200b", "\ufeff\u2060", "\x00", "\u2028"]


def reason(prompt: str, completion: str) -> str:
    (verdict,) = check_pairs(
        [RawPair(prompt=prompt, completion=completion)], ["p"], checks=["empty"]
    )
    return verdict.reason


@pytest.mark.parametrize("blank", BLANKS, ids=ascii)
def test_a_text_that_shows_nothing_is_empty(blank):
    assert reason(blank, "An answer.") == "empty_prompt"
    assert reason("A question?", blank) == "empty_completion"


@pytest.mark.parametrize("text", ["0", "?", "水", "\u0301", "\u200bx"], ids=ascii)
def test_a_text_that_shows_anything_is_not_empty(text):
    assert reason(text, text) == ""
