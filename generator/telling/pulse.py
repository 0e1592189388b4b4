"""The heartbeat of a run: a small file that other processes read, held by a lock that dies with ours."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from generator.telling.journal import remove_oldest
from generator.telling.progress import Snapshot

try:
    import fcntl
except ImportError:  # Windows: a run is taken for alive while it has been heard of lately
    fcntl = None  # type: ignore[assignment]

FOLDER = ".runs"
"""In the workspace; no dataset has a name that begins with a dot."""
KEPT = 30
"""Of so many runs the last word is kept."""
SILENT_AFTER_S = 30.0
"""Without locks, a run that was not heard of for so long is taken for dead."""
LONGEST_MESSAGE = 500
BEAT_BYTES = 4096
"""A heartbeat is written over the last one in one piece, filled up to this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a run says of itself."""

    run: str
    """Its id; ids of later runs sort after it."""
    pid: int
    host: str
    started_at: str
    """ISO 8601, UTC."""
    heard_at: str = ""
    """When it last said something: ISO 8601, UTC."""
    dataset: str = ""
    model: str = ""
    log: str = ""
    """Path of its log, empty where it has none."""
    exit_code: int | None = None
    """Set at the end."""
    message: str = ""
    """At the end: why it ended early, if it did."""
    progress: Snapshot = field(default_factory=Snapshot)
    is_alive: bool = False
    """True while its process is there; found out by who reads."""

    @property
    def state(self) -> Literal["running", "ended", "dead"]:
        """`dead`: it is gone without having said how it ended."""
        if self.exit_code is not None:
            return "ended"
        return "running" if self.is_alive else "dead"

    def as_dict(self) -> dict[str, Any]:
        """The run for `--json`, with its state."""
        row = asdict(self)
        del row["is_alive"]
        return {**row, "state": self.state}


_READ = TypeAdapter(Run)


def new_run_id(now: datetime) -> str:
    """An id that sorts by time, such as `20261121T031500Z-9f3c`."""
    return f"{now:%Y%m%dT%H%M%SZ}-{os.urandom(2).hex()}"


class Pulse:
    """Says how a run is doing. Never raises: a run must not end because nobody can be told of it."""

    def __init__(self, workspace: Path, run: str, *, dataset: str, model: str, log: str) -> None:
        """Take the run's file; nothing is said yet."""
        self._said = Run(
            run=run,
            pid=os.getpid(),
            host=socket.gethostname(),
            started_at=_now("microseconds"),  # several may begin within a second
            dataset=dataset,
            model=model,
            log=log,
        )
        self._file: int | None = None
        folder = workspace / FOLDER
        with suppress(OSError):
            folder.mkdir(exist_ok=True)
            remove_oldest(folder, "*.json", keep=KEPT - 1)
            self._file = os.open(folder / f"{run}.json", os.O_RDWR | os.O_CREAT, 0o644)
            if fcntl is not None:
                fcntl.flock(self._file, fcntl.LOCK_EX)  # a reader holds it for a blink

    def beat(self, progress: Snapshot) -> None:
        """Say that the run goes on, and how far it is."""
        self._say(replace(self._said, progress=progress, heard_at=_now()))

    def end(self, exit_code: int, message: str, progress: Snapshot) -> None:
        """Say how the run ended, and let go."""
        ended = replace(self._said, exit_code=exit_code, message=message[:LONGEST_MESSAGE])
        self._say(replace(ended, progress=progress, heard_at=_now()))
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _say(self, said: Run) -> None:
        if self._file is None:
            return
        row = asdict(said)
        del row["is_alive"]
        data = json.dumps(row).encode("ascii").ljust(BEAT_BYTES)
        with suppress(OSError):
            os.lseek(self._file, 0, os.SEEK_SET)
            os.write(self._file, data)
            os.ftruncate(self._file, len(data))


def read_runs(workspace: Path) -> list[Run]:
    """The runs of a workspace that have left a word, the oldest first."""
    files = (workspace / FOLDER).glob("*.json")
    found = [run for path in files if (run := _read(path)) is not None]
    return sorted(found, key=lambda run: (run.started_at, run.run))


def _read(path: Path) -> Run | None:
    try:
        file = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        is_held = _is_held(file)
        for row in _attempts(file):
            run = _READ.validate_python(row)
            return replace(run, is_alive=_is_fresh(run) if is_held is None else is_held)
    except (OSError, ValidationError):
        pass  # not written by us
    finally:
        os.close(file)
    return None


def _attempts(file: int) -> Iterator[Any]:
    """What the file says; read again where it is just being written."""
    for _ in range(5):
        with suppress(ValueError):
            os.lseek(file, 0, os.SEEK_SET)
            yield json.loads(os.read(file, 16 * BEAT_BYTES))
        time.sleep(0.01)


def _is_held(file: int) -> bool | None:
    """Whether a living process holds the file; None where locks cannot tell."""
    if fcntl is None:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return None
    return False


def _is_fresh(run: Run) -> bool:
    with suppress(ValueError):
        return age_s(run) < SILENT_AFTER_S
    return False


def age_s(run: Run) -> float:
    """Seconds since a run was heard of."""
    return (datetime.now(UTC) - datetime.fromisoformat(run.heard_at)).total_seconds()


def _now(precision: str = "seconds") -> str:
    return datetime.now(UTC).isoformat(timespec=precision).replace("+00:00", "Z")
