"""The result files in a folder: tables, then logs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from generator.errors import Misconfigured, SourceError
from generator.tuning.records import ResultFile

_TABLES: Final = ("*results*.csv", "*step_metrics*.csv")
_LOGS: Final = ("log_history.json", "trainer_state.json", "events.jsonl")
_CHECKPOINT = re.compile(r"checkpoint-(\d+)")
MOST_BYTES: Final = 1 << 30


def files_in(path: Path) -> list[Path]:
    """The file itself, or those of a folder that hold results.

    Raises:
        Misconfigured: there are none.
    """
    if path.is_file():
        return [path]
    found = list(dict.fromkeys(_look(path)))
    if not found:
        raise Misconfigured(
            f"{path}: no results in it ({', '.join((*_TABLES, *_LOGS))}): give the file itself"
        )
    return found


def _look(folder: Path) -> Iterator[Path]:
    for pattern in _TABLES:
        yield from sorted(folder.glob(pattern))
    for name in _LOGS:
        if (folder / name).is_file():
            yield folder / name
    if not (folder / "trainer_state.json").is_file():
        # A trainer leaves its log in each checkpoint, and the newest has all of it.
        states = {_number(one): one for one in folder.glob("**/checkpoint-*/trainer_state.json")}
        if states:
            yield states[max(states)]


def _number(state: Path) -> int:
    found = _CHECKPOINT.fullmatch(state.parent.name)
    return int(found[1]) if found else -1


def read_files(paths: Sequence[Path]) -> list[ResultFile]:
    """Their contents.

    Raises:
        SourceError: one cannot be read, or is far too large for results.
    """
    files = []
    for path in paths:
        try:
            if path.stat().st_size > MOST_BYTES:
                raise SourceError(f"{path} has more than 1 GB: that is no table of results")
            files.append(ResultFile(name=path.name, content=path.read_bytes()))
        except OSError as exc:
            raise SourceError(f"{path} cannot be read: {exc.strerror}") from exc
    return files
