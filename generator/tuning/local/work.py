"""The process that trains one job: `python -m generator.tuning.local.work FOLDER`.

It may be killed at any moment, also by itself when the job is cancelled: a status is replaced in one
piece, a checkpoint counts when its last file is there, and the model gets its name when it is whole.
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from generator.errors import LoremillError, StoreError
from generator.records import Json
from generator.tuning.local.folder import JobFolder, Status, now
from generator.tuning.local.rows import read_data

LOOK_EVERY_S = 0.2
"""How often is looked whether the job is to end."""
STATUS_EVERY_S = 1.0
BEAT_EVERY_S = 5.0
ALMOST_FULL = 1 << 20
"""Bytes left on a disk that is called full: who fails for want of room often says something else."""
FULL = {errno.ENOSPC, errno.EDQUOT}
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


def main(train: Callable[[Work], Mapping[str, Any]]) -> int:
    """Train the job of the folder that is named on the command line."""
    work = Work(JobFolder(Path(sys.argv[1])))
    work.watch()
    try:
        done = train(work)
    except LoremillError as error:
        traceback.print_exc()
        return _fail(work, _disk(error, work.folder.path) or str(error))
    except Exception as error:  # noqa: BLE001 - whatever it is, the job says how it ended
        traceback.print_exc()
        return _fail(work, in_words(error, work.folder))
    work.end("succeeded", "The job has been successfully completed", **done)
    return 0


def _fail(work: Work, message: str) -> int:
    with suppress(StoreError):
        work.end("failed", message)
    return FAILED


def in_words(error: Exception, folder: JobFolder) -> str:
    """What went wrong and what to do, for errors of packages that do not say so."""
    if said := _disk(error, folder.path):
        return said
    text = " ".join(str(error).split())[:300]
    if type(error).__name__ == "OutOfMemoryError":
        return (
            "the GPU's memory does not suffice: --hyperparameter micro_batch=1, a smaller max_length, "
            f"lora=true, or a smaller model ({text})"
        )
    if isinstance(error, MemoryError) or "not enough memory" in text:
        return f"the memory does not suffice: a smaller model, micro_batch or max_length ({text})"
    return f"{type(error).__name__}: {text} (the whole story is in {folder.log})"


def _disk(error: BaseException, place: Path) -> str:
    """Words for a full disk, which some packages call by other names; else nothing."""
    cause: BaseException | None = error
    is_full = False
    while cause is not None:
        is_full = is_full or (isinstance(cause, OSError) and cause.errno in FULL)
        cause = cause.__cause__
    with suppress(OSError):
        is_full = is_full or shutil.disk_usage(place).free < ALMOST_FULL
    if not is_full:
        return ""
    return (
        f"the disk that holds {place} is full: make room, then the same command goes on from the last "
        "checkpoint"
    )


def _train(work: Work) -> Mapping[str, Any]:
    spec = work.spec
    work.begin("validating_files", started_at=now())
    work.tell("Validating files")
    validation = Path(spec["validation"]) if spec["validation"] else None
    data = read_data(Path(spec["training"]), validation, method=spec["method"])
    from generator.tuning.local.train import train  # takes seconds, and may fail: the job says so

    return train(work, data)


if __name__ == "__main__":
    sys.exit(main(_train))
