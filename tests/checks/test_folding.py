"""When two texts say the same."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from generator.checks.folding import fold


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_composed_and_decomposed_texts_fold_to_the_same(text):
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


def test_a_megabyte_of_combining_marks_does_not_take_for_ever():
    # 500,000 marks in the worst order: eight minutes if they were composed, and CI would notice.
    text = "a" + "\u0301\u0323" * 250_000
    assert len(fold(text)) == len(text)
