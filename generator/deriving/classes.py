"""Which class each title is: a table that a user writes."""

from __future__ import annotations

import csv
from pathlib import Path

from generator.errors import Misconfigured


def read_classes(path: Path) -> dict[str, str]:
    """Title -> class, from a CSV of two columns; a first line `title,class` is a heading.

    Raises:
        Misconfigured: the file cannot be read, or a line has not two columns, or a title two classes.
    """
    found: dict[str, str] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for number, row in enumerate(csv.reader(file), start=1):
                cells = [cell.strip() for cell in row]
                if any(cells):
                    _take(found, cells, f"{path}, line {number}")
    except (OSError, UnicodeDecodeError, csv.Error) as exc:
        raise Misconfigured(f"cannot read classes {path}: {exc}") from exc
    found.pop("title", None)
    if not found:
        raise Misconfigured(f"{path}: names no class; a line is: title,class")
    return found


def _take(found: dict[str, str], cells: list[str], where: str) -> None:
    if len(cells) != 2 or not all(cells):
        raise Misconfigured(f'{where}: not a title and a class; a title with a comma stands in "…"')
    title, label = cells
    if found.setdefault(title, label) != label:
        raise Misconfigured(f"{where}: {title!r} is {found[title]!r} already, not {label!r}")
