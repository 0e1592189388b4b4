"""A server on loopback that answers every chat completion at once, and knows when the first one came."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

LINES = "\n".join(
    json.dumps({"prompt": f"What is number {number}?", "completion": f"It is number {number}."})
    for number in range(20)
)
BODY = json.dumps({
    "model": "loopback",
    "choices": [{"message": {"role": "assistant", "content": LINES}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 900, "completion_tokens": 500},
}).encode()  # fmt: skip
REPLY = (
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: "
    + str(len(BODY)).encode()
    + b"\r\n\r\n"
    + BODY
)


class Loopback:
    """What the server has seen."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.base_url = ""
        self.requests = 0
        self.first_at: float | None = None
        """By the monotonic clock, which all processes of a machine share."""

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                await reader.readexactly(int(head.split(b"content-length:")[1].split(b"\r\n")[0]))
                self.first_at = self.first_at or time.monotonic()
                self.requests += 1
                writer.write(REPLY)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


@contextmanager
def serve() -> Iterator[Loopback]:
    """A server in a thread, while the block lasts."""
    seen, loop, is_up = Loopback(), asyncio.new_event_loop(), threading.Event()

    async def begin() -> None:
        server = await asyncio.start_server(seen.talk, "127.0.0.1", 0)
        seen.base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        is_up.set()

    loop.create_task(begin())
    threading.Thread(target=loop.run_forever, daemon=True).start()
    is_up.wait()
    try:
        yield seen
    finally:
        loop.call_soon_threadsafe(loop.stop)
