from __future__ import annotations

import json
import signal
import subprocess
import time
from collections import Counter

import pytest

from generator.store import open_store
from tests.cli.articles import write
from tests.cli.running import ROOT, command, environment, loremill
from tests.fakes.batches import BatchSettings, Fate
from tests.fakes.chat_server import ChatServer, Rule

KEY = {"OPENAI_API_KEY": "sk-a-key-that-must-never-be-seen"}
CREATE = "POST /v1/batches"
UPLOAD = "POST /v1/files"
LONG = 30.0


@pytest.fixture
def article(tmp_path):
    return write(tmp_path)


def arguments(article, tmp_path, server, *options, workspace="work"):
    recipe = () if "--template" in options else ("--recipe", "simple")
    return (
        "build", "--from", article, "--workspace", tmp_path / workspace, "--model", "m",
        "--base-url", server.base_url, *recipe, "--price-in", 1, "--price-out", 2, "--json", *options,
    )  # fmt: skip


def build(article, tmp_path, server, *options, **more):
    return loremill(*arguments(article, tmp_path, server, *options, **more), env=KEY)


def by_batch(article, tmp_path, server, *options, **more):
    return build(article, tmp_path, server, "--batch", "--poll", 0.05, *options, **more)


def batch(verb, tmp_path, server, *options):
    given = () if verb == "status" else ("--base-url", server.base_url, "--poll", 0.05)
    return loremill(
        "batch", verb, "--workspace", tmp_path / "work", *given, *options, "--json", env=KEY
    )


def pairs(tmp_path, workspace="work"):
    return (tmp_path / workspace / "tarn-point-light" / "pairs.jsonl").read_bytes()


def online(article, tmp_path, *rules):
    """The pairs of an online run with the same replies."""
    with ChatServer(*rules) as server:
        done = build(article, tmp_path, server, workspace="online")
        assert done.code == 0, done.out
    return pairs(tmp_path, "online"), done.json


def killed(article, tmp_path, server, when, *options):
    """Start a build by batch and kill it as hard as can be when something is so."""
    process = subprocess.Popen(
        command(*arguments(article, tmp_path, server, "--batch", "--poll", 0.05, *options)),
        env=environment(KEY), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until(when, lambda: process.poll() is None)
    finally:
        process.kill()
        process.wait()


def until(is_so, may_go_on=lambda: True):
    end = time.monotonic() + LONG
    while not is_so():
        assert time.monotonic() < end
        assert may_go_on()
        time.sleep(0.005)


def test_a_build_by_batch_gives_the_same_bytes_for_half_the_price(article, tmp_path):
    same, single = online(article, tmp_path)
    with ChatServer(batches=BatchSettings(fates=[Fate(looks=3, noise=True)])) as server:
        done = by_batch(article, tmp_path, server)
        again = by_batch(article, tmp_path, server)
        assert (server.stats.requests, server.stats.batches) == (0, 1)
        assert server.stats.batch_requests == single["sections"]["planned"]
        assert server.stats.paid_twice == 0
    assert done.code == again.code == 0, done.out
    assert pairs(tmp_path) == same
    assert done.json["cost_usd"] == pytest.approx(single["cost_usd"] / 2, abs=1e-6)
    assert done.json["calls"]["answered_now"] == single["calls"]["answered_now"]
    assert done.json["calls"]["answered_before"] == 0
    assert again.json["calls"]["answered_now"] == 0
    assert not list((tmp_path / "work").glob("loremill-batch-*"))
    for path in (tmp_path / "work").rglob("*"):
        assert not path.is_file() or KEY["OPENAI_API_KEY"].encode() not in path.read_bytes()


def test_files_keep_within_the_limits(article, tmp_path):
    same, single = online(article, tmp_path)
    with ChatServer(batches=BatchSettings(max_requests=3)) as server:
        done = by_batch(article, tmp_path, server, "--batch-calls", 3)
        planned = single["sections"]["planned"]
        assert server.stats.batches == -(-planned // 3)
        assert (server.stats.batch_requests, server.stats.paid_twice) == (planned, 0)
    assert done.code == 0, done.out
    assert pairs(tmp_path) == same
    with ChatServer(batches=BatchSettings(max_bytes=9000)) as server:
        done = by_batch(article, tmp_path, server, "--batch-mb", 0.009, workspace="small")
        assert server.stats.batches > 2
    assert done.code == 0, done.out
    assert pairs(tmp_path, "small") == same


def test_a_full_queue_makes_batches_smaller_and_later(article, tmp_path):
    same, _ = online(article, tmp_path)
    with ChatServer(batches=BatchSettings(queue_tokens=1000)) as server:
        done = by_batch(article, tmp_path, server)
        assert (server.stats.requests, server.stats.paid_twice) == (0, 0)
        assert server.stats.batches > 3
    assert done.code == 0, done.out
    assert pairs(tmp_path) == same


def test_a_known_queue_is_never_overfilled(article, tmp_path):
    same, _ = online(article, tmp_path)
    settings = BatchSettings(queue_tokens=4000, fates=[Fate(looks=2)] * 20)
    with ChatServer(batches=settings) as server:
        done = by_batch(article, tmp_path, server, "--batch-tokens", 1500)
        uploaded = server.stats.files
        assert server.stats.batches == uploaded > 2
    assert done.code == 0, done.out
    assert pairs(tmp_path) == same


def test_without_waiting_a_build_submits_and_leaves_and_goes_on_later(article, tmp_path):
    same, single = online(article, tmp_path)
    with ChatServer(batches=BatchSettings(fates=[Fate(looks=2)])) as server:
        left = by_batch(article, tmp_path, server, "--no-wait")
        assert left.code == 3
        assert "batch collect" in left.json["error"]
        listed = batch("status", tmp_path, server)
        assert (listed.code, listed.json["live"]) == (0, 1)
        assert listed.json["batches"][0]["calls"] == single["sections"]["planned"]
        collected = batch("collect", tmp_path, server)
        assert collected.code == 0, collected.out
        assert collected.json["collected_now"] == single["sections"]["planned"]
        done = build(article, tmp_path, server)
        assert (server.stats.requests, server.stats.batches) == (0, 1)
    assert done.code == 0
    assert pairs(tmp_path) == same


def test_an_online_build_leaves_the_calls_of_a_live_batch_alone(article, tmp_path):
    with ChatServer(batches=BatchSettings(fates=[Fate(looks=999)])) as server:
        by_batch(article, tmp_path, server, "--no-wait", "--template", "basic")
        done = build(article, tmp_path, server)
        planned = done.json["sections"]["planned"]
        assert server.stats.requests == planned / 2
        assert done.code == 3
        assert done.json["sections"]["pending"] == planned / 2
        assert [cause["reason"] for cause in done.json["causes"]] == ["in_batch"]
        assert "1 batch" in done.json["error"]
        assert batch("collect", tmp_path, server).code == 3


def test_an_online_build_collects_first_and_asks_for_the_rest(article, tmp_path):
    same, single = online(article, tmp_path)
    planned = single["sections"]["planned"]
    fate = Fate(looks=2, ends="expired", share=0.5)
    with ChatServer(batches=BatchSettings(fates=[fate])) as server:
        by_batch(article, tmp_path, server, "--no-wait")
        done = build(article, tmp_path, server)
        assert server.stats.batch_requests + server.stats.requests == planned
        assert (server.stats.batches, server.stats.paid_twice) == (1, 0)
    assert done.code == 0, done.out
    assert pairs(tmp_path) == same


@pytest.mark.parametrize("options", [(), ("--online-rest",)])
def test_an_expired_batch_is_made_again_where_it_is_missing_only(article, tmp_path, options):
    same, single = online(article, tmp_path)
    planned = single["sections"]["planned"]
    fates = [Fate(ends="expired", share=0.5), Fate(looks=2)]
    with ChatServer(batches=BatchSettings(fates=fates)) as server:
        done = by_batch(article, tmp_path, server, *options)
        assert server.stats.batches == (1 if options else 2)
        assert server.stats.batch_requests + server.stats.requests == planned
        assert bool(server.stats.requests) == bool(options)
        assert server.stats.paid_twice == 0
    assert done.code == 0, done.out
    assert pairs(tmp_path) == same


def test_what_a_batch_answers_with_errors_is_asked_again_or_named(article, tmp_path):
    rules = [
        Rule(answer="status", status=500, first=1, contains="Electrification"),
        Rule(answer="content_policy", contains="Storm of 1953"),
    ]
    with ChatServer(*rules) as server:
        done = by_batch(article, tmp_path, server)
        assert server.stats.paid_twice == 0
        assert max(server.stats.per_prompt.values()) == 2
    assert done.code == 1
    assert done.json["sections"]["failed"] == 2
    assert done.json["calls"]["failed_now"] == {"content_policy": 2}
    assert [cause["reason"] for cause in done.json["causes"]] == ["content_policy"]


def test_a_reply_that_was_cut_is_followed_up_like_any_other(article, tmp_path):
    rule = Rule(answer="length", first=1, contains="Kind: detailed")
    same, single = online(article, tmp_path, rule)
    with ChatServer(rule) as server:
        done = by_batch(article, tmp_path, server)
        assert server.stats.requests == sum(single["calls"]["followed_up"].values()) > 0
    assert done.code == 0, done.out
    assert pairs(tmp_path) == same


def test_a_batch_whose_output_is_lost_is_made_again(article, tmp_path):
    same, _ = online(article, tmp_path)
    with ChatServer(batches=BatchSettings(fates=[Fate(drops_output=True)])) as server:
        done = by_batch(article, tmp_path, server)
        assert (server.stats.batches, server.stats.requests) == (2, 0)
    assert done.code == 0, done.out
    assert pairs(tmp_path) == same


def test_an_invalid_batch_stops_the_build_and_frees_the_calls(article, tmp_path):
    with ChatServer(batches=BatchSettings(fates=[Fate(code="model_not_found")])) as server:
        done = by_batch(article, tmp_path, server)
        assert done.code == 4
        assert "model_not_found" in done.json["error"]
        assert batch("status", tmp_path, server).json["live"] == 0
        assert build(article, tmp_path, server).code == 0


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"batches": BatchSettings(is_there=False)}, "--base-url"),
        ({"api_key": "another"}, "OPENAI_API_KEY"),
    ],
)
def test_an_endpoint_that_will_not_leaves_no_call_behind(article, tmp_path, settings, said):
    with ChatServer(**settings) as server:
        done = by_batch(article, tmp_path, server)
        assert (done.code, server.stats.batches) == (4, 0)
        assert said in done.json["error"]
        assert batch("status", tmp_path, server).json["batches"] == []


def test_lost_answers_and_broken_steps_submit_nothing_twice(article, tmp_path):
    same, single = online(article, tmp_path)
    settings = BatchSettings(
        loses=Counter({UPLOAD: 1, CREATE: 1}),
        fails=Counter({"GET /v1/files": 1, "GET /v1/batches": 1, UPLOAD: 1}),
    )
    with ChatServer(batches=settings) as server:
        done = by_batch(article, tmp_path, server)
        assert server.stats.batches == 1
        assert server.stats.batch_requests == single["sections"]["planned"]
        assert (server.stats.requests, server.stats.paid_twice) == (0, 0)
    assert done.code == 0, done.out
    assert pairs(tmp_path) == same


def test_a_kill_between_upload_and_its_answer_submits_once(article, tmp_path):
    same, single = online(article, tmp_path)
    with ChatServer(batches=BatchSettings(delays={UPLOAD: LONG})) as server:
        killed(article, tmp_path, server, lambda: server.stats.files)
        server.batches.settings.delays.clear()
        done = by_batch(article, tmp_path, server)
        assert (server.stats.files, server.stats.batches) == (1, 1)
        assert server.stats.batch_requests == single["sections"]["planned"]
    assert done.code == 0, done.out
    assert pairs(tmp_path) == same


def test_a_kill_between_create_and_its_answer_submits_once(article, tmp_path):
    same, single = online(article, tmp_path)
    with ChatServer(batches=BatchSettings(delays={CREATE: LONG})) as server:
        killed(article, tmp_path, server, lambda: server.stats.batches)
        server.batches.settings.delays.clear()
        done = by_batch(article, tmp_path, server)
        assert (server.stats.files, server.stats.batches) == (1, 1)
        assert server.stats.batch_requests == single["sections"]["planned"]
        assert (server.stats.requests, server.stats.paid_twice) == (0, 0)
    assert done.code == 0, done.out
    assert pairs(tmp_path) == same


def test_an_online_build_after_such_a_kill_finds_the_batch(article, tmp_path):
    same, single = online(article, tmp_path)
    with ChatServer(batches=BatchSettings(delays={CREATE: LONG})) as server:
        killed(article, tmp_path, server, lambda: server.stats.batches)
        server.batches.settings.delays.clear()
        done = build(article, tmp_path, server)
        assert server.stats.batch_requests == single["sections"]["planned"]
        assert (server.stats.requests, server.stats.batches) == (0, 1)
    assert done.code == 0, done.out
    assert pairs(tmp_path) == same


def test_kills_while_polling_and_collecting_lose_and_repeat_nothing(article, tmp_path):
    same, single = online(article, tmp_path)
    fates = [Fate(looks=4)] * 20
    with ChatServer(batches=BatchSettings(fates=fates)) as server:
        size = ("--batch-calls", 4)
        killed(article, tmp_path, server, lambda: server.stats.batches >= 2, *size)
        for seen in (1, 5, 9):
            killed(
                article, tmp_path, server, lambda seen=seen: server.stats.batch_requests >= seen,
                *size,
            )  # fmt: skip
        done = by_batch(article, tmp_path, server, *size)
        assert server.stats.batch_requests == single["sections"]["planned"]
        assert (server.stats.requests, server.stats.paid_twice) == (0, 0)
        assert server.stats.files == server.stats.batches
    assert done.code == 0, done.out
    assert pairs(tmp_path) == same


def test_a_kill_during_collection_stores_what_was_stored_and_the_rest_later(article, tmp_path):
    same, single = online(article, tmp_path)
    with ChatServer() as server:
        server.batches.settings.delays = {"GET /v1/files/ID/content": LONG}
        killed(article, tmp_path, server, lambda: server.stats.batch_requests)
        server.batches.settings.delays.clear()
        assert batch("status", tmp_path, server).json["live"] == 1
        done = by_batch(article, tmp_path, server)
        assert server.stats.batch_requests == single["sections"]["planned"]
        assert (server.stats.requests, server.stats.batches) == (0, 1)
    assert done.code == 0, done.out
    assert pairs(tmp_path) == same


def test_ctrl_c_leaves_the_batch_running_and_says_how_to_go_on(article, tmp_path):
    same, single = online(article, tmp_path)
    with ChatServer(batches=BatchSettings(fates=[Fate(looks=40)])) as server:
        process = subprocess.Popen(
            command(*arguments(article, tmp_path, server, "--batch", "--poll", 0.05)),
            env=environment(KEY), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            encoding="utf-8",
        )  # fmt: skip
        until(lambda: server.stats.batches)
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=LONG)
        assert process.returncode == 3, out
        assert "batch collect" in json.loads(out)["error"]
        done = by_batch(article, tmp_path, server)
        assert (server.stats.batches, server.stats.requests) == (1, 0)
        assert server.stats.batch_requests == single["sections"]["planned"]
    assert done.code == 0, done.out
    assert pairs(tmp_path) == same


def test_cancel_keeps_what_was_done_and_frees_the_rest(article, tmp_path):
    same, single = online(article, tmp_path)
    planned = single["sections"]["planned"]
    with ChatServer(batches=BatchSettings(fates=[Fate(looks=999, share=0.5)])) as server:
        by_batch(article, tmp_path, server, "--no-wait")
        wrong = batch("cancel", tmp_path, server, "nothing")
        assert (wrong.code, "live:" in wrong.json["error"]) == (2, True)
        done = batch("cancel", tmp_path, server, "batch_1")
        assert done.code == 0, done.out
        assert (done.json["live"], done.json["collected_now"]) == (0, round(planned / 2))
        rest = build(article, tmp_path, server)
        assert server.stats.batch_requests + server.stats.requests == planned
        assert server.stats.paid_twice == 0
    assert rest.code == 0, rest.out
    assert pairs(tmp_path) == same


def test_a_batch_that_the_endpoint_does_not_know_can_be_let_go(article, tmp_path):
    with ChatServer(batches=BatchSettings(fates=[Fate(looks=999)])) as server:
        by_batch(article, tmp_path, server, "--no-wait")
        port = server.port
    with ChatServer(port=port) as server:
        lost = by_batch(article, tmp_path, server)
        assert lost.code == 4
        assert "batch cancel" in lost.json["error"]
        assert batch("cancel", tmp_path, server).code == 0
        assert by_batch(article, tmp_path, server).code == 0


def test_two_processes_by_batch_and_online_pay_for_nothing_twice(article, tmp_path):
    same, single = online(article, tmp_path)
    with ChatServer(latency_s=0.05, batches=BatchSettings(fates=[Fate(looks=5)] * 9)) as server:
        options = [("--batch", "--poll", 0.05), ("--batch", "--poll", 0.05), ()]
        processes = [
            subprocess.Popen(
                command(
                    *arguments(article, tmp_path, server, "--name", f"copy-{number}", *given)
                ),
                env=environment(KEY), cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8",
            )
            for number, given in enumerate(options)
        ]  # fmt: skip
        outs = [process.communicate(timeout=LONG)[0] for process in processes]
        assert server.stats.paid_twice == 0
        assert server.stats.requests + server.stats.batch_requests == single["sections"]["planned"]
        assert {process.returncode for process in processes} <= {0, 3}, outs
        done = by_batch(article, tmp_path, server)
        assert server.stats.requests + server.stats.batch_requests == single["sections"]["planned"]
    assert done.code == 0, done.out
    assert pairs(tmp_path) == same


def test_two_builds_by_batch_at_once_both_come_to_their_end(article, tmp_path):
    settings = BatchSettings(queue_tokens=1000, fates=[Fate(looks=3)] * 9)
    with ChatServer(batches=settings) as server:
        both = [
            subprocess.Popen(
                command(*arguments(
                    article, tmp_path, server, "--batch", "--poll", 0.05, "--name", name
                )),
                env=environment(KEY), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            )
            for name in ("one", "other")
        ]  # fmt: skip
        said = [process.communicate(timeout=LONG)[0].decode() for process in both]
        assert [process.returncode for process in both] == [0, 0], said
        assert server.stats.paid_twice == 0
    one, other = (tmp_path / "work" / name / "pairs.jsonl" for name in ("one", "other"))
    assert one.read_bytes() == other.read_bytes()


def test_a_budget_holds_for_batches_at_their_price(article, tmp_path):
    with ChatServer() as server:
        done = by_batch(article, tmp_path, server, "--max-calls", 3)
        assert server.stats.batch_requests + server.stats.requests == 3
    assert done.code == 3
    assert done.json["sections"]["done"] == 3
    with ChatServer() as server:
        done = by_batch(article, tmp_path, server, "--budget", 0.01, workspace="poor")
    assert done.code == 3
    assert 0 < done.json["cost_usd"] <= 0.01


def test_a_dry_run_tells_the_price_of_batches(article, tmp_path):
    with ChatServer() as server:
        single = build(article, tmp_path, server, "--dry-run").json["cost_usd"]
        half = by_batch(article, tmp_path, server, "--dry-run").json["cost_usd"]
        assert server.stats.requests == server.stats.batches == 0
    assert half == pytest.approx(single / 2)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--no-wait",), "--batch"),
        (("--batch", "--model", "extractive"), "built-in"),
        (("--batch", "--batch-calls", "0"), "batch_calls"),
        (("--batch", "--batch-mb", "900"), "batch_mb"),
    ],
)
def test_options_that_cannot_be_are_named(article, tmp_path, options, said):
    with ChatServer() as server:
        done = build(article, tmp_path, server, *options)
    assert done.code == 2
    assert said in done.json["error"]


def test_commands_on_batches_without_any_say_so(article, tmp_path):
    assert loremill("batch", "status", "--workspace", tmp_path / "none").code == 2
    loremill("build", "--from", article, "--workspace", tmp_path / "work")
    done = loremill("batch", "status", "--workspace", tmp_path / "work")
    assert (done.code, "--batch" in done.out) == (0, True)
    assert loremill("batch", "collect", "--workspace", tmp_path / "work").code == 2


def test_replies_of_a_batch_are_marked_in_the_store(article, tmp_path):
    with ChatServer() as server:
        by_batch(article, tmp_path, server)
    with open_store(tmp_path / "work") as store:
        rows = store._reader.execute("SELECT DISTINCT batch FROM replies").fetchall()
    assert rows == [(1,)]
