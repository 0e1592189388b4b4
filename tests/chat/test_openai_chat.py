from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import socket
import subprocess
import sys
import traceback

import pytest

from generator.chat.openai_chat import OPTIONAL, OpenAIChat
from generator.chat.wire import message_text
from generator.errors import (
    LoremillError,
    Misconfigured,
    ProviderRefuses,
    RateLimited,
    Refused,
    Transient,
)
from generator.records import Call, Message
from tests.fakes.chat_server import ChatServer, Rule

KEY = "sk-test-0123456789abcdefghijklmnop"
PASSAGE = "Agrippina ist eine Oper. 東京は首都です。 أغريبينا أوبرا. It has three acts."


def a_call(text=PASSAGE, model="fake-model", **parameters):
    messages = (Message("system", "Write pairs."), Message("user", f"<passage>{text}</passage>"))
    return Call(model=model, messages=messages, parameters=parameters)


async def failure(model, call=None):
    """What asking ends with. Wherever an error shows itself, it does not show the key."""
    try:
        completion = await model.complete(call or a_call())
    except LoremillError as error:
        shown = [str(error), repr(error), repr(vars(error)), *traceback.format_exception(error)]
        assert KEY not in "".join(shown)
        return error
    raise AssertionError(f"answered: {completion}")


# Good replies ---------------------------------------------------------------------------------


async def test_a_reply_comes_with_its_body_text_usage_and_model(chat_server, connect):
    completion = await connect().complete(a_call())
    body = json.loads(completion.body)
    assert completion.text == body["choices"][0]["message"]["content"]
    assert "東京は首都です。" in completion.text
    assert "أغريبينا" in completion.text
    assert completion.finish_reason == "stop"
    assert completion.served_by == "fake-model"
    assert completion.usage.prompt_tokens == body["usage"]["prompt_tokens"]
    assert not completion.usage.is_estimate
    assert message_text(completion.body) == completion.text


async def test_the_limits_in_the_headers_are_read(connect, chat_server):
    chat_server.rate_headers.update(
        {
            "x-ratelimit-limit-requests": "3000",
            "x-ratelimit-limit-tokens": "0",
            "x-ratelimit-remaining-requests": "0",
            "x-ratelimit-remaining-tokens": "-1",
        }
    )
    rates = (await connect().complete(a_call())).rates
    assert (rates.limit_requests, rates.limit_tokens) == (3000, None)
    assert (rates.remaining_requests, rates.remaining_tokens) == (0, None)


async def test_a_server_that_does_not_count_has_its_usage_estimated(chat_server, connect):
    body = {"choices": [{"message": {"content": "ok"}, "finish_reason": "stop"}]}
    chat_server.rules = (Rule(answer="raw", text=json.dumps(body)),)
    usage = (await connect().complete(a_call())).usage
    assert usage.is_estimate
    assert usage.prompt_tokens > 10


@pytest.mark.parametrize(
    ("answer", "finish_reason"),
    [
        ("refusal", "refusal"),
        ("content_filter", "content_filter"),
        ("empty", "stop"),
        ("null", "stop"),
    ],
)
async def test_a_reply_without_text_is_kept_as_it_was_paid_for(
    chat_server, connect, answer, finish_reason
):
    chat_server.rules = (Rule(answer=answer),)
    completion = await connect().complete(a_call())
    assert (completion.text, completion.finish_reason) == ("", finish_reason)
    assert json.loads(completion.body)["usage"]["prompt_tokens"] > 0


@pytest.mark.parametrize("answer", ["length", "malformed", "think"])
async def test_a_reply_that_is_cut_or_malformed_is_passed_on_as_it_is(chat_server, connect, answer):
    chat_server.rules = (Rule(answer=answer),)
    completion = await connect().complete(a_call())
    assert completion.text
    assert completion.finish_reason == ("length" if answer == "length" else "stop")


async def test_a_reply_that_drips_in_time_is_read_whole(chat_server, connect):
    chat_server.rules = (Rule(answer="slow", seconds=0.2),)
    assert (await connect().complete(a_call())).text


async def test_a_reply_of_thirty_megabytes_is_read(chat_server, connect):
    chat_server.rules = (Rule(answer="text", text="ü" * 15_000_000),)
    assert len((await connect().complete(a_call())).text) == 15_000_000


async def test_a_hundred_calls_go_at_once_over_one_client(chat_server, connect):
    chat_server.latency_s = 0.2
    model = connect()
    async with asyncio.TaskGroup() as tasks:
        for number in range(100):
            tasks.create_task(model.complete(a_call(f"Passage {number}.")))
    assert chat_server.stats.most_at_once > 50
    assert chat_server.stats.prompts_good == 100
    assert chat_server.stats.paid_twice == 0


async def test_a_lone_surrogate_in_a_prompt_does_not_break_the_request(chat_server, connect):
    await connect().complete(a_call("broken \ud83d emoji"))
    assert "broken ? emoji" in chat_server.requests[0]["messages"][1]["content"]


async def test_a_cancelled_call_ends_at_once(chat_server, connect):
    chat_server.rules = (Rule(answer="hang"),)
    task = asyncio.create_task(connect().complete(a_call()))
    while not chat_server.stats.requests:  # noqa: ASYNC110 - the server is in another thread
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


# What is sent ---------------------------------------------------------------------------------


async def test_what_was_not_set_is_not_sent(chat_server, connect):
    await connect().complete(a_call())
    assert set(chat_server.requests[0]) == {"model", "messages"}


async def test_parameters_go_through_and_none_means_not_sent(chat_server, connect):
    await connect().complete(a_call(max_tokens=9, temperature=0.5, stop=["x"], seed=None, top_k=3))
    sent = chat_server.requests[0]
    assert sent["max_tokens"] == 9
    assert (sent["temperature"], sent["stop"], sent["top_k"]) == (0.5, ["x"], 3)
    assert "seed" not in sent


async def test_parameters_that_are_to_be_dropped_are_never_sent(chat_server, connect):
    model = connect(drop_parameters=["temperature", "max_tokens"])
    await model.complete(a_call(temperature=0.5, max_tokens=9, seed=1))
    assert set(chat_server.requests[0]) == {"model", "messages", "seed"}


@pytest.mark.parametrize("name", ["stream", "n", "model", "messages"])
async def test_a_parameter_that_belongs_to_the_adapter_is_refused(chat_server, connect, name):
    call = Call(model="fake-model", messages=(Message("user", "Hi"),), parameters={name: 2})
    error = await failure(connect(), call)
    assert isinstance(error, Refused)
    assert error.reason == "bad_parameter"
    assert chat_server.stats.requests == 0


async def test_the_key_is_sent_and_nothing_is_where_there_is_none(chat_server, connect):
    await connect().complete(a_call())
    await connect(api_key=None).complete(a_call())
    sent = [headers["authorization"] for headers in chat_server.headers]
    assert sent == [f"Bearer {KEY}", "Bearer none"]


# Rejected parameters --------------------------------------------------------------------------


async def test_a_rejected_parameter_is_left_out_of_the_next_attempt(chat_server, connect):
    chat_server.rejects = ("temperature",)
    model = connect()
    error = await failure(model, a_call(temperature=0.5, seed=1))
    assert isinstance(error, Transient)
    assert error.reason == "dropped_parameter"
    assert "temperature" in str(error)
    await model.complete(a_call(temperature=0.5, seed=1))
    assert set(chat_server.requests[1]) == {"model", "messages", "seed"}
    assert model.left_out == {"temperature"}


async def test_what_turns_out_to_be_left_out_is_told_once(chat_server, connect):
    chat_server.rejects = ("temperature", "max_tokens", "max_completion_tokens")
    told = []
    model = connect(on_left_out=told.append)
    for number in range(6):
        with contextlib.suppress(Transient):
            await model.complete(a_call(f"Passage {number}.", temperature=1, max_tokens=9))
    assert told == ["temperature", "max_tokens"]


async def test_calls_in_flight_that_are_told_the_same_all_go_again(chat_server, connect):
    chat_server.rejects, chat_server.latency_s = ("max_tokens",), 0.1
    model = connect()
    calls = [a_call(f"Passage {number}.", max_tokens=9) for number in range(10)]
    tasks = [asyncio.create_task(failure(model, call)) for call in calls]
    errors = [await task for task in tasks]
    assert {error.reason for error in errors} == {"dropped_parameter"}
    await model.complete(calls[0])
    assert chat_server.requests[-1]["max_completion_tokens"] == 9


async def test_a_limit_on_the_reply_is_tried_under_its_other_name_then_given_up(
    chat_server, connect
):
    chat_server.rejects = ("max_tokens", "max_completion_tokens")
    model = connect()
    await failure(model, a_call(max_tokens=9))
    assert model.left_out == frozenset()
    await failure(model, a_call(max_tokens=9))
    assert model.left_out == {"max_tokens"}
    await model.complete(a_call(max_tokens=9))


async def test_a_parameter_that_is_not_optional_is_not_dropped(chat_server, connect):
    assert "tools" not in OPTIONAL
    chat_server.rejects = ("tools",)
    model = connect()
    for _ in range(2):
        error = await failure(model, a_call(tools=[]))
        assert isinstance(error, Refused)
        assert error.reason == "bad_parameter"
        assert "tools" in str(error)


async def test_a_parameter_that_was_not_sent_is_not_asked_for_again_and_again(chat_server, connect):
    chat_server.rules = (Rule(answer="bad_parameter", param="temperature"),)
    model = connect()
    assert (await failure(model, a_call(temperature=1))).reason == "dropped_parameter"
    assert isinstance(await failure(model, a_call(temperature=1)), Refused)


async def test_a_wrong_value_is_told_and_not_dropped(chat_server, connect):
    chat_server.rules = (
        Rule(answer="bad_parameter", param="temperature", code="decimal_above_max_value"),
    )
    error = await failure(connect(), a_call(temperature=5))
    assert isinstance(error, Refused)
    assert error.reason == "bad_parameter"


async def test_a_validators_list_names_the_parameter(chat_server, connect):
    detail = {"type": "extra_forbidden", "loc": ["body", "seed"], "msg": "not permitted"}
    body = {"object": "error", "message": {"detail": [detail]}, "code": None}
    chat_server.rules = (Rule(answer="raw", status=422, text=json.dumps(body)),)
    model = connect()
    assert (await failure(model, a_call(seed=1))).reason == "dropped_parameter"
    assert model.left_out == {"seed"}


# Errors that stop everything ------------------------------------------------------------------


async def test_a_wrong_key_names_the_variable_and_the_endpoint(chat_server, connect):
    chat_server.api_key = "another"
    error = await failure(connect())
    assert isinstance(error, ProviderRefuses)
    assert "OPENAI_API_KEY" in str(error)
    assert chat_server.base_url in str(error)


async def test_a_missing_key_is_asked_for(chat_server, connect):
    chat_server.api_key = "another"
    error = await failure(connect(api_key=None))
    assert "set OPENAI_API_KEY" in str(error)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500])
async def test_a_server_that_echoes_the_key_does_not_get_it_shown(chat_server, connect, status):
    chat_server.rules = (Rule(answer="status", status=status, message=f"bad key {KEY}!"),)
    await failure(connect())


@pytest.mark.parametrize("answer", ["html", "raw"])
async def test_a_body_that_echoes_the_key_does_not_keep_it(chat_server, connect, answer):
    chat_server.rules = (Rule(answer=answer, text=f"<p>{KEY}"),)
    error = await failure(connect())
    assert "[key]" in error.body


async def test_the_key_is_in_no_log_and_not_in_the_adapters_name(chat_server, connect, caplog):
    caplog.set_level(logging.DEBUG)
    model = connect()
    await model.complete(a_call())
    chat_server.rules = (Rule(answer="wrong_key", message=KEY),)
    await failure(model)
    assert caplog.records
    assert KEY not in caplog.text
    assert KEY not in f"{model} {model!r}"


async def test_a_forbidden_key_is_told_with_the_reason(chat_server, connect):
    chat_server.rules = (Rule(answer="forbidden", message="not in this country"),)
    error = await failure(connect())
    assert isinstance(error, ProviderRefuses)
    assert "not in this country" in str(error)


@pytest.mark.parametrize(
    "rule",
    [
        Rule(answer="insufficient_quota"),
        Rule(answer="status", status=402),
        Rule(answer="status", status=400, code="billing_hard_limit_reached"),
    ],
)
async def test_a_quota_that_is_used_up_stops_everything(chat_server, connect, rule):
    chat_server.rules = (rule,)
    error = await failure(connect())
    assert isinstance(error, ProviderRefuses)
    assert "quota" in str(error)


async def test_a_model_that_is_not_there_is_named_with_its_neighbours(chat_server, connect):
    chat_server.models = ["gpt-6-luna", "gpt-6.1-terra", "whisper", "gpt-6-sol", "gpt-6-astra"]
    error = await failure(connect("gpt-6-lunar"), a_call(model="gpt-6-lunar"))
    assert isinstance(error, ProviderRefuses)
    assert "'gpt-6-lunar'" in str(error)
    assert "nearest: 'gpt-6-luna'" in str(error)
    assert str(error).count("'gpt-6") == 4


async def test_a_404_without_a_code_is_about_the_model_where_the_endpoint_lists_others(
    chat_server, connect
):
    chat_server.rules = (Rule(answer="status", status=404, message="model not found"),)
    error = await failure(connect("llama4"), a_call(model="llama4"))
    assert "no model 'llama4'" in str(error)


async def test_a_wrong_path_is_told_with_the_usual_one(chat_server, connect):
    base_url = chat_server.base_url.removesuffix("/v1")
    error = await failure(connect(base_url=base_url))
    assert isinstance(error, ProviderRefuses)
    assert f"perhaps {base_url}/v1" in str(error)


@pytest.mark.parametrize("status", [405, 410, 501])
async def test_a_place_that_takes_no_such_request_stops_everything(chat_server, connect, status):
    chat_server.rules = (Rule(answer="html", status=status),)
    assert isinstance(await failure(connect()), ProviderRefuses)


# Errors that ask for patience -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [("2", 2.0), ("0.5", 0.5), ("250ms", 0.25), (None, None), ("soon", None), ("-3", 0.0)],
)
async def test_a_rate_limit_carries_the_wait_that_is_asked_for(
    chat_server, connect, retry_after, seconds
):
    chat_server.rules = (Rule(answer="rate_limited", retry_after=retry_after),)
    error = await failure(connect())
    assert isinstance(error, RateLimited)
    assert error.retry_after_s == seconds


async def test_a_wait_may_be_given_as_a_date(chat_server, connect):
    chat_server.rules = (Rule(answer="rate_limited", retry_after="date:60"),)
    error = await failure(connect())
    assert 50 < error.retry_after_s <= 60


@pytest.mark.parametrize("status", [503, 529])
async def test_an_overloaded_server_that_names_a_wait_is_a_rate_limit(chat_server, connect, status):
    chat_server.rules = (Rule(answer="status", status=status, retry_after="3"),)
    error = await failure(connect())
    assert isinstance(error, RateLimited)
    assert error.retry_after_s == 3


@pytest.mark.parametrize(
    ("status", "reason"),
    [(408, "timeout"), *((status, "server_error") for status in (409, 500, 502, 503, 504, 529))],
)
async def test_an_error_of_the_server_may_be_asked_again(chat_server, connect, status, reason):
    chat_server.rules = (Rule(answer="status", status=status, message="oh"),)
    error = await failure(connect())
    assert isinstance(error, Transient)
    assert error.reason == reason
    assert "oh" in str(error)
    assert "oh" in error.body


async def test_nothing_is_asked_again_behind_our_back(chat_server, connect):
    chat_server.rules = (Rule(answer="status", status=500),)
    await failure(connect())
    assert chat_server.stats.requests == 1


@pytest.mark.parametrize("answer", ["reset", "cut"])
async def test_a_lost_connection_may_be_asked_again(chat_server, connect, answer):
    chat_server.rules = (Rule(answer=answer),)
    error = await failure(connect())
    assert isinstance(error, Transient)
    assert error.reason == "connection"
    assert error.__cause__ is not None


async def test_a_server_that_is_not_there_is_named(connect):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    error = await failure(connect(base_url=f"http://127.0.0.1:{port}/v1"))
    assert isinstance(error, Transient)
    assert error.reason == "connection"
    assert f"127.0.0.1:{port}" in str(error)


@pytest.mark.parametrize("answer", ["hang", "slow"])
async def test_a_reply_that_takes_too_long_is_given_up_in_time(chat_server, connect, answer):
    chat_server.rules = (Rule(answer=answer, seconds=60),)
    error = await failure(connect(timeout_s=0.5))
    assert isinstance(error, Transient)
    assert error.reason == "timeout"
    assert "0.5 s" in str(error)


async def test_a_header_that_no_client_takes_is_a_lost_connection(connect):
    async def serve(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nx: " + b"y" * 200_000 + b"\r\ncontent-length: 0\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    error = await failure(connect(base_url=f"http://127.0.0.1:{port}/v1"))
    server.close()
    assert isinstance(error, Transient)
    assert error.reason == "connection"


# Bodies that are no completion ----------------------------------------------------------------


@pytest.mark.parametrize(
    "rule",
    [
        Rule(answer="cut_json"),
        Rule(answer="raw", text=""),
        Rule(answer="raw", text="ok"),
        Rule(answer="raw", text="[" * 100_000),
        Rule(answer="raw", text='{"choices": "\udcff"}'),
    ],
    ids=["cut", "empty", "word", "deep", "not utf-8"],
)
async def test_a_body_that_is_not_whole_json_may_be_asked_again(chat_server, connect, rule):
    chat_server.rules = (rule,)
    error = await failure(connect())
    assert isinstance(error, Transient)
    assert error.reason == "bad_body"
    assert error.body is not None


@pytest.mark.parametrize(
    "rule",
    [
        Rule(answer="html"),
        Rule(answer="no_choices"),
        Rule(answer="raw", text='{"error": "busy"}'),
        Rule(answer="raw", text='{"choices": []}'),
        Rule(answer="raw", text="[1]"),
        Rule(answer="raw", text="null"),
    ],
)
async def test_a_200_that_is_no_completion_says_so_and_keeps_the_body(chat_server, connect, rule):
    chat_server.rules = (rule,)
    error = await failure(connect())
    assert isinstance(error, Transient)
    assert error.reason == "not_a_completion"
    assert error.body
    assert "--base-url" in str(error)


async def test_an_error_that_a_gateway_passes_on_with_200_counts_by_its_own_status(
    chat_server, connect
):
    body = {"error": {"code": 429, "message": "upstream is busy"}}
    chat_server.rules = (Rule(answer="raw", text=json.dumps(body)),)
    assert isinstance(await failure(connect()), RateLimited)


async def test_a_choice_that_failed_behind_a_gateway_may_be_asked_again(chat_server, connect):
    choice = {
        "message": {"content": "Once upon"},
        "finish_reason": "error",
        "error": {"code": 502, "message": "provider gone"},
    }
    chat_server.rules = (Rule(answer="raw", text=json.dumps({"choices": [choice]})),)
    error = await failure(connect())
    assert isinstance(error, Transient)
    assert error.reason == "server_error"
    assert "provider gone" in str(error)


# Requests that will not be answered -----------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        (Rule(answer="context_overflow"), "context_overflow"),
        (Rule(answer="status", status=400, param="input_tokens"), "context_overflow"),
        (Rule(answer="content_policy"), "content_policy"),
        (Rule(answer="content_policy", code="content_filter"), "content_policy"),
        (Rule(answer="status", status=400), "bad_request"),
        (Rule(answer="status", status=413), "bad_request"),
        (Rule(answer="status", status=422), "bad_request"),
        (Rule(answer="status", status=418), "bad_request"),
    ],
)
async def test_a_refused_request_says_why_and_others_go_on(chat_server, connect, rule, reason):
    chat_server.rules = (rule,)
    error = await failure(connect())
    assert isinstance(error, Refused)
    assert error.reason == reason
    assert error.body


async def test_what_a_server_says_is_shown_as_one_short_plain_line(chat_server, connect):
    chat_server.rules = (
        Rule(answer="status", status=400, message="red \x1b[31malert\n\n" + "x" * 1000),
    )
    text = str(await failure(connect()))
    assert text.isprintable()
    assert len(text) < 400


# Settings -------------------------------------------------------------------------------------


def test_a_missing_key_is_noticed_before_anything_is_called():
    with pytest.raises(Misconfigured, match="OPENAI_API_KEY"):
        OpenAIChat("gpt-6-luna", api_key=None)


@pytest.mark.parametrize("key", ["sk-ä", "sk-a b", "sk-a\nb"])
def test_a_key_that_cannot_be_sent_is_noticed_and_not_shown(key):
    with pytest.raises(Misconfigured) as caught:
        OpenAIChat("x", api_key=key)
    assert key not in str(caught.value)


async def test_blanks_around_a_key_are_taken_off(chat_server, connect):
    await connect(api_key=f" {KEY}\n").complete(a_call())
    assert chat_server.headers[0]["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    "base_url",
    [
        "localhost:8000/v1",
        "http://",
        "ftp://x/v1",
        "http://[::1/v1",
        "http://x:port/v1",
        "http://a b/v1",
        "http://a..b/v1",
        f"http://{'a' * 70}/v1",
        "http://a\x00b/v1",
    ],
)
def test_a_url_that_cannot_be_called_is_noticed(base_url):
    with pytest.raises(Misconfigured, match="--base-url"):
        OpenAIChat("x", api_key=None, base_url=base_url)


async def test_a_broken_proxy_or_certificate_setting_is_named(connect, monkeypatch):
    for name, value in {"ALL_PROXY": "::", "SSL_CERT_FILE": "/no/such/file"}.items():
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            error = await failure(connect(base_url="https://127.0.0.1:1/v1"))
        assert isinstance(error, ProviderRefuses)
        assert name in str(error)


async def test_a_made_up_key_of_a_local_server_does_not_mangle_what_is_shown(chat_server, connect):
    chat_server.rules = (Rule(answer="status", message="no luck"),)
    assert "no luck" in str(await failure(connect(api_key="k")))


def test_a_password_in_the_url_is_refused_and_not_shown():
    with pytest.raises(Misconfigured) as caught:
        OpenAIChat("x", api_key=None, base_url="https://me:secret@example.org/v1")
    assert "secret" not in str(caught.value)


def test_settings_are_looked_at_without_loading_the_client():
    code = (
        "import sys; from generator.chat.openai_chat import OpenAIChat; "
        "OpenAIChat('x', api_key='k'); print('openai' in sys.modules, 'aiohttp' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


async def test_an_adapter_that_was_never_used_can_be_closed():
    await OpenAIChat("x", api_key="k").aclose()


async def test_two_servers_are_told_apart(chat_server, connect):
    with ChatServer(seed=1) as other:
        await connect(base_url=other.base_url).complete(a_call())
        assert (other.stats.requests, chat_server.stats.requests) == (1, 0)
