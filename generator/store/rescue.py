"""What happens to replies that are paid for when the disk is full.

A reserve file is kept beside the store and given up first. If there still is no room in the store's
own file (it may be at a size limit), rows go to a rescue file beside it, and are taken in the next
time the workspace is opened.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

RESERVE_BYTES = 8 * 1024 * 1024
"""Room for some thousand replies of 2 kB, more than are ever in flight."""

PATTERN = "loremill-rescued-*.jsonl"


def keep_reserve(path: Path) -> None:
    """Fill the reserve file where it is missing; on a disk without room for it, go without.

    Zeros would be compressed away or left as a hole by some file systems; random bytes are not.
    """
    if path.exists():
        return
    partial = path.with_suffix(f".{os.getpid()}")
    try:
        partial.write_bytes(os.urandom(RESERVE_BYTES))
        partial.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            partial.unlink()


def give_up_reserve(path: Path) -> bool:
    """Delete the reserve file; True if that freed room."""
    try:
        path.unlink()
    except OSError:
        return False
    return True


def rescue(row: dict[str, object], workspace: Path) -> Path:
    """Append a row to this process's rescue file.

    Raises:
        OSError: where there is no room for that either.
    """
    path = workspace / PATTERN.replace("*", str(os.getpid()))
    with path.open("a", encoding="ascii") as file:
        file.write(json.dumps(row) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return path


def rescued(workspace: Path) -> Iterator[tuple[Path, list[dict[str, Any]]]]:
    """Rescue files of a workspace with their rows; a last line that was cut short is left out."""
    for path in sorted(workspace.glob(PATTERN)):
        rows: list[dict[str, Any]] = []
        for line in path.read_text(encoding="ascii", errors="replace").splitlines():
            with contextlib.suppress(ValueError):
                rows.append(json.loads(line))
        yield path, rows
