"""What holds for every check in the table, and for the row of them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.checks import (
    CHECKS,
    DEFAULT,
    Candidate,
    Checker,
    Opinion,
    check_pairs,
    reason_word,
    refusal,
)
from generator.errors import Misconfigured
from generator.records import RawPair
from generator.registry import load

TEXTS = st.text(st.characters(exclude_categories=()))
"""Any string Python can hold, lone surrogates included."""


def pair(prompt: str = "Who wrote it?", completion: str = "Ada did.") -> RawPair:
    return RawPair(prompt=prompt, completion=completion)


@pytest.mark.parametrize("name", CHECKS)
@given(texts=st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=4))
def test_a_check_has_an_opinion_on_any_text_and_a_reason_where_it_refuses(name, texts):
    check = load(name, CHECKS, what="check")()
    for position, (prompt, completion, passage) in enumerate(texts):
        opinion = check(
            Candidate(
                id=str(position),
                prompt=prompt,
                completion=completion,
                passage=passage,
                is_refused=False,
            )
        )
        assert isinstance(opinion, Opinion)
        assert opinion.keep or reason_word(opinion.reason).isidentifier()


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize(
    ("prompt", "completion"),
    [
        ("Who founded Brook Mill?", "Ada Miller founded Brook Mill in 1871."),
        ("Wer gründete die Bachmühle?", "Ada Müller gründete sie 1871."),
        ("誰が水車を建てましたか。", "1871年に建てられました。"),
        ("من أسس الطاحونة؟", "أسستها آدا سنة 1871."),
        ("What is 🦀?", "A crab."),
    ],
)
def test_a_check_keeps_a_sound_pair_in_any_language(name, prompt, completion):
    check = load(name, CHECKS, what="check")()
    seen = Candidate(
        id="0", prompt=prompt, completion=completion, passage=completion, is_refused=False
    )
    assert check(seen).keep


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_begins_each_dataset_with_nothing_remembered(name):
    twice = [check_pairs([pair()], ["Ada wrote it."], checks=[name]) for _ in range(2)]
    assert twice[0] == twice[1]


def test_the_default_checks_are_in_the_table():
    assert set(DEFAULT) <= set(CHECKS)


def test_each_pair_gets_a_verdict_from_each_check_in_order():
    verdicts = check_pairs([pair(), pair("", "x")], ["p", "q"])
    assert [(one.pair, one.check) for one in verdicts] == [
        (position, check) for position in "01" for check in DEFAULT
    ]


def test_the_first_check_that_refuses_decides_and_the_others_are_still_heard():
    verdicts = Checker(["empty", "echo", "duplicate"]).judge(pair("", ""))
    decided = refusal(verdicts)
    assert decided is not None
    assert decided.reason == "empty_prompt"
    assert [one.keep for one in verdicts] == [False, False, True]


def test_a_sound_pair_has_no_refusal():
    assert refusal(Checker().judge(pair())) is None


def test_a_pair_is_known_by_its_id_where_it_has_one():
    with_id = SimpleNamespace(id="seven", prompt="a", completion="b")
    verdicts = check_pairs([with_id, pair()], ["p", "q"], checks=["empty"])
    assert [one.pair for one in verdicts] == ["seven", "1"]


def test_passages_may_be_given_by_the_id_of_the_pair():
    with_id = SimpleNamespace(id="seven", prompt="a", completion="b")
    assert check_pairs([with_id, pair()], {"seven": "p", "1": "q"}, checks=["empty"])


@pytest.mark.parametrize(
    ("passages", "said"), [("text", "single text"), (["p", "q"], "2 for 1"), ({}, "'0'")]
)
def test_passages_that_do_not_fit_the_pairs_are_an_error(passages, said):
    with pytest.raises(ValueError, match=said):
        check_pairs([pair()], passages)


def test_a_misspelt_check_is_an_error_that_names_the_nearest():
    with pytest.raises(Misconfigured, match="no check 'duplicates'; did you mean 'duplicate'"):
        Checker(["duplicates"])


def test_a_check_of_ones_own_is_named_by_module_and_attribute():
    verdicts = check_pairs([pair("", "x")], ["p"], checks=["generator.checks.empty:new"])
    assert [one.keep for one in verdicts] == [False]


@pytest.mark.parametrize("name", ["nowhere.at_all:new", "generator.checks.empty:nothing"])
def test_a_check_that_cannot_be_loaded_is_an_error(name):
    with pytest.raises(Misconfigured, match="cannot be loaded"):
        Checker([name])
