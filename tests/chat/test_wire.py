from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.chat.wire import (
    Dialect,
    encode,
    first_token_odds,
    list_models,
    load,
    message_text,
    read_answer,
    request_fields,
)
from generator.records import Call, Message, Usage

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["choices", "message", "content", "text", "usage", "prompt_tokens", "id", "data"]
            ),
            inner,
        )
    ),
    max_leaves=20,
)


def a_call(model="gpt-6-luna", **parameters):
    messages = (Message("user", "Frage: 東京? سؤال"),)
    return Call(model=model, messages=messages, parameters=parameters)


def completion(**message):
    return {"choices": [{"message": message, "finish_reason": "stop"}]}


@given(JSON)
def test_any_json_is_read_without_an_error(value):
    read_answer(value)
    body = json.dumps(value)
    assert isinstance(message_text(body), str)
    assert isinstance(list_models(body), list)


@given(st.text())
def test_any_text_is_read_without_an_error(text):
    assert isinstance(message_text(text), str)


def test_a_message_in_parts_is_put_together():
    parts = [{"type": "text", "text": "a"}, {"type": "image"}, "b", {"type": "text", "text": "ü"}]
    assert message_text(json.dumps(completion(content=parts))) == "abü"


def test_text_beside_a_refusal_is_kept():
    answer = read_answer(completion(content="Yes.", refusal="No."))
    assert (answer.text, answer.finish_reason) == ("Yes.", "stop")


def test_line_breaks_that_were_not_escaped_do_not_lose_a_reply():
    assert message_text('{"choices": [{"message": {"content": "one\ntwo"}}]}') == "one\ntwo"


def test_a_lone_surrogate_in_a_reply_is_read():
    assert message_text('{"choices": [{"message": {"content": "a\\ud83d"}}]}') == "a\ud83d"


def test_nesting_beyond_reason_is_an_error_that_can_be_caught():
    with pytest.raises(ValueError, match="nested"):
        load("[" * 200_000)


@pytest.mark.parametrize(
    ("given", "usage"),
    [
        (
            {
                "prompt_tokens": 10,
                "completion_tokens": 5,
                "prompt_tokens_details": {"cached_tokens": 4},
                "completion_tokens_details": {"reasoning_tokens": 2},
            },
            Usage(prompt_tokens=10, completion_tokens=5, cached_tokens=4, reasoning_tokens=2),
        ),
        (
            {"prompt_tokens": 3, "completion_tokens": 1, "prompt_tokens_details": None},
            Usage(prompt_tokens=3, completion_tokens=1),
        ),
        (
            {
                "prompt_tokens": 3,
                "completion_tokens": -1,
                "prompt_tokens_details": {"cached_tokens": 9},
            },
            Usage(prompt_tokens=3, cached_tokens=3),
        ),
        ({"prompt_tokens": 10**30, "completion_tokens": True}, None),
        ({"prompt_tokens": "10"}, None),
        ([], None),
        (None, None),
    ],
)
def test_usage_is_believed_as_far_as_it_can_be_true(given, usage):
    assert read_answer({**completion(content="x"), "usage": given}).usage == usage


@pytest.mark.parametrize(
    ("model", "effort"),
    [
        ("gpt-6-luna", "none"),
        ("gpt-6.1-terra", "none"),
        ("gpt-5.4-mini", "none"),
        ("gpt-5.1", "none"),
        ("gpt-10", "none"),
        ("gpt-5-nano", None),
        ("gpt-4.1-mini", None),
        ("gpt-4o", None),
        ("ft:gpt-4.1-mini:me", None),
        ("gpt-oss-20b", None),
        ("o4-mini", None),
    ],
)
def test_openais_models_that_think_unasked_are_told_not_to(model, effort):
    fields = request_fields(a_call(model), Dialect(is_openai=True))
    assert fields.get("reasoning_effort") == effort


def test_an_effort_that_was_set_is_kept_and_none_leaves_it_to_the_model():
    openai = Dialect(is_openai=True)
    assert request_fields(a_call(reasoning_effort="low"), openai)["reasoning_effort"] == "low"
    assert "reasoning_effort" not in request_fields(a_call(reasoning_effort=None), openai)
    assert "reasoning_effort" not in request_fields(a_call(), Dialect())


def test_the_limit_on_the_reply_has_the_endpoints_name():
    dialect = Dialect(limit_name="max_completion_tokens")
    fields = request_fields(a_call(max_tokens=9), dialect)
    assert fields["max_completion_tokens"] == 9
    assert "max_tokens" not in fields
    assert len(request_fields(a_call(max_tokens=9), Dialect(limit_name=None))) == 2


def test_a_request_is_compact_utf_8():
    sent = encode(request_fields(a_call(temperature=0.5), Dialect()))
    assert "東京".encode() in sent
    assert b'": ' not in sent
    assert json.loads(sent)["temperature"] == 0.5


def test_a_text_to_go_on_with_is_sent_as_it_is():
    call = Call(
        model="m", messages=(Message("text", "Who?\n\n###\n\n"),),
        parameters={"stop": [" END"], "logprobs": True, "top_logprobs": 20, "endpoint": "http://x/v1"},
    )  # fmt: skip
    assert request_fields(call, Dialect()) == {
        "model": "m", "prompt": "Who?\n\n###\n\n", "stop": [" END"], "logprobs": 5,
    }  # fmt: skip


def test_where_a_call_is_made_is_part_of_what_it_is_and_never_sent():
    here, there = a_call(endpoint="http://a/v1"), a_call(endpoint="http://b/v1")
    assert here.digest != there.digest
    assert request_fields(here, Dialect()) == request_fields(there, Dialect())


def test_a_plain_completion_is_read_like_a_message():
    body = json.dumps({"choices": [{"text": " Ada. END", "finish_reason": "stop"}]})
    assert message_text(body) == " Ada. END"
    assert message_text('{"choices": [{"text": null}]}') == ""


@pytest.mark.parametrize(
    ("told", "odds"),
    [
        ({"content": [{"token": "yes", "logprob": 0.0, "top_logprobs": [{"token": "no", "logprob": -99}]}]},
         {"yes": 1.0, "no": pytest.approx(0, abs=1e-9)}),
        ({"tokens": ["yes"], "top_logprobs": [{" yes": -0.5}]}, {" yes": pytest.approx(0.6065, abs=1e-4)}),
        ({"content": [{"token": "yes", "logprob": None, "top_logprobs": "?"}]}, {}),
        ({"content": []}, {}), ({"top_logprobs": [None]}, {}), (None, {}), ([], {}), ("x", {}),
    ],
)  # fmt: skip
def test_the_odds_of_the_first_token_are_read_from_both_kinds(told, odds):
    assert first_token_odds(json.dumps({"choices": [{"logprobs": told}]})) == odds
    assert first_token_odds("{") == {}
