from __future__ import annotations

import time
import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.wikitext import clean
from generator.wikitext.passages import passages
from generator.wikitext.selection import read_pattern, select, write_path

LEAD = ()
ACT_1 = ("Synopsis", "Act 1")
SCENE = ("Synopsis", "Act 1", "Scene 2")


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("Synopsis", ("Synopsis",)),
        ("synopsis/act 1", ACT_1),
        (" Synopsis / Act  1 ", ACT_1),
        ("Synopsis/*", ACT_1),
        ("Synopsis/*1", ACT_1),
        ("Synopsis/A*t*1", ACT_1),
        ("Synopsis/**", ("Synopsis",)),
        ("Synopsis/**", ACT_1),
        ("Synopsis/**", SCENE),
        ("**/Scene *", SCENE),
        ("**/Act 1/**", SCENE),
        ("**", LEAD),
        ("**", SCENE),
        ("(lead)", LEAD),
        ("(Lead)", LEAD),
        (r"\(lead)", ("(lead)",)),
        (r"AC\/DC", ("AC/DC",)),
        (r"\**", ("* notes",)),
        (r"C:\\", ("C:\\",)),
        ("STRASSE", ("Straße",)),
        ("ÜBERBLICK", (unicodedata.normalize("NFD", "Überblick"),)),
        ("あらすじ/第*幕", ("あらすじ", "第1幕")),
        ("التاريخ/**", ("التاريخ", "البناء")),
        ("What?", ("What?",)),
    ],
)
def test_a_pattern_means_these_sections(pattern, path):
    assert read_pattern(pattern).matches(path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("Synopsis", ACT_1),
        ("Synopsis", ("Synopsis of roles",)),
        ("Synopsis/*", ("Synopsis",)),
        ("Synopsis/*", SCENE),
        ("Act 1", ACT_1),
        ("*", LEAD),
        ("*/*", ("AC/DC",)),
        ("(lead)", ("(lead)",)),
        (r"\*", ("anything",)),
        ("A*A", ("A",)),
        ("ab*bc", ("abc",)),
        ("What?", ("Whats",)),
    ],
)
def test_a_pattern_does_not_mean_these(pattern, path):
    assert not read_pattern(pattern).matches(path)


@pytest.mark.parametrize(
    ("pattern", "help"),
    [
        ("", "empty heading"),
        ("A//B", "'A/B'"),
        ("A/", "'A/\\*\\*'"),
        ("/A", "empty"),
        ("A\\", "two"),
    ],
)
def test_a_pattern_that_means_nothing_is_an_error_with_help(pattern, help):
    with pytest.raises(ValueError, match=help):
        read_pattern(pattern)


PATHS = st.lists(st.text(min_size=1).filter(str.strip), max_size=5).map(tuple)


@given(PATHS)
def test_every_section_can_be_named_exactly(path):
    assert read_pattern(write_path(path)).matches(path)
    assert not read_pattern(write_path(path)).matches((*path, "below"))


@given(st.text(max_size=30), PATHS)
def test_any_pattern_can_be_read_or_is_refused(text, path):
    with suppress(ValueError):
        read_pattern(text).matches(path)


def test_hostile_patterns_and_headings_take_no_time():
    began = time.monotonic()
    assert not read_pattern("*a" * 200 + "*b").matches(("a" * 100_000,))
    assert not read_pattern("**/" * 200 + "b").matches(("a",) * 500)
    assert time.monotonic() - began < 10


ARTICLE = clean(
    "It is an opera in three acts by a composer of whom nothing else is known today.\n"
    "== Synopsis ==\n=== Act 1 ===\n" + "The king leaves for the war and the queen stays. " * 12 +
    "\n=== Act 2 ===\n" + "The king returns from the war and nobody is left. " * 12 +
    "\n== History ==\n" + "It was given once in the year 1709 and then forgotten. " * 12 +
    "\n=== Revival ===\nOnce, in 1951.\n== Roles ==\nKing, queen.",
    title="Nameless",
)  # fmt: skip
CUT = passages(ARTICLE, max_words=200, min_words=25)


def sections(*include, skip=()):
    return [one.section for one in select(include, skip).choose(CUT)]


def test_without_patterns_all_is_chosen():
    assert select((), ()).choose(CUT) == CUT


def test_what_is_included_and_not_skipped_is_chosen():
    assert sections("Synopsis/**") == [("Synopsis", "Act 1"), ("Synopsis", "Act 2")]
    assert sections("**", skip=["Synopsis/*"]) == [(), ("History",)]
    assert sections(skip=["(lead)", "**/Act 2"]) == [("Synopsis", "Act 1"), ("History",)]


def test_a_short_section_stays_with_its_neighbour():
    [history] = select(["History/Revival"], ()).choose(CUT)
    assert history.section == ("History",)
    assert ("History", "Revival") in history.joined


@given(st.sets(st.sampled_from(["(lead)", "Synopsis/*", "Synopsis/Act 1", "History", "Roles"])))
def test_choosing_changes_no_passage_that_stays(patterns):
    chosen = select(sorted(patterns), ()).choose(CUT)
    assert [one for one in CUT if one in chosen] == chosen
