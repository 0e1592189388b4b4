"""What a build gives back: a dataset folder, and how the run that wrote it went."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generator.engine.events import Missing
from generator.engine.run import RunResult
from generator.errors import ExitCode, LoremillError
from generator.records import Json
from generator.telling.report import Report, report_on


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A dataset folder, and how the run that wrote it went."""

    folder: Path
    manifest: Mapping[str, Any]
    """What `manifest.json` holds."""
    missing: Sequence[Missing] = ()
    """Titles and files that could not be had."""
    duplicates: int = 0
    """Titles that led to an article that was there already."""
    unselected: int = 0
    """Articles of which no section was selected."""
    not_reached: int = 0
    """Titles and files that the run did not come to."""
    gone: LoremillError | None = None
    """Why the source was given up before all titles were asked for."""
    log: Path | None = None
    """The log of the run, in JSON lines."""
    run: RunResult = field(default_factory=RunResult)

    @property
    def stopped(self) -> str:
        """Why the run ended early, empty where it did not."""
        return self.run.stop.reason

    @property
    def exit_code(self) -> ExitCode:
        """0 where all that was planned is done and some pair is kept; see `ExitCode`."""
        if isinstance(self.run.stop.error, LoremillError):
            return self.run.stop.error.exit_code
        if self.stopped:
            return ExitCode.STOPPED
        sections = self.manifest["sections"]
        is_done = sections["done"] == sections["planned"] and self.manifest["pairs"]["kept"] > 0
        is_whole = not (self.missing or self.not_reached or self.gone)
        is_judged = not any(
            one["calls"]["failed"] + one["calls"]["pending"] for one in self.manifest["judging"]
        )
        return ExitCode.OK if is_done and is_whole and is_judged else ExitCode.INCOMPLETE

    def report(self) -> Report:
        """What is not done, by cause and by article, and what to do about it."""
        return report_on(self.folder, self.manifest["sections"], self.missing)

    def pairs(self) -> Iterator[dict[str, Json]]:
        """The kept pairs with all their tags, one after the other, from `pairs.jsonl`."""
        return _rows(self.folder / "pairs.jsonl")

    def rejected(self) -> Iterator[dict[str, Json]]:
        """The rejected pairs with their reasons, from `rejected.jsonl`."""
        return _rows(self.folder / "rejected.jsonl")


def _rows(path: Path) -> Iterator[dict[str, Json]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
