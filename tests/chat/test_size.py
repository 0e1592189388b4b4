"""A reply that never ends is named, and fills no memory."""

from __future__ import annotations

import gzip
import random
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from generator.chat.openai_chat import OpenAIChat
from generator.chat.size import MOST_BYTES, MOST_PACKED_BYTES, TooLarge, most_bytes
from generator.errors import Refused
from generator.records import Call, Message

CALL = Call(model="m", messages=(Message("user", "何歳?"),))
MIB = b"x" * 1024 * 1024


class Endless(BaseHTTPRequestHandler):
    """Sends a piece again and again, until nobody listens."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        with suppress(OSError):
            self.wfile.write(b"HTTP/1.1 200 OK\r\n" + self.server.head + b"\r\n\r\n")
            while True:
                self.wfile.write(self.server.piece)

    def log_message(self, *args: object) -> None:
        """Says nothing."""


async def ask(head: bytes, piece: bytes, transport: str) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Endless) as server:
        server.head, server.piece = head, piece
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/v1"
        chat = OpenAIChat("m", api_key=None, base_url=url, transport=transport, timeout_s=60)
        try:
            await chat.complete(CALL)
        finally:
            await chat.aclose()
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"content-length: 9999999999", MIB),
        (b"transfer-encoding: chunked", b"100000\r\n" + MIB + b"\r\n"),
        (b"content-type: application/json", MIB),
        (b"content-encoding: gzip", gzip.compress(random.Random(1).randbytes(1024 * 1024))),
    ],
)
async def test_a_reply_without_end_is_refused_and_named(head, piece, transport):
    with pytest.raises(Refused) as refused:
        await ask(head, piece, transport)
    assert refused.value.reason == "too_large"
    assert "bytes" in str(refused.value)


def test_less_of_a_compressed_body_is_taken():
    assert most_bytes({}) == most_bytes({"content-encoding": "identity"}) == MOST_BYTES
    assert most_bytes({"content-encoding": "br"}) == MOST_PACKED_BYTES
    assert most_bytes({"content-length": str(MOST_BYTES)}) == MOST_BYTES
    with pytest.raises(TooLarge):
        most_bytes({"content-length": str(MOST_BYTES + 1)})
