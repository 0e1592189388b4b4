"""What the runs of a workspace have in common at one endpoint with one model: limits, and who is there.

Each run that has calls to make holds a lock on a small file of its own. The system lets go of it when
the process ends, however it ends, so the others know within half a second.
"""

from __future__ import annotations

import os
import uuid
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from generator.digests import digest
from generator.store import Store
from generator.store.limits import LearntLimits

try:
    import fcntl
except ImportError:  # Windows: every run takes itself for the only one
    fcntl = None  # type: ignore[assignment]

FOLDER = "loremill.limits"
"""In the workspace; holds nothing while no run is on its way."""
FORGET_AFTER = timedelta(days=7)
"""Tiers change by the month, and a limit that was found from refusals is tried anew all the time."""


class Shared:
    """One run's part. Never raises for want of a lock: then it is as if it were alone."""

    def __init__(self, store: Store, *, endpoint: str, model: str) -> None:
        """Set up; nobody is told yet."""
        self._book = store.limits
        self._endpoint = endpoint
        self._model = model
        self._folder: Path = store.workspace / FOLDER / digest([endpoint, model])[:16]
        self._path: Path | None = None
        self._file: int | None = None

    def join(self) -> None:
        """Be one of those who share."""
        if self._path is not None:
            return
        self._path = self._folder / uuid.uuid4().hex
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
            if fcntl is not None:
                fcntl.flock(self._file, fcntl.LOCK_EX)  # one who counts holds it for a blink

    def leave(self) -> None:
        """Leave one's share to the others."""
        if self._path is not None:
            with suppress(OSError):
                self._path.unlink(missing_ok=True)
        if self._file is not None:
            os.close(self._file)
        self._path = self._file = None

    def count(self) -> int:
        """How many share, this run included; clears away what dead ones have left."""
        if fcntl is None:
            return 1
        if self._path is None:
            return 1
        if not self._path.exists():  # taken for dead before it was locked
            self.leave()
            self.join()
        with suppress(OSError):
            others = [path for path in self._folder.iterdir() if path != self._path]
            return 1 + sum(_is_held(path) for path in others)
        return 1

    def recall(self) -> LearntLimits | None:
        """What was learnt here, unless that is long ago."""
        learnt = self._book.get(self._endpoint, self._model)
        if learnt is None or _now() - datetime.fromisoformat(learnt.learnt_at) > FORGET_AFTER:
            return None
        return learnt

    def new(self) -> LearntLimits:
        """Nothing learnt."""
        return LearntLimits(endpoint=self._endpoint, model=self._model, learnt_at="")

    def remember(self, learnt: LearntLimits) -> None:
        """Keep for the next run what was learnt."""
        at = _now().isoformat(timespec="seconds").replace("+00:00", "Z")
        self._book.put(replace(learnt, learnt_at=at))


def _is_held(path: Path) -> bool:
    """Whether a living run holds a file; one that none holds is removed."""
    try:
        file = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        path.unlink(missing_ok=True)
    except OSError:
        return True
    finally:
        os.close(file)
    return False


def _now() -> datetime:
    return datetime.now(UTC)
