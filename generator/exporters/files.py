"""Files that take their name only when they are whole, with their digest and number of lines."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, NamedTuple

from generator.errors import StoreError

if os.name == "posix":
    import fcntl

_BUFFER_CHARACTERS = 1 << 16
_READ_BYTES = 1 << 18
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


class FileFacts(NamedTuple):
    """What a manifest says of a file."""

    sha256: str
    bytes: int
    lines: int


class PartFile:
    """A file being written beside its final name."""

    def __init__(self, path: Path) -> None:
        """Start the file anew; what an interrupted run left of it is overwritten."""
        self.path = path
        self.part = path.with_name(f".{path.name}.part")
        self._digest = hashlib.sha256()
        self._bytes = self._lines = 0
        with explained(path):
            self._file: IO[bytes] = self.part.open("wb", buffering=0)
        self._pending: list[str] = []
        self._pending_characters = 0

    def write(self, text: str) -> None:
        """Append a text; the last one must end at a line end.

        Raises:
            StoreError: the disk is full, or the like.
        """
        self._pending.append(text)
        self._pending_characters += len(text)
        if self._pending_characters >= _BUFFER_CHARACTERS:
            self._write_pending()

    def close(self) -> FileFacts:
        """Bring it safely to the disk, still under its temporary name."""
        self._write_pending()
        with explained(self.path):
            os.fsync(self._file.fileno())
            self._file.close()
        return FileFacts(self._digest.hexdigest(), self._bytes, self._lines)

    def _write_pending(self) -> None:
        data = memoryview("".join(self._pending).encode())
        self._pending.clear()
        self._pending_characters = 0
        self._digest.update(data)
        self._bytes += len(data)
        self._lines += bytes(data).count(b"\n")
        with explained(self.path):
            while data:
                data = data[self._file.write(data) :]

    def publish(self) -> None:
        """Give it its name, in place of an older file."""
        with explained(self.path):
            self.part.replace(self.path)

    def discard(self) -> None:
        """Remove it where it was not published."""
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            self.part.unlink(missing_ok=True)


def facts_of(path: Path) -> FileFacts:
    """The facts of a file on disk, read in pieces.

    Raises:
        OSError: it cannot be read.
    """
    sha, size, lines = hashlib.sha256(), 0, 0
    with path.open("rb") as file:
        while piece := file.read(_READ_BYTES):
            sha.update(piece)
            size += len(piece)
            lines += piece.count(b"\n")
    return FileFacts(sha.hexdigest(), size, lines)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder against other writers; the system lets go of it when the process ends.

    Raises:
        StoreError: another process holds it.
    """
    if os.name != "posix":
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as exc:
        os.close(handle)
        raise StoreError(
            f"{folder}: another run is writing this dataset; wait for it, or choose another --name"
        ) from exc
    except OSError:
        pass  # A file system without locks, such as some network shares.
    try:
        yield
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder safely to the disk, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_file(path: Path) -> None:
    """Bring a file that something else wrote safely to the disk.

    Raises:
        OSError: it cannot be done.
    """
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what the system says into what happened to which file and what to do.

    Raises:
        StoreError: for every OSError inside.
    """
    try:
        yield
    except OSError as exc:
        raise StoreError(f"{path}: {_explain(exc)}") from exc


def _explain(error: OSError) -> str:
    said = error.strerror or str(error)
    if error.errno in _FULL:
        return (
            f"cannot be written, the disk or quota is full ({said}); free some space and run the "
            "same command again: replies are kept, none is asked for twice"
        )
    if error.errno in _FORBIDDEN:
        return (
            f"must not be written ({said}); "
            "allow it, or choose another folder with --workspace, and run the same command again"
        )
    if error.errno in (errno.EEXIST, errno.ENOTDIR, errno.EISDIR):
        return f"a file or folder is in the way ({said}); move it, or choose another --name"
    return f"cannot be written ({said}); choose another folder with --workspace"
