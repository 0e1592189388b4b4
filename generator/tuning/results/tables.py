"""`results.csv`, plain or in Base64."""

from __future__ import annotations

import base64
import binascii
import csv
from collections.abc import Iterator
from typing import Final

from generator.tuning.results.columns import METRIC_OF, STEP, read_step
from generator.tuning.results.curves import Step

_MOST_HEAD: Final = 4_096


def decoded(content: bytes) -> str:
    """The text of a results file; files of chat jobs came in Base64 in some years.

    Told by their beginning: a first line without a comma that decodes to a header.
    """
    text = content.decode("utf-8-sig", "replace").strip()
    first = text.partition("\n")[0][:_MOST_HEAD]
    if "," in first or not first:
        return text
    try:
        plain = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return text
    inner = plain.decode("utf-8-sig", "replace").lstrip()
    return inner if is_table(inner) else text


def is_table(text: str) -> bool:
    """Whether a text begins like a table of results."""
    names = _header(text)
    return STEP in names and any(name in METRIC_OF for name in names)


def read_table(text: str) -> Iterator[Step | str]:
    """The steps of a table, and remarks about rows that are none."""
    names = _header(text)
    # Line by line, so that one that is broken costs itself alone.
    for number, line in enumerate(text.splitlines()[1:], start=2):
        row = _cells(line)
        if not any(cell.strip() for cell in row):
            continue
        if len(row) > len(names):
            yield f"line {number} has {len(row)} cells, the header {len(names)}"
        step = read_step(dict(zip(names, map(str.strip, row), strict=False)))
        yield step if step is not None else f"line {number} names no step"


def _header(text: str) -> list[str]:
    lines = text[:_MOST_HEAD].splitlines()
    return [cell.strip().lstrip("\ufeff") for cell in _cells(lines[0])] if lines else []


def _cells(line: str) -> list[str]:
    try:
        return next(csv.reader([line]), [])
    except csv.Error:
        return [line]
