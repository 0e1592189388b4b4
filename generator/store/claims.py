"""Claims on calls, so that two processes on one workspace never pay for the same one at once.

A claim is a lock on one byte of a file, at an offset made of the call's digest. The system gives it
up when the process ends, however it ends: nothing to expire, nothing to clean up after a crash.
There are several files because the system walks through all locks of a file to set one: with 1,000
calls in flight 76 microseconds in one file, 5 in 64 of them (measured).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows has no byte-range locks of this kind: one process per workspace there
    fcntl = None  # type: ignore[assignment]


FILES = 64


class Claims:
    """The claims of this process. Not for two runs in one process: they would share every claim."""

    def __init__(
        self, folder: Path, *, is_elsewhere: Callable[[str], bool] = lambda call: False
    ) -> None:
        """Open (and if need be make) the lock files in a folder of their own; they stay empty.

        `is_elsewhere` is asked under the lock: a call in a batch cannot be claimed either.
        """
        self._is_elsewhere = is_elsewhere
        folder.mkdir(exist_ok=True)
        self._files = [
            os.open(folder / f"{number:02}", os.O_RDWR | os.O_CREAT, 0o644)
            for number in range(FILES)
        ]
        self._held: set[str] = set()

    def take(self, call: str) -> bool:
        """Claim a call; False where this or another process, or a batch, holds it."""
        if not self._lock(call):
            return False
        if self._is_elsewhere(call):
            self.release(call)
            return False
        return True

    def is_free(self, call: str) -> bool:
        """True where no process holds a call at this moment, whether a batch does or not."""
        if not self._lock(call):
            return False
        self.release(call)
        return True

    def _lock(self, call: str) -> bool:
        if call in self._held:
            return False
        if fcntl is not None:
            try:
                fcntl.lockf(self._file(call), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _offset(call))
            except OSError:
                return False
        self._held.add(call)
        return True

    def release(self, call: str) -> None:
        """Give a claim up."""
        self._held.discard(call)
        if fcntl is not None:
            fcntl.lockf(self._file(call), fcntl.LOCK_UN, 1, _offset(call))

    def close(self) -> None:
        """Give up all claims."""
        self._held.clear()
        for file in self._files:
            os.close(file)

    def _file(self, call: str) -> int:
        return self._files[int(call[-2:], 16) % FILES]


def _offset(call: str) -> int:
    # 62 bits: the largest file offset is 2^63 - 1, and two calls that share one only wait in turn.
    return int(call[:16], 16) >> 2
