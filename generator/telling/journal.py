"""The log of a run: one line of JSON per event, with times, ids, reasons and tokens.

Never any text of a prompt, a reply or a key: of calls it holds the digests, by which the store finds
the rest.
"""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from generator.engine.events import (
    Answered,
    Article,
    Batched,
    Began,
    Broken,
    Duplicate,
    Event,
    Failed,
    Found,
    Listed,
    Missing,
    Note,
    Unselected,
    Waiting,
    Writing,
)
from generator.engine.plan import Planned

FOLDER = "logs"
KEPT = 30
"""Logs of so many runs are kept."""
LONGEST_TEXT = 300
"""Characters of a message: what a wiki or a server says may be of any length."""


class Journal:
    """Appends to one file; the first failure ends it and is told, the run goes on."""

    def __init__(
        self,
        folder: Path,
        run: str,
        *,
        clock: Callable[[], float],
        complain: Callable[[str], None],
    ) -> None:
        """Open the log of a run, and remove the oldest of others.

        Args:
            folder: where logs are; made where it is missing.
            run: id of the run, the name of the file.
            clock: gives seconds, never backwards.
            complain: is told, once, that there is no log or no more of it.
        """
        self.path = folder / f"{run}.jsonl"
        self._run = run
        self._clock = clock
        self._began = clock()
        self._complain = complain
        self._file: int | None = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
            remove_oldest(folder, "*.jsonl", keep=KEPT - 1)
            self._file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        except OSError as error:
            self._give_up(error)

    def take(self, event: Event) -> None:
        """Write an event; from any thread."""
        row = _row(event)
        self.write(row.pop("event"), row)

    def write(self, event: str, row: Mapping[str, Any]) -> None:
        """Write a line of our own."""
        if self._file is None:
            return
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        # The clock on the wall may jump; seconds since the beginning do not.
        since_s = round(self._clock() - self._began, 3)
        line = json.dumps({"at": now, "s": since_s, "run": self._run, "event": event, **row})
        try:
            os.write(self._file, line.encode("ascii") + b"\n")
        except OSError as error:
            self._give_up(error)

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _give_up(self, error: OSError) -> None:
        with suppress(OSError):
            self.close()
        self._file = None
        self._complain(f"cannot write the log {self.path}: {error.strerror or error}; going on")


def remove_oldest(folder: Path, pattern: str, *, keep: int) -> None:
    """Remove files whose names begin with the time of a run, but for the newest `keep`."""
    for path in sorted(folder.glob(pattern))[: -keep or None]:
        with suppress(OSError):
            path.unlink()


def _row(event: Event) -> dict[str, Any]:
    match event:
        case Began():
            return {"event": "asking"}
        case Listed():
            return {"event": "listed", "titles": event.titles}
        case Article():
            return {
                "event": "article",
                "article": event.title,
                "sections": event.sections,
                "passages": event.passages,
                "calls": event.calls,
            }
        case Missing():
            return {
                "event": "missing",
                "asked": event.asked,
                "reason": event.kind,
                "detail": event.detail[:LONGEST_TEXT],
            }
        case Duplicate():
            return {"event": "duplicate", "asked": event.asked, "article": event.title}
        case Unselected():
            return {"event": "unselected", "asked": event.asked, "article": event.title}
        case Broken():
            return {
                "event": "broken",
                "asked": event.asked,
                "error": type(event.error).__name__,
                "where": _places(event.error),
            }
        case Found():
            return {
                "event": "planned",
                "article": event.article,
                "calls": event.calls,
                "answered": event.answered,
            }
        case Answered():
            reply, usage = event.reply, event.reply.usage
            return {
                "event": "answered",
                **_about(event.planned),
                "attempts": reply.attempts,
                "latency_s": reply.latency_s,
                "prompt_tokens": usage.prompt_tokens,
                "completion_tokens": usage.completion_tokens,
                "cached_tokens": usage.cached_tokens,
                "reasoning_tokens": usage.reasoning_tokens,
                "is_estimate": usage.is_estimate,
                "finish_reason": reply.finish_reason[:LONGEST_TEXT],
                "served_by": reply.served_by[:LONGEST_TEXT],
            }
        case Failed():
            return {
                "event": "failed",
                **_about(event.planned),
                "reason": event.failure.reason,
                "attempts": event.failure.attempts,
            }
        case Batched():
            return {"event": "batched", "done": event.done}
        case Waiting():
            return {
                "event": "waiting",
                "reason": event.reason,
                "wait_s": round(event.wait_s, 3),
                "everyone": event.everyone,
            }
        case Writing():
            return {"event": "writing"}
        case Note():
            return {"event": "note", "text": event.text[:LONGEST_TEXT]}


def _about(planned: Planned) -> dict[str, Any]:
    return {
        "call": planned.call.digest,
        "article": planned.passage.article,
        "section": list(planned.passage.section),
        "part": planned.passage.part,
        "template": planned.template.name,
    }


def _places(error: Exception) -> list[str]:
    """Where an error was raised, the innermost last; no values, which may hold the text."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    return [f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in frames]
