"""How the process that trains a job speaks of it: its stages, its steps, and its last word."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from generator.errors import StoreError
from generator.records import Json
from generator.tuning.local.folder import JobFolder, Status, now

LOOK_EVERY_S = 0.2
"""How often is looked whether the job is to end."""
STATUS_EVERY_S = 1.0
BEAT_EVERY_S = 5.0
FAILED = 1


class Work:
    """How the process speaks of its job. All of its methods may be called from any thread."""

    def __init__(self, folder: JobFolder) -> None:
        """Take up the job where its folder says it is."""
        self.folder = folder
        self.spec = folder.spec()
        self._status = folder.status() or Status(status="queued", created_at=now())
        self._speaking = threading.RLock()
        self._said_at = 0.0
        self._reserve = _Reserve(folder.path / ".reserve")
        folder.open_events()

    def begin(self, status: str, **fields: Any) -> None:
        """A new stage."""
        self._say(status=status, **fields)

    def step(self, **fields: Any) -> None:
        """Progress; written about once a second."""
        with self._speaking:
            self._status = replace(self._status, **fields)
            if time.monotonic() - self._said_at >= STATUS_EVERY_S:
                self._say()

    def tell(
        self, message: str, *, level: str = "info", data: Mapping[str, Json] | None = None
    ) -> None:
        """Add to the story."""
        self.folder.tell(message, level=level, data=data)

    def end(self, status: str, message: str, **fields: Any) -> None:
        """The last word, which is said once."""
        with self._speaking:
            self._reserve.free()
            level = "error" if status == "failed" else "info"
            with suppress(StoreError):
                self.folder.tell(message, level=level)
            error = message if status == "failed" else ""
            self._say(status=status, error=error, finished_at=now(), seconds_left=None, **fields)
            self._say = _nothing  # type: ignore[method-assign]

    def _say(self, **fields: Any) -> None:
        with self._speaking:
            self._status = replace(self._status, **fields)
            self.folder.write_status(self._status)
            self._said_at = time.monotonic()

    def watch(self) -> None:
        """From now on, end at once when the job is cancelled or its folder is taken away."""
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        beaten_at = 0.0
        while self.folder.path.is_dir():
            if self.folder.is_cancelled:
                with self._speaking:
                    with suppress(StoreError):
                        self.end("cancelled", "The job was cancelled")
                    os._exit(0)
            if time.monotonic() - beaten_at >= BEAT_EVERY_S:
                self.folder.beat()
                beaten_at = time.monotonic()
            time.sleep(LOOK_EVERY_S)
        os._exit(FAILED)


def _nothing(**fields: Any) -> None:
    """After the last word."""


class _Reserve:
    """Some room on the disk, given up so that the last word can be written when it is full."""

    SIZE = 1 << 16

    def __init__(self, path: Path) -> None:
        self._path = path
        with suppress(OSError):
            path.write_bytes(b"\0" * self.SIZE)

    def free(self) -> None:
        with suppress(OSError):
            self._path.unlink(missing_ok=True)
