"""What a run may spend, and what is said and asked before it does."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import time
from datetime import datetime, timedelta

import pytest

import generator
from generator import api
from tests.cli.articles import write
from tests.cli.running import ROOT, command, environment, loremill
from tests.fakes.answers import Asked, good
from tests.fakes.chat_server import ChatServer, Rule

KEY = {"OPENAI_API_KEY": "sk-test"}
PRICES = ("--price-in", 100, "--price-out", 500)
"""Per million tokens: 4,000 tokens of reply at most cost 2.00, a call of these tests about 0.10."""


@pytest.fixture
def article(tmp_path):
    return write(tmp_path)


def arguments(article, tmp_path, server, *options):
    return (
        "build", "--from", article, "--workspace", tmp_path / "work", "--model", "m",
        "--base-url", server.base_url, "--recipe", "simple", *options,
    )  # fmt: skip


def asked(article, tmp_path, server, *options):
    return loremill(*arguments(article, tmp_path, server, *options), env=KEY)


def build(article, tmp_path, server, **options):
    """The same without a process of its own: several runs in a test would take long to start."""
    return generator.build(
        files=(article,),
        workspace=tmp_path / "work",
        model="m",
        base_url=server.base_url,
        environ=KEY,
        **{"recipe": "simple", **options},
    )


def billed(server) -> float:
    """What a provider would bill that bills every request, even those whose answer was lost."""
    total = 0.0
    for body in server.requests:
        usage = json.loads(good(Asked(body=body)).body)["usage"]
        total += 100 * usage["prompt_tokens"] + 500 * usage["completion_tokens"]
    return total / 1_000_000


def test_a_budget_is_kept_whatever_happens_and_the_same_command_goes_on(article, tmp_path):
    faults = [
        Rule(answer="reset", probability=0.1, first=2),
        Rule(answer="cut", probability=0.1, first=2),
        Rule(answer="status", status=500, probability=0.1, first=2),
    ]
    before, codes = 0.0, []
    with ChatServer(*faults, latency_s=0.02) as server:
        for _ in range(20):
            done = build(article, tmp_path, server, budget=9, price_in=100, price_out=500)
            codes.append(done.exit_code)
            assert billed(server) - before <= 9
            before = billed(server)
            if done.exit_code != 3:
                break
            assert done.stopped == "budget"
        assert server.stats.paid_twice == 0
    assert codes[-1] == 0
    assert 3 in codes
    assert done.manifest["sections"]["done"] == done.manifest["sections"]["planned"]


def test_a_budget_for_not_one_call_asks_nothing(article, tmp_path):
    with ChatServer() as server:
        done = asked(article, tmp_path, server, "--budget", 0.01, *PRICES)
        assert server.stats.requests == 0
    assert done.code == 3
    assert "budget" in done.err


def test_a_token_budget_needs_no_price(article, tmp_path):
    with ChatServer() as server:
        done = build(article, tmp_path, server, token_budget=9000)
    used = done.manifest["usage"]
    assert done.exit_code == 3
    assert 0 < used["prompt_tokens"] + used["completion_tokens"] <= 9000


def test_a_number_of_calls_is_not_exceeded(article, tmp_path):
    with ChatServer() as server:
        done = build(article, tmp_path, server, max_calls=3)
        assert server.stats.requests == 3
        none = build(article, tmp_path, server, max_calls=0)
        assert server.stats.requests == 3
    assert (done.exit_code, none.exit_code) == (3, 3)
    assert none.manifest["pairs"] == done.manifest["pairs"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--budget", 5], "--price-in"),
        (["--budget", -1], "budget"),
        (["--until", "soon"], "--until"),
        (["--until", "2020-01-01T07:00"], "has passed"),
        (["--max-calls", -1], "max_calls"),
    ],
)
def test_bounds_that_cannot_be_are_named_before_anything_is_done(article, tmp_path, options, said):
    with ChatServer() as server:
        done = asked(article, tmp_path, server, *options)
        assert server.stats.requests == 0
    assert done.code == 2
    assert said in done.err


def test_a_budget_names_the_prompt_file_that_sets_no_bound(article, tmp_path):
    prompts = tmp_path / "prompts"
    loremill("prompts", "copy", "basic", "--to", prompts)
    copy = prompts / "basic.md"
    text = copy.read_text(encoding="utf-8")
    copy.write_text(text.replace("max_tokens = 4000\n", ""), encoding="utf-8")
    with ChatServer() as server:
        done = asked(article, tmp_path, server, "--prompts", prompts, "--token-budget", 10**6)
    assert done.code == 2
    assert "basic.md" in done.err
    assert "max_tokens" in done.err


def test_an_endpoint_that_takes_no_bound_cannot_be_held_to_a_budget(article, tmp_path):
    names = ("max_tokens", "max_completion_tokens")
    with ChatServer(rejects=names) as server:
        done = asked(article, tmp_path, server, "--token-budget", 10**6)
        assert server.stats.good == 0
    assert done.code == 2
    assert "--max-calls" in done.err


def test_a_run_ends_at_its_deadline_and_the_same_command_goes_on(article, tmp_path):
    until = (datetime.now().astimezone() + timedelta(seconds=3)).isoformat()
    with ChatServer(latency_s=1.0) as server:
        done = build(article, tmp_path, server, until=until, concurrency=1)
        assert (done.exit_code, done.stopped) == (3, "deadline")
        assert done.run.answered == server.stats.good
        assert build(article, tmp_path, server).exit_code == 0
        assert server.stats.paid_twice == 0


# Estimates --------------------------------------------------------------------------------------


def test_the_estimate_is_said_before_the_run_and_asks_nobody_without_a_terminal(article, tmp_path):
    with ChatServer() as server:
        done = asked(article, tmp_path, server, *PRICES)
        again = asked(article, tmp_path, server, *PRICES)
    assert (done.code, again.code) == (0, 0)
    assert "new calls" in done.err
    assert "$" in done.err
    assert "nothing to pay" in again.err


def test_an_unknown_price_is_said_to_be_unknown_in_the_estimate(article, tmp_path):
    with ChatServer() as server:
        assert "the cost is not known" in asked(article, tmp_path, server).err


def test_an_estimate_is_right_within_15_percent_once_there_are_replies(tmp_path):
    with ChatServer() as server:
        first = [write(tmp_path, f"Light {number}") for number in range(2)]
        for path in first:
            build(path, tmp_path, server)
        options = {
            "model": "m", "base_url": server.base_url, "environ": KEY, "recipe": "simple",
        }  # fmt: skip
        other = write(tmp_path, "Another light")
        estimate = api.estimate(files=(other,), workspace=tmp_path / "work", **options)
        used = build(other, tmp_path, server).manifest["usage"]
    assert estimate.prompt_tokens == pytest.approx(used["prompt_tokens"], rel=0.15)
    assert estimate.completion_tokens == pytest.approx(used["completion_tokens"], rel=0.15)


def test_a_long_list_is_estimated_from_articles_all_over_it(tmp_path):
    files = [write(tmp_path, f"Light {number}") for number in range(100)]
    with ChatServer() as server:
        options = {
            "model": "m", "base_url": server.base_url, "environ": KEY, "recipe": "simple",
        }  # fmt: skip
        where = {"workspace": tmp_path / "work", **options}
        few = api.estimate(files=files[:50], **where)
        assert not few.is_extrapolated
        many = api.estimate(files=files, **where)
        assert (many.looked_at, many.listed, many.is_extrapolated) == (50, 100, True)
        assert many.new_calls == 2 * few.new_calls
        assert many.cost is None
        api.build(files=files[:50], name="half", **where)
        resumed = api.estimate(files=files, **where)
        assert resumed.new_calls == few.new_calls
        assert resumed.calls == many.calls


@pytest.mark.parametrize(
    ("options", "answer", "code"),
    [([], "n\n", 3), ([], "y\n", 0), (["--yes"], "", 0), (["--budget", 1000], "", 0)],
)
def test_a_terminal_is_asked_before_much_is_spent(article, tmp_path, options, answer, code):
    dear = ("--price-in", 2000, "--price-out", 10_000)
    with ChatServer() as server:
        line = arguments(article, tmp_path, server, *dear, *options)
        done, said = at_a_terminal(line, answer)
        assert done == code, said
        assert bool(server.stats.requests) == (code == 0)
    assert ("Spend about" in said) == bool(answer)


def at_a_terminal(line, answer):
    """Run a command at a terminal of its own, and type an answer once it asks."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command(*line), env=environment(KEY), cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    said, ends = b"", time.monotonic() + 60
    while time.monotonic() < ends:
        if select.select([ours], [], [], 0.2)[0]:
            try:
                piece = os.read(ours, 4096)
            except OSError:
                break  # how a terminal says that the other side has gone
            said += piece
            if answer and b"[y/N]" in said:
                os.write(ours, answer.encode())
                answer = ""
    process.wait(timeout=30)
    os.close(ours)
    return process.returncode, said.decode("utf-8", "replace")
