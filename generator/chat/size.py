"""How large the body of a reply may be: an endpoint that never ends one must not fill the memory."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx2

MOST_BYTES = 32 * 1024 * 1024
"""The longest reply that a model gives today, 128,000 tokens, is about half a megabyte."""
MOST_PACKED_BYTES = 256 * 1024
"""Of a compressed body: deflate makes at most 1,032 times as much of it, some 260 MB."""
CHATS = "/chat/completions"


class TooLarge(Exception):
    """A body that is longer than any reply."""


def most_bytes(headers: Mapping[str, str]) -> int:
    """The most bytes that a body with these headers may have on the wire.

    Raises:
        TooLarge: they say that it has more.
    """
    is_packed = headers.get("content-encoding", "identity").strip().lower() != "identity"
    most = MOST_PACKED_BYTES if is_packed else MOST_BYTES
    announced = headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced) > most:
        raise _too_large(most)
    return most


async def within(most: int, pieces: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """The pieces of a body.

    Raises:
        TooLarge: there are more bytes in them.
    """
    size = 0
    async for piece in pieces:
        size += len(piece)
        if size > most:
            raise _too_large(most)
        yield piece


async def bound(response: httpx2.Response) -> None:
    """Have a reply to a chat end in `TooLarge` where it is; for `event_hooks`, before it is read."""
    # Files of batches are as large as they are, and go to the disk.
    if response.request.url.path.endswith(CHATS):
        response.stream = _bounded_stream()(response.stream, most_bytes(response.headers))


@cache
def _bounded_stream() -> Callable[..., httpx2.AsyncByteStream]:
    import httpx2

    class Bounded(httpx2.AsyncByteStream):
        def __init__(self, stream: httpx2.AsyncByteStream, most: int) -> None:
            self._stream = stream
            self._most = most

        def __aiter__(self) -> AsyncIterator[bytes]:
            return within(self._most, self._stream)

        async def aclose(self) -> None:
            await self._stream.aclose()

    return Bounded


def _too_large(most: int) -> TooLarge:
    return TooLarge(f"a reply of more than {most:,} bytes")
