from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.chat.complaints import Meaning, meaning, read_complaint, retry_after_s
from tests.chat.test_wire import JSON


def meant(status, body, **values):
    return meaning(read_complaint(status, body), **values)


def error(**fields):
    return {"error": {"message": "m", "type": "t", "param": None, "code": None, **fields}}


@given(st.integers(100, 599), JSON)
def test_any_body_with_any_status_means_something(status, body):
    assert isinstance(meant(status, body), Meaning)
    assert isinstance(meant(status, {"error": body}), Meaning)


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        # OpenAI
        (401, error(code="invalid_api_key"), Meaning.KEY),
        (403, error(code="model_not_found"), Meaning.MODEL),
        (404, error(code="model_not_found"), Meaning.MODEL),
        (429, error(code="insufficient_quota", type="insufficient_quota"), Meaning.QUOTA),
        (429, error(code="rate_limit_exceeded", type="tokens"), Meaning.RATE),
        (400, error(code="context_length_exceeded", param="messages"), Meaning.OVERFLOW),
        (400, error(code="unsupported_value", param="temperature"), Meaning.PARAMETER),
        (400, error(code="invalid_prompt"), Meaning.POLICY),
        (404, None, Meaning.PLACE),
        (307, None, Meaning.PLACE),
        # Azure
        (400, error(code="content_filter", param="prompt"), Meaning.POLICY),
        (404, error(code="DeploymentNotFound"), Meaning.MODEL),
        # vLLM, in its older form without an envelope and in the newer one
        (404, {"object": "error", "param": "model", "code": 404}, Meaning.MODEL),
        (400, error(param="input_tokens", code=400), Meaning.OVERFLOW),
        (400, error(param="max_tokens", code=400), Meaning.OVERFLOW),
        # llama.cpp
        (400, error(type="exceed_context_size_error", code=400), Meaning.OVERFLOW),
        (500, error(type="exceed_context_size_error", code=500), Meaning.OVERFLOW),
        (500, error(type="server_error", code=500), Meaning.SERVER),
        # Ollama
        (404, error(type="not_found_error"), Meaning.PLACE),
        # OpenRouter
        (403, error(code=403, metadata={"flagged_input": "…"}), Meaning.POLICY),
        (403, error(code=403), Meaning.KEY),
        (402, error(code=402), Meaning.QUOTA),
        (200, error(code=502), Meaning.SERVER),
        (200, error(code=429), Meaning.RATE),
        # Mistral
        (400, {"object": "error", "type": "invalid_model", "code": "1500"}, Meaning.MODEL),
        (
            422,
            {"detail": [{"type": "extra_forbidden", "loc": ["body", "seed"]}]},
            Meaning.PARAMETER,
        ),
    ],
)
def test_what_endpoints_say_is_understood(status, body, expected):
    assert meant(status, body) is expected


def test_an_overloaded_server_limits_the_rate_only_where_it_names_a_wait():
    assert meant(503, None, has_retry_after=True) is Meaning.RATE
    assert meant(503, None) is Meaning.SERVER
    assert meant(500, None, has_retry_after=True) is Meaning.SERVER


@pytest.mark.parametrize(
    ("body", "is_unknown"),
    [
        (error(param="top_p", code="unsupported_parameter"), True),
        (error(param="top_p", code="unsupported_value"), True),
        (error(param="top_p"), True),
        (error(param="top_p", code=400), True),
        (error(param="top_p", code="decimal_above_max_value"), False),
        (error(param="max_tokens", code="unsupported_parameter"), True),
        (error(param="max_tokens", code=400), False),
        ({"detail": [{"type": "extra_forbidden", "loc": ["body", "top_p"]}]}, True),
        ({"detail": [{"type": "less_than_equal", "loc": ["body", "top_p"]}]}, False),
        (error(), False),
    ],
)
def test_a_parameter_that_is_not_known_is_told_from_a_wrong_value(body, is_unknown):
    assert read_complaint(400, body).is_unknown_parameter is is_unknown


NOW = 1_763_683_200.0  # 2025-11-21 00:00:00 UTC


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after": "-1"}, 0.0),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "tomorrow"}, None),
        ({"retry-after": "Fri, 21 Nov 2025 00:01:00 GMT"}, 60.0),
        ({"retry-after": "Thu, 20 Nov 2025 00:00:00 GMT"}, 0.0),
        ({"retry-after": "Fri, 21 Nov 99999 00:01:00 GMT"}, None),
    ],
)
def test_a_wait_is_read_in_all_its_forms(headers, expected):
    assert retry_after_s(headers, now=NOW) == expected


def test_a_date_is_counted_from_the_servers_clock_where_it_shows_it():
    headers = {
        "retry-after": "Fri, 21 Nov 2025 08:00:30 GMT",
        "date": "Fri, 21 Nov 2025 08:00:00 GMT",
    }
    assert retry_after_s(headers, now=NOW) == 30


@given(st.text(), st.text())
def test_any_header_is_read_without_an_error(wait, date):
    seconds = retry_after_s({"retry-after": wait, "date": date}, now=NOW)
    assert seconds is None or seconds >= 0


def test_the_message_of_an_error_is_found_in_every_form():
    assert read_complaint(400, {"error": "plain"}).message == "plain"
    assert read_complaint(400, error(message="in it")).message == "in it"
    assert read_complaint(400, {"message": "bare"}).message == "bare"
    detail = {"detail": [{"msg": "a validator's", "loc": []}]}
    assert read_complaint(422, detail).message == "a validator's"
    assert read_complaint(422, json.loads('{"detail": "Not Found"}')).message == ""
