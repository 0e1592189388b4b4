from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.names import nearest, slug

ODD = [
    "../..",
    "AC/DC",
    "😀",
    "con",
    "X" * 300,
    "a\0b",
    "C++",
    "C#",
    "",
    ".",
    "\ud800",
    "東京" * 99,
]


@given(st.one_of(st.text(), st.sampled_from(ODD)))
def test_a_slug_is_one_plain_file_name(title):
    name = slug(title)
    assert name
    assert len(name.encode()) <= 110
    assert not name.startswith((".", "-"))
    assert all(c == "-" or c.isalnum() or not c.isascii() for c in name)
    assert slug(title) == name


def test_titles_that_lose_more_than_punctuation_keep_different_slugs():
    names = {slug(title) for title in ["C", "C++", "C#", "AC/DC", "AC DC", "😀", "😁"]}
    assert len(names) == 7


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Agrippina (opera)", "agrippina-opera"),
        ("東京", "東京"),
        ("برلين", "برلين"),
        ("हिन्दी", "हिन्दी"),
        ("Rock 'n' Roll", "rock-n-roll"),
    ],
)
def test_plain_titles_have_plain_slugs(title, name):
    assert slug(title) == name


def test_the_nearest_name_is_suggested_or_none():
    assert nearest("titel", ["title", "pairs"]) == "; did you mean 'title'?"
    assert nearest("zzz", ["title", "pairs"]) == ""
