"""Pairs that were there before."""

from __future__ import annotations

from types import SimpleNamespace

from generator.checks import Checker, check_pairs
from generator.records import RawPair


def reasons(*texts: tuple[str, str]) -> list[str]:
    pairs = [RawPair(prompt=prompt, completion=completion) for prompt, completion in texts]
    return [one.reason for one in check_pairs(pairs, [""] * len(pairs), checks=["duplicate"])]


def test_a_pair_that_was_there_before_is_refused_and_names_the_first():
    first = SimpleNamespace(id="first", prompt="Who?", completion="Ada.")
    again = SimpleNamespace(id="again", prompt="Who?", completion="Ada.")
    checker = Checker(["duplicate"])
    checker.judge(first)
    checker.judge(SimpleNamespace(id="other", prompt="When?", completion="In 1871."))
    assert checker.judge(again)[-1].reason == "exact_duplicate of first"


def test_blanks_and_unicode_composition_do_not_make_a_difference():
    assert reasons(("Caf\u00e9 au  lait?", "Oui."), ("Cafe\u0301 au\nlait?", " Oui. ")) == [
        "",
        "exact_duplicate of 0",
    ]


def test_case_and_punctuation_do():
    assert reasons(("Who?", "Ada."), ("who?", "Ada."), ("Who", "Ada.")) == ["", "", ""]


def test_the_same_question_with_another_answer_is_no_duplicate():
    assert reasons(("Who?", "Ada."), ("Who?", "Bo.")) == ["", ""]


def test_texts_are_not_confused_where_prompt_ends_and_completion_begins():
    assert reasons(("a", "b c"), ("a b", "c")) == ["", ""]


def test_a_refused_pair_does_not_keep_its_twin_out():
    checker = Checker(["empty", "duplicate"])
    blank = RawPair(prompt="Who?", completion="")
    assert checker.judge(blank)[1].keep
    assert checker.judge(blank)[1].keep
