"""Words, content words and numbers of texts in several scripts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.measures.numbers import numbers
from generator.measures.words import content_words, fold, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ada’s 3 acts", ["ada", "s", "3", "acts"]),
        ("東京は高い", ["東", "京", "は", "高", "い"]),
        ("قَصْر قديم", ["قَصْر", "قديم"]),
        ("दिल्ली में", ["दिल्ली", "में"]),
        ("ＡＢＣ ﬁne", ["abc", "fine"]),
        ("", []),
    ],
)
def test_words_are_found_in_every_script(text, expected):
    assert words(text) == expected


def test_function_words_and_short_words_carry_no_content():
    assert content_words("The mill was built by Ada in 71, and it stands.") == {
        "mill", "built", "ada", "71", "stands",
    }  # fmt: skip
    assert content_words("Die Mühle wurde von Ada gebaut.", "de-at") == {"mühle", "ada", "gebaut"}


def test_japanese_gives_pairs_of_signs_without_particles():
    assert content_words("東京は1958年に完成した。", "ja") == {"東京", "1958", "年", "完成"}


def test_a_language_without_a_list_keeps_all_words_of_three_letters():
    assert content_words("ja hän oli myös", "fi") == {"hän", "oli", "myös"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,000 and 1.000 and 1 000 and ١٠٠٠ and １０００", {"1000"}),
        ("28,06 g or 28.06 g or 28.060 g", {"28.06", "28060"}),
        ("31.12.1999", {"31", "12", "1999"}),
        ("1 234 567 people in 1871", {"1234567", "1871"}),
        ("007 and 2.40 and 0", {"7", "2.4", "0"}),
        ("none", set()),
        ("9" * 6000, {"9" * 6000}),
    ],
)
def test_numbers_have_one_form(text, expected):
    assert numbers(text) == expected


@given(st.text())
def test_no_text_is_too_strange(text):
    assert words(text) == words(fold(text)) or not text.isascii()
    assert all(words(text))
    content_words(text, "ja")
    numbers(text)


def test_a_long_run_of_combining_marks_takes_no_time_to_speak_of():
    # Takes minutes where such a run is composed in one piece.
    assert words("a" + "\u0301\u0323" * 200_000)
