"""Opens what is to be imported: a file or standard input, packed or not, hashed while it is read."""

from __future__ import annotations

import gzip
import hashlib
import io
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Protocol

from generator.errors import Misconfigured, SourceError

if TYPE_CHECKING:
    from typing_extensions import Buffer

STDIN: Final = Path("-")
HEAD_BYTES: Final = 1 << 18
"""Beginning of a file by which its format, encoding and columns are told."""
_GZIP = b"\x1f\x8b"


class Opened:
    """A file being read from its beginning to its end."""

    def __init__(self, raw: IO[bytes], size: int | None) -> None:
        """`size` in bytes, None where nobody knows."""
        self.size = size
        self._counted = _Counted(raw)
        packed = io.BufferedReader(self._counted, HEAD_BYTES)
        self.is_packed = packed.peek(2)[:2] == _GZIP
        plain = gzip.GzipFile(fileobj=packed) if self.is_packed else packed
        self.head = _read(plain, HEAD_BYTES)
        self.stream = io.BufferedReader(_Rejoined(self.head, plain), HEAD_BYTES)

    @property
    def bytes_read(self) -> int:
        """Of the file as it lies on the disk."""
        return self._counted.count

    def sha256(self) -> str:
        """The digest of the whole file; reads what has not been read yet."""
        while self._counted.read(HEAD_BYTES):
            pass
        return self._counted.digest.hexdigest()


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """Open a file, or standard input for `-`.

    Raises:
        Misconfigured: there is no such file, or it may not be read.
        SourceError: what is in it cannot be unpacked.
    """
    if path == STDIN:
        with _explained("standard input"):
            file = Opened(sys.stdin.buffer, None)
        yield file
        return
    with _explained(str(path)):
        raw = path.open("rb")
    with raw:
        with _explained(str(path)):
            file = Opened(raw, path.stat().st_size)
        yield file


@contextmanager
def _explained(name: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as exc:
        raise Misconfigured(f"there is no file {name}: check the path") from exc
    except IsADirectoryError as exc:
        raise Misconfigured(f"{name} is a folder: give the files in it") from exc
    except PermissionError as exc:
        raise Misconfigured(f"{name} may not be read: check its permissions") from exc
    except ValueError as exc:
        raise Misconfigured(f"{name!r} is not a path: {exc}") from exc
    except BROKEN as exc:
        raise SourceError(f"{name} cannot be read: {exc}") from exc


BROKEN: Final = (OSError, EOFError, zlib.error)
"""What reading a broken file raises."""


def _read(stream: _Readable, size: int) -> bytes:
    """So many bytes, or as many as can be read: what breaks behind them is told when one comes there."""
    pieces: list[bytes] = []
    while size > 0:
        try:
            piece = stream.read1(min(size, 1 << 14))
        except BROKEN:
            if not pieces:
                raise
            break
        if not piece:
            break
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


class _Readable(Protocol):
    """Gives what it has, up to so many bytes, and nothing only at its end."""

    def read1(self, size: int, /) -> bytes: ...


class _Counted(io.RawIOBase):
    """Counts and hashes what is read through it."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self.count = 0
        self.digest = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        view = memoryview(buffer)
        data = self._raw.read(len(view))
        view[: len(data)] = data
        self.count += len(data)
        self.digest.update(data)
        return len(data)


class _Rejoined(io.RawIOBase):
    """What was read already, then the rest."""

    def __init__(self, head: bytes, rest: _Readable) -> None:
        self._head = memoryview(head)
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        view = memoryview(buffer)
        data: bytes | memoryview
        if self._head:
            data, self._head = self._head[: len(view)], self._head[len(view) :]
        else:
            data = self._rest.read1(len(view))
        view[: len(data)] = data
        return len(data)
