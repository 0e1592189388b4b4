"""What a record may hold beside its pair is kept where it is there, and never in the way."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.replies import read_reply
from generator.replies.extras import LONGEST_QUOTE, MOST_FACTS

PAIR = {"prompt": "Who built the mill?", "completion": "Ada Weir built it."}


def read(record, *, text=None):
    [pair] = read_reply(text or json.dumps(record), finish_reason="stop").pairs
    return pair


@pytest.mark.parametrize(
    ("facts", "names"),
    [
        ("f1", ("f1",)),
        ("f1 f4, f5", ("f1", "f4", "f5")),
        (["f1", "f4"], ("f1", "f4")),
        (["f1", 4], ("f1", "4")),
        ([], ()),
        (None, ()),
        ({"a": "f1"}, ()),
        (True, ()),
        ("a-name-that-is-far-too-long-for-one", ()),
        ([f"f{number}" for number in range(99)], tuple(f"f{n}" for n in range(MOST_FACTS))),
    ],
)
def test_facts_are_read_from_a_text_or_a_list(facts, names):
    assert read({"facts": facts, **PAIR}).facts == names
    assert read({**PAIR, "facts": facts}).facts == names


def test_a_quote_is_one_line_that_can_be_stored_or_none():
    assert read({**PAIR, "quote": "built \n by Ada\ud83d"}).quote == "built by Ada"
    assert read({**PAIR, "quote": "x" * (LONGEST_QUOTE + 1)}).quote == ""
    assert read({**PAIR, "quote": ["a"]}).quote == ""


def test_the_pair_that_is_worded_anew_is_one():
    assert read({"of": "p3", **PAIR}).of == "p3"
    assert read({"of": ["p3", "p4"], **PAIR}).of == "p3"


def test_clean_and_damaged_replies_give_the_same_extras():
    clean = json.dumps({"facts": "f1 f2", "quote": "by Ada", **PAIR})
    damaged = clean.replace('"facts": ', "'facts': ")[:-1] + ",}"
    assert read(None, text=clean).facts == read(None, text=damaged).facts == ("f1", "f2")
    assert read(None, text=damaged).quote == "by Ada"


def test_a_pair_without_extras_has_none():
    pair = read(PAIR)
    assert (pair.facts, pair.quote, pair.of) == ((), "", "")


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(values, values, values)
def test_no_extra_keeps_a_pair_from_being_read(facts, quote, of):
    pair = read({**PAIR, "facts": facts, "quote": quote, "of": of})
    assert pair.prompt == PAIR["prompt"]
    assert all(name.encode() for name in pair.facts)
    assert pair.quote.encode("utf-8") is not None
