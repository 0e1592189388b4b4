"""Sentence ends in many scripts."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.wikitext import sentences


@pytest.mark.parametrize(
    "expected",
    [
        ["Dr. Brandt drew it.", "It cost 4.5 million!", "Why?", "Nobody knows."],
        ['"Is it lit?" she asked.', "He nodded (twice).", "Then he left."],
        ["J. S. Ek kept it, e.g. in winter.", "The U.S. ship left on Oct. 3 at noon."],
        ["Am 3. Oktober lief z. B. die Marie ein.", "Friedrich II. war König.", "„Gut.“", "Ende."],
        ["Il est venu, etc. et puis rien.", "« Ah ! »", "M. Ek partit."],
        ["В 1871 г. маяк построили.", "Он стоял на мысе, т. е. у моря.", "Конец."],
        ["هل هو مضاء؟", "نعم.", "ثم ذهب."],
        ["वह गया।", "वह आया।"],
        ["Այո։", "Ոչ։"],
    ],
)
def test_sentences_end_where_a_reader_ends_them(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


@pytest.mark.parametrize(
    "expected",
    [
        ["港である。", "「灯りが消えた。」", "彼は去った！", "なぜ？", "知らない"],
        ["这是港口。", "它很旧！", "真的吗？", "是。"],
    ],
)
def test_scripts_without_blanks_need_none(expected: list[str]) -> None:
    assert sentences("".join(expected)) == expected


def test_every_line_ends_a_sentence() -> None:
    assert sentences("Keepers:\nAda Brandt\n\nJon Ek, to 1902") == [
        "Keepers:",
        "Ada Brandt",
        "Jon Ek, to 1902",
    ]


@given(st.text())
def test_no_character_is_lost(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


@pytest.mark.parametrize("unit", [".", "a. ", "a", "。", '"', "A.", "? ", "\n", " "])
def test_splitting_takes_linear_time(unit: str) -> None:
    began = time.process_time()
    sentences(unit * (1_000_000 // len(unit)))
    assert time.process_time() - began < 10
