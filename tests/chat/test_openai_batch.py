from __future__ import annotations

import json

import pytest

from generator.chat.batches import Answered, Unanswered, Unreadable
from generator.chat.openai_batch import OpenAIBatches
from generator.chat.wire import message_text
from generator.errors import ProviderRefuses, Refused, Transient
from generator.records import Call, Message
from tests.fakes.batches import Fate
from tests.fakes.chat_server import Rule


def call(text="Wie hoch ist der Turm?", **parameters):
    return Call(model="fake-model", messages=(Message("user", text),), parameters=parameters)


@pytest.fixture
def batches(connect):
    return OpenAIBatches(connect())


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "loremill-batch-1.jsonl"
    path.write_bytes(b"")
    return path


async def done(batches, file, *calls):
    file.write_bytes(b"".join(batches.request_line(one) for one in calls))
    remote = await batches.create(await batches.upload(file), name="ours")
    return await batches.look(remote.id)


async def lines_of(batches, id, path):
    await batches.download(id, path)
    return [await batches.read_line(line) for line in path.read_bytes().splitlines()]


async def test_a_line_asks_for_what_a_single_request_asks_for(connect, chat_server):
    chat = connect()
    asked = call("灯台の高さは？", temperature=0.3, max_tokens=50)
    await chat.complete(asked)
    line = json.loads(OpenAIBatches(chat).request_line(asked))
    assert line["body"] == chat_server.requests[0]
    assert line["custom_id"] == asked.digest
    assert (line["method"], line["url"]) == ("POST", "/v1/chat/completions")


async def test_what_comes_back_reads_like_a_single_reply(batches, connect, file, tmp_path):
    asked = [call(), call("ما ارتفاع المنارة؟")]
    remote = await done(batches, file, *asked)
    assert (remote.status, remote.name, remote.total, remote.completed) == (
        "completed",
        "ours",
        2,
        2,
    )
    lines = await lines_of(batches, remote.output_file, tmp_path / "out")
    assert [line.call for line in lines] == [one.digest for one in asked[::-1]]
    single = await connect().complete(asked[0])
    assert message_text(lines[1].body) == single.text
    assert lines[1].usage == single.usage
    assert lines[1].served_by == "fake-model"


async def test_a_batch_is_found_by_our_name_on_any_page(batches, chat_server, file):
    remote = await done(batches, file, call())
    for _ in range(120):
        await batches.create("file-1", name="another")
    assert [one.id for one in await batches.find("ours")] == [remote.id]
    assert await batches.find("nobody's") == []
    assert await batches.find_file(file.name) == "file-1"
    assert await batches.find_file("other.jsonl") == ""


@pytest.mark.parametrize(
    ("rule", "reason", "may_help"),
    [
        (Rule(answer="status", status=500), "server_error", True),
        (Rule(answer="rate_limited"), "rate_limited", True),
        (Rule(answer="context_overflow"), "context_overflow", False),
        (Rule(answer="content_policy"), "content_policy", False),
        (Rule(answer="bad_parameter"), "dropped_parameter", True),
        (Rule(answer="no_choices"), "not_a_completion", True),
        (Rule(answer="html"), "not_a_completion", True),
    ],
)
async def test_lines_of_errors_are_told_as_single_errors_are(
    batches, chat_server, file, tmp_path, rule, reason, may_help
):
    chat_server.rules = (rule,)
    remote = await done(batches, file, call())
    (line,) = await lines_of(batches, remote.error_file or remote.output_file, tmp_path / "e")
    assert isinstance(line, Unanswered)
    assert (line.call, line.reason, line.may_help_again) == (call().digest, reason, may_help)


async def test_a_line_may_say_that_no_call_will_be_answered(batches, chat_server, file, tmp_path):
    chat_server.rules = (Rule(answer="insufficient_quota"),)
    remote = await done(batches, file, call())
    (line,) = await lines_of(batches, remote.error_file, tmp_path / "e")
    assert isinstance(line.refusal, ProviderRefuses)
    assert line.reason == "quota"


async def test_what_ran_out_of_time_may_be_asked_again(batches, chat_server, file, tmp_path):
    chat_server.batches.settings.fates = [Fate(ends="expired", share=0.0)]
    remote = await done(batches, file, call())
    assert (remote.status, remote.output_file) == ("expired", "")
    (line,) = await lines_of(batches, remote.error_file, tmp_path / "e")
    assert (line.reason, line.may_help_again) == ("batch_expired", True)


@pytest.mark.parametrize(
    "line",
    [
        b"", b"{", b"[]", b"null", b'"x"', b'{"custom_id": 7}', b"\xff\xfe", b"[" * 5000,
        b'{"custom_id": ""}', b'{"response": {"status_code": 200}}',
    ],
)  # fmt: skip
async def test_lines_that_say_nothing_are_no_error(batches, line):
    assert isinstance(await batches.read_line(line), Unreadable)


@pytest.mark.parametrize(
    "line",
    [
        '{"custom_id": "c"}',
        '{"custom_id": "c", "response": 7, "error": [1]}',
        '{"custom_id": "c", "response": {"status_code": "200", "body": []}}',
        '{"custom_id": "c", "response": {"status_code": 200, "body": {"choices": [{}]}}}',
        '{"custom_id": "c", "response": {"status_code": 200, "body": null}, "error": null}',
    ],
)
async def test_lines_of_an_odd_shape_are_no_replies(batches, line):
    assert isinstance(await batches.read_line(line.encode()), Unanswered)


async def test_a_reply_without_a_count_of_tokens_is_estimated(batches):
    body = {"choices": [{"message": {"content": "Four score and seven years ago"}}]}
    line = {"custom_id": "c", "response": {"status_code": 200, "body": body}}
    read = await batches.read_line(json.dumps(line).encode())
    assert isinstance(read, Answered)
    assert read.usage.is_estimate
    assert read.usage.completion_tokens > 4


async def test_an_endpoint_without_batches_is_named(batches, chat_server, file):
    chat_server.batches.settings.is_there = False
    with pytest.raises(ProviderRefuses, match=r"no Batch API.*--base-url"):
        await batches.upload(file)


async def test_what_is_not_there_is_gone(batches, tmp_path):
    for attempt in (
        batches.look("batch_9"),
        batches.cancel("batch_9"),
        batches.download("file-9", tmp_path / "x"),
    ):
        with pytest.raises(Refused) as raised:
            await attempt
        assert raised.value.reason == "gone"
    assert not (tmp_path / "x").exists()


async def test_a_full_queue_is_told_whether_at_once_or_later(batches, chat_server, file):
    chat_server.batches.settings.queue_tokens = 1
    assert (await done(batches, file, call())).has_no_room


async def test_a_lost_answer_is_a_matter_of_the_connection(batches, chat_server, file):
    file.write_bytes(batches.request_line(call()))
    id = await batches.upload(file)
    chat_server.batches.settings.loses["POST /v1/batches"] = 1
    with pytest.raises(Transient):
        await batches.create(id, name="ours")
    assert [one.name for one in await batches.find("ours")] == ["ours"]
