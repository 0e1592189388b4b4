"""A job's folder: what was asked for, how it stands, its story; written by one process, read by any.

spec.json       what was asked for
status.json     how it stands, replaced in one piece
events.jsonl    its story, one line each
lock            held by the process that trains, for as long as it lives: the system lets go of it
                however that ends, so no process id is ever taken for ours, and none is signalled
cancel          there when the job is to end
log.txt         what the trainer printed, with tracebacks
checkpoints/    the model on its way; those with a file `complete` are whole
results.csv     loss and accuracy by step; log_history.json is the trainer's own log
model/          the tuned model, named so when it is whole
adapter/        with LoRA: the adapter alone
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from generator.errors import StoreError
from generator.exporters.files import explained
from generator.records import Json
from generator.tuning.records import TuningEvent

try:
    import fcntl
except ImportError:  # Windows: a job is taken for alive while its heartbeat is fresh
    fcntl = None  # type: ignore[assignment]

SILENT_AFTER_S = 60.0
"""Without locks, a job whose heartbeat is older than this is taken for dead."""
LOCK_TRIES, LOCK_PAUSE_S = 20, 0.05
"""Who looks whether a job lives holds its lock for a blink."""
COMPLETE = "complete"
"""File in a checkpoint, written last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How a job stands."""

    status: str
    created_at: str
    model: str = ""
    started_at: str = ""
    finished_at: str = ""
    step: int = 0
    total_steps: int = 0
    trained_tokens: int | None = None
    error: str = ""
    hyperparameters: Mapping[str, Json] = field(default_factory=dict)
    """What it is trained with: what was asked for, and what "auto" became."""
    seconds_left: float | None = None
    heard_at: str = ""


_KNOWN = {one.name for one in fields(Status)}


class JobFolder:
    """The files of one job."""

    def __init__(self, path: Path) -> None:
        """Nothing is touched yet."""
        self.path = path
        self._writing = threading.Lock()
        self._events = 0

    @property
    def id(self) -> str:
        """Name of the folder."""
        return self.path.name

    @property
    def model(self) -> Path:
        """Where the tuned model is when the job has succeeded."""
        return self.path / "model"

    @property
    def checkpoints(self) -> Path:
        """Where checkpoints are."""
        return self.path / "checkpoints"

    @property
    def log(self) -> Path:
        """What the trainer printed."""
        return self.path / "log.txt"

    @property
    def is_cancelled(self) -> bool:
        """Whether someone asked for its end."""
        return (self.path / "cancel").exists()

    def ask_to_cancel(self) -> None:
        """Leave word that the job is to end."""
        with explained(self.path):
            (self.path / "cancel").touch()

    def forget_cancelling(self) -> None:
        """Take that word back."""
        (self.path / "cancel").unlink(missing_ok=True)

    def spec(self) -> dict[str, Any]:
        """What was asked for; empty where it cannot be read."""
        return read_object(self.path / "spec.json")

    def status(self) -> Status | None:
        """How the job stands; None where its file is missing or damaged."""
        row = read_object(self.path / "status.json")
        with suppress(TypeError):
            return Status(**{name: value for name, value in row.items() if name in _KNOWN})
        return None

    def write_status(self, status: Status) -> None:
        """Say how it stands. For the holder of the lock alone.

        Raises:
            StoreError: it cannot be written.
        """
        row = {**asdict(status), "heard_at": now()}
        write_whole(self.path / "status.json", json.dumps(row, ensure_ascii=False, indent=1) + "\n")

    def events(self) -> Iterator[TuningEvent]:
        """The story so far; a line that is being written, or was cut, is left out."""
        try:
            text = (self.path / "events.jsonl").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return
        for line in text.split("\n")[:-1]:
            with suppress(ValueError, TypeError):
                yield TuningEvent(**json.loads(line))

    def open_events(self) -> None:
        """Go on after the last whole line: a process that was killed may have left half of one."""
        path = self.path / "events.jsonl"
        with explained(path), path.open("a+b") as file:
            file.seek(0)
            whole = file.read().rpartition(b"\n")[0]
            file.truncate(len(whole) + 1 if whole else 0)
            self._events = whole.count(b"\n") + 1 if whole else 0

    def tell(
        self, message: str, *, level: str = "info", data: Mapping[str, Json] | None = None
    ) -> None:
        """Add to the story. For the holder of the lock alone.

        Raises:
            StoreError: it cannot be written.
        """
        path = self.path / "events.jsonl"
        with self._writing, explained(path):
            self._events += 1
            event = TuningEvent(
                id=f"{self.id}-{self._events:07d}", created_at=now(), message=message, level=level,
                type="message" if data is None else "metrics", data=data or {},
            )  # fmt: skip
            with path.open("ab") as file:
                file.write(json.dumps(asdict(event), ensure_ascii=False).encode() + b"\n")

    def whole_checkpoints(self) -> list[tuple[int, Path]]:
        """Step and folder of the checkpoints that are whole, the oldest first."""
        found = [
            (int(step), path)
            for path in self.checkpoints.glob("checkpoint-*")
            if (step := path.name.removeprefix("checkpoint-")).isdecimal()
            and (path / COMPLETE).exists()
        ]
        return sorted(found)

    def is_alive(self) -> bool:
        """Whether a process is at work on it."""
        if fcntl is None:
            return self._is_fresh()
        try:
            file = os.open(self.path / "lock", os.O_RDONLY)
        except OSError:
            return False
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:  # a file system without locks
            return self._is_fresh()
        finally:
            os.close(file)
        return False

    def beat(self) -> None:
        """A sign of life, for systems without locks."""
        with suppress(OSError):
            os.utime(self.path / "lock")

    def _is_fresh(self) -> bool:
        with suppress(OSError):
            return time.time() - (self.path / "lock").stat().st_mtime < SILENT_AFTER_S
        return False

    @contextmanager
    def held(self) -> Iterator[int | None]:
        """Hold the lock, and yield its file for a child to inherit; None where another holds it."""
        with explained(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
            file = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            yield file if _take(file) else None
        finally:
            os.close(file)


def _take(file: int) -> bool:
    if fcntl is None:
        return True
    for _ in range(LOCK_TRIES):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(LOCK_PAUSE_S)
        except OSError:  # a file system without locks, such as some network shares
            return True
        else:
            return True
    return False


def write_whole(path: Path, text: str) -> None:
    """Put a file in place in one piece: who reads sees the old one or the new one.

    Raises:
        StoreError: it cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        with explained(path):
            with part.open("wb") as file:
                file.write(text.encode())
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
    except StoreError:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def read_object(path: Path) -> dict[str, Any]:
    """A JSON object from a file; empty where it is missing, damaged or something else."""
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return row if isinstance(row, dict) else {}


def now() -> str:
    """The time: ISO 8601, UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
