"""Which checks run, and that none of them takes for ever."""

from __future__ import annotations

import time

import pytest

from generator.checks import CHECKS, DEFAULT, Checker, select_checks
from generator.config import resolve
from generator.errors import Misconfigured
from generator.records import RawPair


def test_nothing_asked_for_is_the_default():
    assert select_checks([]) == DEFAULT
    assert select_checks(["default"]) == DEFAULT


def test_a_name_behind_a_hyphen_is_left_out():
    assert set(DEFAULT) - set(select_checks(["default", "-names"])) == {"names"}
    assert select_checks(["-names"]) == select_checks(["default", "-names"])


def test_names_alone_are_all_that_runs():
    assert select_checks(["numbers", "empty"]) == ("numbers", "empty")


def test_a_writer_that_recites_may_copy():
    assert set(DEFAULT) - set(select_checks([], recites=True)) == {"copying"}
    assert "copying" in select_checks(["default", "copying"], recites=True)
    assert "copying" not in resolve({"titles": ["Mill"], "model": "extractive"}, {}).check_names


@pytest.mark.parametrize("wanted", [["nmaes"], ["default", "-nmaes"]])
def test_a_misspelt_name_is_an_error_that_names_the_nearest(wanted):
    with pytest.raises(Misconfigured, match="did you mean 'names'"):
        select_checks(wanted)


BOMBS = {
    "letters": "a" * 200_000,
    "words": "a " * 100_000,
    "digits": "1" * 200_000,
    "numbers": "one hundred 1 " * 14_000,
    "brackets": "[<{" * 60_000,
    "line ends": "\n" * 200_000,
    "openings": "in this " * 25_000,
    "marks": "a" + "\u0301\u0323" * 100_000,
    "ideographs": "千年" * 100_000,
    "capitals": "Ab " * 60_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_huge_text_is_judged_in_seconds(name):
    # One that is quadratic takes minutes; all checks together take under two seconds.
    start = time.monotonic()
    Checker(CHECKS).judge(RawPair(prompt=BOMBS[name], completion=BOMBS[name] + "."), BOMBS[name])
    assert time.monotonic() - start < 30
