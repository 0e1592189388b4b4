"""How soon a run makes its first new call where a store holds a million finished ones.

    python bench/resume.py --finished 1000000 --work DIR

Fills a store (a later run in the same folder finds it full), then starts a process of its own for each
place of the new calls: before the finished ones, among them, and behind all of them, where every one
must be planned and looked up first. Prints one JSON object a place: seconds from the start of the
process to the first request, and its memory.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path

from loopback import LINES, serve

from generator.chat.openai_chat import OpenAIChat
from generator.engine.limits import Limits
from generator.engine.plan import Planned
from generator.engine.run import Runner
from generator.prompts import Template
from generator.records import Call, Message, Passage, Reply, Usage
from generator.store import Store, open_store

AN_ARTICLE = 20
"""Calls."""
NEW = 20
AT_ONCE = 5_000
"""Replies put into the store at once."""
TEMPLATE = Template(name="bench", kind="basic", system="", user="{{ passage }}")
PLACES = {"first": 0.0, "middle": 0.5, "last": 1.0}


def main() -> None:
    """Fill, then start a process for each place."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--finished", type=int, default=1_000_000)
    parser.add_argument("--work", type=Path, required=True, help="folder for the store")
    parser.add_argument("--place", choices=PLACES, help="of the new calls; all, one by one")
    parser.add_argument("--base-url", help="run against it, as the processes do that are started")
    given = parser.parse_args()
    if given.base_url:
        run(given)
        return
    with open_store(given.work) as store:
        asyncio.run(fill(store, given.finished))
    for place in [given.place] if given.place else PLACES:
        print(json.dumps({"finished": given.finished, "place": place, **start(given, place)}))


def start(given: argparse.Namespace, place: str) -> dict[str, object]:
    """Start a process and see when it asks for the first time."""
    command = [
        *(sys.executable, __file__, "--finished", str(given.finished), "--work", str(given.work)),
        *("--place", place),
    ]
    with serve() as server:
        began = time.monotonic()
        command += ["--base-url", server.base_url]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        if server.first_at is None:
            raise SystemExit(f"nothing was asked: {done.stdout}{done.stderr}")
        return {"first_request_s": round(server.first_at - began, 2), **json.loads(done.stdout)}


async def fill(store: Store, finished: int) -> None:
    """Put a reply to each finished call into the store, as a run would, but for those that are there."""
    if store.answered([make_call(finished - 1).digest]):
        return
    numbers = iter(range(finished))
    while chunk := list(islice(numbers, AT_ONCE)):
        await store.put_replies(map(make_reply, chunk), model="m", endpoint="bench")


def make_reply(number: int) -> Reply:
    """A reply of some 2 kB, no two alike."""
    noise = random.Random(number).randbytes(300).hex()
    message = {"role": "assistant", "content": f"{LINES}\n{noise}"}
    return Reply(
        call=make_call(number).digest,
        body=json.dumps({"choices": [{"message": message, "finish_reason": "stop"}]}),
        finish_reason="stop",
        usage=Usage(prompt_tokens=900, completion_tokens=500),
    )


def make_call(number: int) -> Call:
    """The call of this number; always the same."""
    return Call(
        model="m",
        messages=(Message("system", "Write pairs."), Message("user", f"Passage {number}")),
        parameters={"max_tokens": 2048},
    )


def run(given: argparse.Namespace) -> None:
    """Make the new calls, with the finished ones around them in the plan."""
    with open_store(given.work) as store:
        asyncio.run(ask(given, store))
    print(json.dumps({"rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))


async def ask(given: argparse.Namespace, store: Store) -> None:
    model = OpenAIChat("m", api_key="none", base_url=given.base_url)
    limits = Limits(rpm=None, tpm=None, concurrency=100)
    runner = Runner(model=model, endpoint=given.base_url, store=store, limits=limits, workers=100)
    result = await runner.run(plan(given.finished, PLACES[given.place]))
    await model.aclose()
    if result.answered != NEW or result.already_answered != given.finished:
        raise SystemExit(f"{result}")


def plan(finished: int, share: float) -> Iterator[Planned]:
    """The finished calls and, after this share of them, calls that no run before has made."""
    place = round(share * finished / AN_ARTICLE) * AN_ARTICLE
    new = range(time.time_ns(), time.time_ns() + NEW)
    return planned(chain(range(place), islice(new, NEW), range(place, finished)))


def planned(numbers: Iterable[int]) -> Iterator[Planned]:
    for number in numbers:
        call = make_call(number)
        passage = Passage(
            article=f"Article {number // AN_ARTICLE}", section=(), text=call.messages[-1].content
        )
        yield Planned(call=call, passage=passage, template=TEMPLATE, pairs=20)


if __name__ == "__main__":
    main()
