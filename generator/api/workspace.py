"""What a workspace holds, and what is at work in it."""

from __future__ import annotations

import os
from pathlib import Path

from generator.config import resolve
from generator.status import Status, look_at
from generator.telling.pulse import Run, read_runs


def status(workspace: Path | str | None = None) -> Status:
    """What a workspace holds: datasets and whether they are whole, pages, replies, failures."""
    return look_at(resolve({"workspace": workspace}, os.environ).workspace)


def runs(workspace: Path | str | None = None) -> list[Run]:
    """The runs of a workspace that have left a word, the oldest first; cheap, and opens no store."""
    return read_runs(resolve({"workspace": workspace}, os.environ).workspace)
