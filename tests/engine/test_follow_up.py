from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.engine.follow_up import (
    CONTINUATIONS,
    HALVINGS,
    OVERFLOW,
    follow,
    follow_up,
    halve,
)
from generator.engine.plan import Asking, plan_calls
from generator.prompts import Template
from generator.records import Failure, Passage, Reply, Usage
from tests.engine.scripted import completion, pairs_text

TEMPLATE = Template(
    name="t",
    kind="basic",
    pairs=6,
    parameters={"max_tokens": 1000, "temperature": 0.5},
    system="Write {{ pairs }} pairs.",
    user="{{ title }} {{ section }} {{ part }}/{{ parts }}: {{ passage }}",
)
TEXT = "\n\n".join(
    f"Paragraph {number} tells of mill {number}. It was built in {1700 + number}."
    for number in range(8)
)
PASSAGE = Passage(article="Mills", section=("History",), text=TEXT)
PLANNED = next(plan_calls([PASSAGE], Asking(model="m", templates=[TEMPLATE])))


def reply(planned, text, *, finish_reason="stop", tokens=40, served_by="m"):
    body = completion(text, finish_reason=finish_reason, tokens=tokens)
    return Reply(
        call=planned.call.digest,
        body=body.body,
        finish_reason=finish_reason,
        usage=Usage(completion_tokens=tokens),
        served_by=served_by,
    )


def overflow(planned):
    return Failure(call=planned.call.digest, reason=OVERFLOW)


def test_a_good_reply_leads_to_nothing():
    assert follow_up(PLANNED, reply(PLANNED, pairs_text(1, 2, 3))) == ()


def test_a_failure_of_another_kind_leads_to_nothing():
    assert follow_up(PLANNED, Failure(call=PLANNED.call.digest, reason="timeout")) == ()


def test_a_passage_too_long_for_the_model_is_asked_about_in_halves():
    first, second = follow_up(PLANNED, overflow(PLANNED))
    assert f"{first.passage.text}\n\n{second.passage.text}" == TEXT
    assert [one.pairs for one in (first, second)] == [3, 3]
    assert [one.call.parameters["max_tokens"] for one in (first, second)] == [500, 500]
    assert "1/2: Paragraph 0" in first.call.messages[-1].content
    assert "2/2: Paragraph 4" in second.call.messages[-1].content
    assert len({PLANNED.call.digest, first.call.digest, second.call.digest}) == 3


def test_halving_comes_to_an_end():
    links = list(follow(PLANNED, lambda call: Failure(call=call, reason=OVERFLOW)))
    assert len(links) == 2 ** (HALVINGS + 1) - 1
    assert sum(link.is_last for link in links) == 2**HALVINGS


def test_one_long_word_cannot_be_halved():
    planned = replace(PLANNED, passage=replace(PASSAGE, text="x" * 5000))
    assert follow_up(planned, overflow(planned)) == ()


def test_a_cut_reply_leads_to_one_call_for_the_rest():
    text = pairs_text(1, 2) + '\n{"prompt": "What is'
    (rest,) = follow_up(PLANNED, reply(PLANNED, text, finish_reason="length", tokens=1000))
    assert rest.pairs == 4
    assert rest.call.messages[:-2] == PLANNED.call.messages
    assert rest.call.messages[-2] == ("assistant", text)
    assert rest.call.messages[-1].role == "user"
    assert rest.call.parameters == PLANNED.call.parameters


def test_a_cut_reply_with_all_its_pairs_leads_to_nothing():
    text = pairs_text(*range(6)) + '\n{"prompt": "What'
    assert follow_up(PLANNED, reply(PLANNED, text, finish_reason="length")) == ()


def test_what_the_rest_says_does_not_depend_on_how_the_reply_was_read():
    whole = reply(PLANNED, pairs_text(1, 2), finish_reason="length")
    fewer = replace(PLANNED, pairs=5)
    (one,), (other,) = follow_up(PLANNED, whole), follow_up(fewer, whole)
    assert one.pairs != other.pairs
    assert one.call.messages[:-1] == other.call.messages[:-1]


def test_asking_for_the_rest_comes_to_an_end():
    def find(call):
        body = completion(pairs_text(call), finish_reason="length").body
        return Reply(
            call=call, body=body, finish_reason="length", usage=Usage(completion_tokens=1000)
        )

    assert len(list(follow(PLANNED, find))) == 1 + CONTINUATIONS


@pytest.mark.parametrize("text", ["", "[]", "I'm sorry, no."])
def test_an_empty_reply_is_asked_for_once_more(text):
    (again,) = follow_up(PLANNED, reply(PLANNED, text, tokens=4))
    assert again.call.messages == PLANNED.call.messages
    assert again.call.digest != PLANNED.call.digest
    assert follow_up(again, reply(again, text, tokens=4)) == ()


def test_a_reply_that_was_all_thinking_is_asked_for_once_more():
    spent = reply(PLANNED, "<think>Let me see", finish_reason="length", tokens=1000)
    assert [one.redraws for one in follow_up(PLANNED, spent)] == [1]


def test_a_long_refusal_is_taken_as_it_is():
    assert follow_up(PLANNED, reply(PLANNED, "I cannot do this. " * 20, tokens=120)) == ()


def test_the_built_in_writer_is_never_asked_again():
    assert follow_up(PLANNED, reply(PLANNED, "", tokens=0, served_by="extractive")) == ()


@given(st.text(alphabet="ab. \n。！あ", max_size=200))
def test_halves_lose_nothing_but_blanks(text):
    halves = halve(text)
    if halves is not None:
        assert "".join("".join(halves).split()) == "".join(text.split())
        assert all(half.strip() for half in halves)


@pytest.mark.parametrize(
    "text",
    [
        "Der Turm steht seit 1871. Er ist 31 m hoch, z. B. höher als das Haus. Das ist alles.",
        "灯台は1871年に建てられた。高さは31メートルである。今も使われている。島にある。",
        "بنيت المنارة سنة 1871. يبلغ ارتفاعها 31 مترا. لا تزال تعمل. هي في الجزيرة.",
    ],
)
def test_halves_end_with_a_sentence(text):
    first, second = halve(text)
    assert first[-1] in ".。"
    assert len(first) > len(text) / 4 < len(second)
