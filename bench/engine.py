"""Drives the engine alone: requests from a file through the runner and the store, then pairs to a file.

    python bench/engine.py --base-url http://127.0.0.1:8000/v1 --count 2000 --concurrency 1000 --work DIR
    python bench/engine.py --base-url … --requests requests.jsonl --work DIR --rpm 3000
    python bench/engine.py --base-url … --count 1000000 --max-calls 200000 --no-pairs --watch-memory 10 --work DIR

Stopped or killed, the same command goes on. Prints one JSON object: requests per second, milliseconds
of CPU per request (start-up left out), memory, failures. `bare_loop.py` is what to compare it with.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai  # noqa: F401 - loaded before the clock starts, as by the loop to compare with
from workload import read_requests

from generator.chat.openai_chat import OpenAIChat
from generator.chat.wire import message_text
from generator.engine.budget import Budget, Caps
from generator.engine.follow_up import follow
from generator.engine.limits import Limits
from generator.engine.plan import Planned
from generator.engine.run import Runner, RunResult
from generator.engine.shared import Shared
from generator.engine.stop import Stop
from generator.prompts import Template
from generator.records import Call, Message, Passage, Reply
from generator.replies import read_reply
from generator.store import Store, open_store

PAIRS = 20
MEMORY: list[int] = []
"""In use now and then, MB."""
TEMPLATE = Template(name="bench", kind="basic", system="", user="{{ passage }}")


def main() -> None:
    """Run, write, print."""
    given = read_arguments()
    given.work.mkdir(parents=True, exist_ok=True)
    with open_store(given.work) as store:
        before_s, began = cpu_s(), time.monotonic()
        result = asyncio.run(ask_all(given, store))
        asked_s = time.monotonic() - began
        counts = {"pairs": 0} if given.no_pairs else write_pairs(given, store)
        took_s, used_s = time.monotonic() - began, cpu_s() - before_s
    answered = result.answered or 1
    print(json.dumps({
        "planned": result.planned,
        "answered_before": result.already_answered,
        "answered": result.answered,
        "followed_up": dict(result.followed_up),
        "failed": dict(result.failed),
        "stopped": result.stop.reason,
        "error": str(result.stop.error or ""),
        **counts,
        "requests_per_s": round(answered / asked_s, 1),
        "with_pairs_per_s": round(answered / took_s, 1),
        "cpu_ms_per_request": round(1000 * used_s / answered, 2),
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        **({"rss_over_time_mb": MEMORY} if MEMORY else {}),
    }))  # fmt: skip


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--requests", type=Path, help="JSON lines in the shape of chat completions")
    parser.add_argument(
        "--count", type=int, default=2000, help="of made up requests, without a file"
    )
    parser.add_argument(
        "--work", type=Path, required=True, help="folder for the store and the pairs"
    )
    parser.add_argument("--concurrency", type=int, default=1000)
    parser.add_argument("--rpm", type=float)
    parser.add_argument("--tpm", type=float)
    parser.add_argument("--timeout", type=float, default=600.0)
    parser.add_argument("--transport", choices=("auto", "aiohttp", "httpx"), default="auto")
    parser.add_argument("--token-budget", type=int)
    parser.add_argument("--max-calls", type=int)
    parser.add_argument(
        "--no-pairs", action="store_true", help="leave out reading and writing pairs"
    )
    parser.add_argument(
        "--watch-memory", type=float, metavar="S", help="note the memory in use every S seconds"
    )
    return parser.parse_args()


async def ask_all(given: argparse.Namespace, store: Store) -> RunResult:
    """Get every reply."""
    model = OpenAIChat(
        "mock-model",
        api_key=os.environ.get("OPENAI_API_KEY", "none"),
        base_url=given.base_url,
        timeout_s=given.timeout,
        max_connections=given.concurrency,
        transport=given.transport,
    )
    stop = Stop()
    runner = Runner(
        model=model,
        endpoint=given.base_url,
        store=store,
        limits=Limits(
            rpm=given.rpm,
            tpm=given.tpm,
            concurrency=given.concurrency,
            shared=Shared(store, endpoint=given.base_url, model="mock-model"),
        ),
        workers=given.concurrency,
        stop=stop,
        budget=Budget(Caps(tokens=given.token_budget, calls=given.max_calls), lambda usage: 0.0),
    )
    watching = asyncio.create_task(watch_memory(given.watch_memory))
    try:
        with stop.on_signals():
            return await runner.run(plan(given))
    finally:
        watching.cancel()
        await model.aclose()


async def watch_memory(every_s: float | None) -> None:
    """Note what is in use, where the system tells (Linux)."""
    while every_s:
        MEMORY.append(memory_mb())
        await asyncio.sleep(every_s)


def memory_mb() -> int:
    """In use now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() // 2**20


def plan(given: argparse.Namespace) -> Iterator[Planned]:
    """The requests as planned calls, lazily."""
    for number, request in enumerate(read_requests(given.requests, given.count)):
        yield planned(number, request)


def planned(number: int, request: dict[str, Any]) -> Planned:
    messages = tuple(Message(one["role"], one["content"]) for one in request["messages"])
    left_out = ("model", "messages", "custom_id")
    call = Call(
        model=request["model"],
        messages=messages,
        parameters={name: value for name, value in request.items() if name not in left_out},
    )
    # Twenty calls an article, as in real work: the plan is handed over article by article.
    passage = Passage(article=f"Article {number // PAIRS}", section=(), text=messages[-1].content)
    return Planned(call=call, passage=passage, template=TEMPLATE, pairs=PAIRS)


def write_pairs(given: argparse.Namespace, store: Store) -> dict[str, int]:
    """Read every reply and write its pairs in the order of the requests; says how many have some."""
    whole = pairs = 0
    partial = given.work / "pairs.jsonl.part"
    with partial.open("w", encoding="utf-8") as file:
        for one in plan(given):
            links = list(follow(one, store.get_reply))
            found = [
                pair
                for link in links
                if isinstance(link.end, Reply)
                for pair in read_reply(
                    message_text(link.end.body), finish_reason=link.end.finish_reason
                ).pairs
            ]
            pairs += len(found)
            whole += bool(found) and all(link.end for link in links)
            for pair in found:
                row = {"id": one.call.digest, "prompt": pair.prompt, "completion": pair.completion}
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
    partial.replace(given.work / "pairs.jsonl")
    return {"with_pairs": whole, "pairs": pairs}


def cpu_s() -> float:
    """Seconds of CPU that this process has used, all threads together."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
