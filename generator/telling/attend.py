"""What goes on beside a run: its progress, heartbeat and log, and an eye on its workspace."""

from __future__ import annotations

import asyncio
import os
import platform
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from generator.config import BuildConfig
from generator.engine.events import Event, Note
from generator.engine.stop import Stop
from generator.errors import ExitCode, LoremillError, StoreError
from generator.telling import journal
from generator.telling.journal import Journal
from generator.telling.progress import Progress
from generator.telling.pulse import Pulse, new_run_id

BEAT_S = 1.0


class Attendant:
    """Passes events on to everyone who keeps account of a run, and says at its end how it went."""

    def __init__(
        self,
        config: BuildConfig,
        progress: Progress,
        *,
        observe: Callable[[Event], None],
    ) -> None:
        """Begin the log, if there is to be one, and the heartbeat."""
        run = new_run_id(datetime.now(UTC))
        self._progress = progress
        self._observe = observe
        self._journal: Journal | None = None
        if config.log:
            self._journal = Journal(
                config.workspace / journal.FOLDER,
                run,
                clock=time.monotonic,
                complain=lambda text: self._observe(Note(text=text)),
            )
        self.log = self._journal.path if self._journal else None
        """Path of the log."""
        self._pulse = Pulse(
            config.workspace,
            run,
            dataset=config.dataset_name,
            model=config.model,
            log=str(self.log or ""),
        )
        self._write("began", **_settings(config))

    def observe(self, event: Event) -> None:
        """Take an event; from any thread."""
        self._progress.take(event)
        if self._journal is not None:
            self._journal.take(event)
        self._observe(event)

    def beat(self) -> None:
        """Tell other processes how far the run is."""
        self._pulse.beat(self._progress.snapshot())

    def end(self, exit_code: ExitCode, message: str = "", **figures: Any) -> None:
        """Say how the run ended."""
        self._write("ended", exit_code=int(exit_code), **figures)
        self._pulse.end(int(exit_code), message, self._progress.snapshot())
        if self._journal is not None:
            self._journal.close()

    def _write(self, event: str, **row: Any) -> None:
        if self._journal is not None:
            self._journal.write(event, row)


@asynccontextmanager
async def attend(
    config: BuildConfig,
    store_file: Path,
    progress: Progress,
    *,
    observe: Callable[[Event], None],
    stop: Stop,
) -> AsyncIterator[Attendant]:
    """Attend a run while the block lasts; stops it where its workspace is taken away."""
    attendant = Attendant(config, progress, observe=observe)
    beating = asyncio.create_task(_beat(attendant, store_file, stop))
    try:
        yield attendant
    except BaseException as error:
        attendant.end(_code(error), str(error), error=type(error).__name__)
        raise
    finally:
        beating.cancel()


def _code(error: BaseException) -> ExitCode:
    """What the command line will end with."""
    if isinstance(error, LoremillError):
        return error.exit_code
    return ExitCode.INCOMPLETE if isinstance(error, Exception) else ExitCode.STOPPED


async def _beat(attendant: Attendant, store_file: Path, stop: Stop) -> None:
    opened = _identity(store_file)
    while True:
        attendant.beat()
        await asyncio.sleep(BEAT_S)
        if _identity(store_file) != opened and not stop.is_set:
            stop.set("store", _taken_away(store_file))


def _identity(file: Path) -> tuple[int, int] | None:
    """Which file lies at a path; None where there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino)


def _taken_away(store_file: Path) -> StoreError:
    return StoreError(
        f"{store_file} was moved or deleted while the run was working: put it back, or give its new "
        "place with --workspace. Replies that came in since went where it was moved to; if it was "
        "deleted, they are lost with it"
    )


def _settings(config: BuildConfig) -> dict[str, Any]:
    return {
        "loremill": version("loremill"),
        "python": platform.python_version(),
        "pid": os.getpid(),
        "dataset": config.dataset_name,
        "model": config.model,
        "endpoint": config.endpoint,
        "concurrency": config.concurrency,
        "rpm": config.rpm,
        "tpm": config.tpm,
        "seed": config.seed,
    }
