"""The reference for `engine.py`: a bare loop over the openai client that stores and reads nothing.

    python bench/bare_loop.py --base-url http://127.0.0.1:8000/v1 --count 2000 --concurrency 1000

A semaphore and one task per request, the client's own retries, aiohttp below it unless told otherwise.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import time
from pathlib import Path
from typing import Any

import openai
from workload import read_requests


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--requests", type=Path, help="JSON lines in the shape of chat completions")
    parser.add_argument(
        "--count", type=int, default=2000, help="of made up requests, without a file"
    )
    parser.add_argument("--concurrency", type=int, default=1000)
    parser.add_argument("--transport", choices=("aiohttp", "httpx"), default="aiohttp")
    given = parser.parse_args()
    requests = list(read_requests(given.requests, given.count))
    before_s, began = cpu_s(), time.monotonic()
    answered = asyncio.run(ask_all(given, requests))
    took_s, used_s = time.monotonic() - began, cpu_s() - before_s
    print(json.dumps({
        "planned": len(requests),
        "answered": answered,
        "failed": len(requests) - answered,
        "requests_per_s": round(answered / took_s, 1),
        "cpu_ms_per_request": round(1000 * used_s / (answered or 1), 2),
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }))  # fmt: skip


async def ask_all(given: argparse.Namespace, requests: list[dict[str, Any]]) -> int:
    """Ask all at once within the concurrency; returns how many were answered."""
    new = (
        openai.DefaultAioHttpClient
        if given.transport == "aiohttp"
        else openai.DefaultAsyncHttpxClient
    )
    room = asyncio.Semaphore(given.concurrency)
    answered = 0
    async with openai.AsyncOpenAI(
        base_url=given.base_url,
        api_key=os.environ.get("OPENAI_API_KEY", "none"),
        http_client=new(),
    ) as client:

        async def ask(request: dict[str, Any]) -> None:
            nonlocal answered
            async with room:
                try:
                    reply = await client.chat.completions.create(**request)
                except openai.OpenAIError:
                    return
            answered += bool(reply.choices and reply.choices[0].message.content)

        async with asyncio.TaskGroup() as group:
            for request in requests:
                group.create_task(ask(request))
    return answered


def cpu_s() -> float:
    """Seconds of CPU that this process has used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
