from __future__ import annotations

import asyncio
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from generator.digests import digest
from generator.errors import StoreError
from generator.records import Failure, Page, Reply, Usage
from generator.store import Experience, open_store
from generator.store.schema import MIGRATIONS

ROOT = Path(__file__).parent.parent.parent


def reply(number: int, body: str = "Grüße, 世界 \ud83d") -> Reply:
    usage = Usage(prompt_tokens=3, completion_tokens=4, cached_tokens=1)
    return Reply(call=digest(number), body=body, finish_reason="stop", usage=usage, latency_s=0.5)


async def put(store, *replies):
    async with asyncio.TaskGroup() as group:
        for one in replies:
            group.create_task(store.put_reply(one, model="m", endpoint="e"))


async def test_what_is_put_in_comes_out_the_same(tmp_path):
    page = Page(
        site="https://de.wikipedia.org",
        title="Münze",
        page_id=7,
        revision_id=9,
        wikitext="'''Ü'''\x00",
    )
    with open_store(tmp_path) as store:
        await put(store, reply(1))
        store.put_page(page)
        await store.put_failure(
            Failure(call=digest(2), reason="timeout", attempts=3, body="<html>")
        )
    with open_store(tmp_path) as store:
        assert store.get_reply(digest(1)) == reply(1)
        assert store.get_page(page.site, 7, 9) == page
        assert store.find_page(page.key) == page
        assert store.last_failure(digest(2)).body == "<html>"
        assert store.count_failures() == {"timeout": 1}


async def test_many_replies_at_once_are_all_there(tmp_path):
    with open_store(tmp_path) as store:
        await put(store, *(reply(number) for number in range(3000)))
        assert len(store.answered(digest(number) for number in range(4000))) == 3000
        assert store.totals()[0].usage.prompt_tokens == 9000


async def test_a_reply_is_kept_where_nobody_waits_for_it_any_more(tmp_path):
    with open_store(tmp_path) as store:
        waiting = [asyncio.create_task(put(store, reply(number))) for number in range(20)]
        await asyncio.sleep(0)
        for one in waiting:
            one.cancel()
        await asyncio.wait(waiting)
        await put(store, reply(20))
        assert len(store.answered(digest(number) for number in range(21))) == 21


async def test_the_first_reply_to_a_call_stands(tmp_path):
    with open_store(tmp_path) as store:
        await put(store, reply(1, "first"))
        await put(store, reply(1, "second"))
        assert store.get_reply(digest(1)).body == "first"


def test_a_reply_is_on_the_disk_when_put_reply_returns(tmp_path):
    code = textwrap.dedent(f"""
        import asyncio, os, signal, sys
        sys.path.insert(0, {str(ROOT)!r})
        from pathlib import Path
        from generator.store import open_store
        from tests.store.test_store import put, reply
        async def main():
            with open_store(Path({str(tmp_path)!r})) as store:
                await put(store, *(reply(number) for number in range(50)))
                os.kill(os.getpid(), signal.SIGKILL)
        asyncio.run(main())
    """)
    done = subprocess.run([sys.executable, "-c", code])
    assert done.returncode == -signal.SIGKILL
    with open_store(tmp_path) as store:
        assert len(store.answered(digest(number) for number in range(50))) == 50


async def test_a_full_disk_is_said_and_loses_no_reply(tmp_path):
    with open_store(tmp_path) as store:
        await put(store, reply(1))
        size = max(path.stat().st_size for path in tmp_path.glob("loremill.db*"))
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 8192, hard))
        try:
            with pytest.raises(StoreError, match="no room"):
                await store.put_reply(reply(2, os.urandom(3000).hex()), model="m", endpoint="e")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert list(tmp_path.glob("loremill-rescued-*"))
    with open_store(tmp_path) as store:
        assert store.answered([digest(1), digest(2)]) == {digest(1), digest(2)}
        assert not list(tmp_path.glob("loremill-rescued-*"))


def test_a_damaged_file_is_named(tmp_path):
    (tmp_path / "loremill.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreError, match="damaged"), open_store(tmp_path):
        pass


def test_the_file_of_another_program_is_left_alone(tmp_path):
    connection = sqlite3.connect(tmp_path / "loremill.db")
    connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    with pytest.raises(StoreError, match="another program"), open_store(tmp_path):
        pass


def test_a_file_of_a_newer_version_is_left_alone(tmp_path):
    with open_store(tmp_path):
        pass
    connection = sqlite3.connect(tmp_path / "loremill.db")
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.close()
    with pytest.raises(StoreError, match="newer"), open_store(tmp_path):
        pass


def test_a_workspace_that_is_a_file_is_named(tmp_path):
    (tmp_path / "here").write_text("x", encoding="utf-8")
    with pytest.raises(StoreError, match="here"), open_store(tmp_path / "here"):
        pass


def test_claims_keep_another_run_of_the_same_process_out_and_outlast_its_end(tmp_path):
    call, other = "0" * 32, "1" * 32
    with open_store(tmp_path) as store:
        assert store.claims.take(call)
        with open_store(tmp_path) as second:
            assert not second.claims.take(call)
            assert second.claims.take(other)
        assert store.claims.take(other)
        code = (
            "import pathlib, sys; from generator.store import open_store\n"
            "with open_store(pathlib.Path(sys.argv[1])) as store: print(store.claims.take(sys.argv[2]))"
        )
        given = [sys.executable, "-c", code, str(tmp_path), call]
        assert subprocess.run(given, capture_output=True, check=True).stdout == b"False\n"


def test_a_claim_keeps_another_process_out_until_its_owner_ends(tmp_path):
    ask = textwrap.dedent(f"""
        from pathlib import Path
        from generator.digests import digest
        from generator.store import open_store
        with open_store(Path({str(tmp_path)!r})) as store:
            print(store.claims.take(digest(1)), store.claims.take(digest(2)))
    """)

    def other() -> str:
        done = subprocess.run(
            [sys.executable, "-c", ask], capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    with open_store(tmp_path) as store:
        assert store.claims.take(digest(1))
        assert not store.claims.take(digest(1))
        assert other() == "False True"
        store.claims.release(digest(1))
        assert other() == "True True"
        assert store.claims.take(digest(2))


async def test_replies_that_were_cut_or_hold_no_pair_are_found_again(tmp_path):
    def ended(number, finish_reason, completion_tokens, reasoning_tokens=0):
        usage = Usage(completion_tokens=completion_tokens, reasoning_tokens=reasoning_tokens)
        return Reply(call=digest(number), body="", finish_reason=finish_reason, usage=usage)

    replies = [
        ended(1, "stop", 500),
        ended(2, "length", 4000),
        ended(3, "", 500),
        ended(4, "stop", 3),
        ended(5, "stop", 500, 495),
    ]
    with open_store(tmp_path) as store:
        await put(store, *replies)
        found = store.unsettled(digest(number) for number in range(9))
    assert found == {digest(2), digest(4), digest(5)}


async def test_calls_that_failed_for_a_reason_are_found_again(tmp_path):
    with open_store(tmp_path) as store:
        for number, reason in [(1, "timeout"), (2, "context_overflow"), (2, "timeout")]:
            await store.put_failure(Failure(call=digest(number), reason=reason))
        assert store.failed_for("context_overflow", map(digest, range(9))) == {digest(2)}


def test_experience_adds_up_by_model_and_prompt_file(tmp_path):
    gained = Experience(
        replies=1, pairs=8, estimated_tokens=100, prompt_tokens=110, completion_tokens=320
    )
    with open_store(tmp_path) as store:
        for model, template in [("m", "basic@1"), ("m", "basic@1"), ("m", "basic@2"), ("n", "x@1")]:
            store.put_experience(model, template, gained)
    with open_store(tmp_path) as store:
        assert store.experience("m") == {
            "basic@1": Experience(*(2 * value for value in gained)),
            "basic@2": gained,
        }
        assert store.experience("other") == {}
