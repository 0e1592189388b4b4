from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.sources.titles import read_title, show


@pytest.mark.parametrize(
    ("given_", "title", "fragment"),
    [
        ("Agrippina (opera)", "Agrippina (opera)", ""),
        ("  Fog_bell  ", "Fog_bell", ""),
        ("Berlin#Early_history", "Berlin", "Early history"),
        ("A#B#C", "A", "B#C"),
        ("E\u0301te\u0301", "Été", ""),
        ("AC/DC", "AC/DC", ""),
        ("C#", "C", ""),
        ("😀", "😀", ""),
        ("X" * 255, "X" * 255, ""),
        ("Talk:" + "X" * 255, "Talk:" + "X" * 255, ""),
        ("&quot;" * 255, "&quot;" * 255, ""),
    ],
)
def test_titles_are_taken_apart(given_: str, title: str, fragment: str):
    asked = read_title(given_)
    assert (asked.title, asked.fragment, asked.problem) == (title, fragment, None)


@pytest.mark.parametrize(
    ("given_", "problem", "said"),
    [
        ("", "empty_title", "empty"),
        (" _ ", "empty_title", "empty"),
        ("[[Berlin]]", "invalid", "cannot hold '['"),
        ("{{Berlin}}", "invalid", "cannot hold '{'"),
        ("a\ufffdb", "invalid", "cannot hold"),
        ("光" * 86, "invalid", "258 bytes"),
        ("a\tb", "invalid", "U+0009"),
        (
            "https://de.wikipedia.org/wiki/Zoo_%C3%9Cber",
            "invalid",
            "give the title 'Zoo Über' and --site https://de.wikipedia.org",
        ),
        ("https://wiki.example/", "invalid", "give the title of an article"),
        ("http://[", "invalid", "is an address, not a title"),
    ],
)
def test_what_no_wiki_can_answer_is_told_with_the_next_step(given_: str, problem: str, said: str):
    asked = read_title(given_)
    assert asked.problem == problem
    assert said in asked.detail


@given(st.text(st.characters(), max_size=300))
def test_any_text_is_a_title_that_can_be_sent_or_has_a_problem(text: str):
    asked = read_title(text)
    assert asked.given == text
    if asked.problem is None:
        asked.title.encode()
        assert "\x1f" not in asked.title
        assert "|" not in asked.title
    else:
        assert asked.detail


@given(st.text(st.characters(), max_size=200))
def test_a_title_is_shown_in_one_printable_line(text: str):
    shown = show(text)
    assert shown.isprintable()
    assert len(shown) <= 82
