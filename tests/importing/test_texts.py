"""Texts in cells are found whatever holds them, and mended with a name for each mending."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.importing.cleaning import clean, is_only_links
from generator.importing.values import list_in, texts_in


@pytest.mark.parametrize(
    ("value", "texts", "repairs"),
    [
        ("a text", ("a text",), ()),
        (7, ("7",), ()),
        (2.5, ("2.5",), ()),
        (True, (), ()),
        (None, (), ()),
        (float("nan"), (), ()),
        ("NaN", (), ()),
        ([], (), ()),
        ("[]", (), ("list_as_text",)),
        (["one"], ("one",), ("list_of_one",)),
        ([["one"], [["two"]]], ("one", "two"), ()),
        ('["one", "two"]', ("one", "two"), ("list_as_text",)),
        ("['one', 'two']", ("one", "two"), ("list_as_text",)),
        ("['it''s' 'two']", ("it", "s", "two"), ("list_as_text",)),
        ("['one'\n 'two words']", ("one", "two words"), ("list_as_text",)),
        ('["it\'s one", None, nan]', ("it's one",), ("list_as_text",)),
        ("[['one']]", ("one",), ("list_as_text",)),
        ("[1] A footnote [2]", ("[1] A footnote [2]",), ()),
        ("[1, 2]", ("[1, 2]",), ()),
        ("[laughs]", ("[laughs]",), ()),
        ("[__import__('os')]", ("[__import__('os')]",), ()),
        ({"text": ["one"], "answer_start": [3]}, ("one",), ()),
        ({"other": "one"}, (), ()),
        (b"bytes", (), ()),
    ],
)
def test_texts_are_found_in(value, texts, repairs):
    assert texts_in(value) == (texts, repairs)


def test_a_list_of_lists_without_end_is_given_up():
    value: list = ["deep"]
    for _ in range(5000):
        value = [value]
    assert texts_in(value).texts == ()
    assert list_in("[" * 5000 + "'deep'" + "]" * 5000) in (None, ["deep"])


@given(st.text())
def test_no_text_raises_when_it_is_tried_as_a_list(text):
    texts_in(f"[{text}]")


@pytest.mark.parametrize(
    ("before", "after", "repairs"),
    [
        ("plain", "plain", ()),
        ("<p>One</p><p>Two &amp; three</p>", "One\n\nTwo & three", ("html_tags", "html_entities", "blanks")),
        ("<ul><li>One</li><li>Two</li></ul>", "- One\n- Two", ("html_tags", "blanks")),
        ("One<br/>two <b>bold</b>", "One\ntwo bold", ("html_tags",)),
        ("<script>alert(1)</script>One", "One", ("html_tags",)),
        ("&lt;p&gt;One&lt;/p&gt;", "One", ("html_entities", "escaped_html_tags", "blanks")),
        ("a &amp;lt; b", "a < b", ("html_entities",)),
        ("if a < b and c > d", "if a < b and c > d", ()),
        ("x?a=1&copy=2 R&D AT&T;", "x?a=1&copy=2 R&D AT&T;", ()),
        ("Use `<b>` &amp; more", "Use `<b>` &amp; more", ()),
        ("zero\x00 width\u200b", "zero width", ("control_characters",)),
        ("می\u200cخواهم", "می\u200cخواهم", ()),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd", ("line_ends",)),
        ("  two   blanks\u00a0here  ", "two blanks here", ("blanks",)),
        ("code:\n    x = 1\n        y", "code:\n    x = 1\n        y", ()),
        ("a\n\n\n\n\nb", "a\n\nb", ("blanks",)),
    ],
)  # fmt: skip
def test_a_text_is_mended(before, after, repairs):
    assert clean(before) == (after, repairs)


@given(st.text())
def test_mending_never_raises_and_leaves_no_controls(text):
    assert not set("\x00\x07\x1b\ufeff") & set(clean(text).text)


@pytest.mark.parametrize(
    "piece",
    ["<", "<p ", "<!--", "&", "&#", "<script>", "https://", " \t", "   <", "</script>"],
)
def test_mending_is_not_quadratic(piece):
    clean(piece * (200_000 // len(piece)))
    is_only_links(piece * (200_000 // len(piece)))


@pytest.mark.parametrize("text", ["https://a.example", "www.a.example/x?y=1", "http://a.example, http://b.example."])  # fmt: skip
def test_a_text_of_links_is_told(text):
    assert is_only_links(text)


@pytest.mark.parametrize("text", ["", "...", "See https://a.example", "a.example says so"])
def test_a_text_with_words_is_no_link(text):
    assert not is_only_links(text)
