"""Pairs in rows: Markdown tables, comma- and tab-separated lines, `question -> answer`."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from typing import NamedTuple

from generator.records import RawPair
from generator.replies.findings import Finding, Found, defect
from generator.replies.keys import asks, role_of
from generator.replies.shapes import read_items

_RULE = re.compile(r"\s*\|?\s*:?-{1,}:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_BAR = re.compile(r"(?<!\\)\|")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_DECORATION = " \t*_`"
_ARROW = re.compile(r"\t+|\s+(?:->|=>|→|⇒|\|\||\|)\s+")
# What ends a completion in the oldest form of training files.
_STOP = re.compile(r"\s*(?:\bEND|###|<END>|\[END\])\Z")
_DELIMITERS = (",", "\t", ";", "|")


def read_table(text: str) -> Found:
    """Markdown tables whose header names a prompt and a completion."""
    findings: list[Finding] = []
    header: list[str] | None = None
    before, is_closed = "", False
    for line in text.split("\n"):
        if "|" not in line:
            header = None
        elif header is not None:
            findings += _read_row(header, line, is_closed=is_closed)
        elif "|" in before and _RULE.fullmatch(line) and _is_header(_cells(before)):
            header = _cells(before)
            is_closed = before.rstrip().endswith("|")
        before = line
    return Found(findings, is_end_proven=is_closed)


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return [_BREAK.sub("\n", cell.strip().replace("\\|", "|")) for cell in _BAR.split(inner)]


def _is_header(cells: Sequence[str]) -> bool:
    roles = [role_of(cell.strip(_DECORATION)) for cell in cells]
    return len({role.side for role in roles if role and not role.is_misspelt}) == 2


def _read_row(header: list[str], line: str, *, is_closed: bool) -> list[Finding]:
    """One row; where rows end with a bar, one that does not is cut."""
    cells = _cells(line)
    if len(cells) < len(header) or (is_closed and not line.rstrip().endswith("|")):
        return [defect("truncated", line)]
    if len(cells) > len(header):
        return [defect("ambiguous", line)]
    names = [cell.strip(_DECORATION) for cell in header]
    return read_items(list(zip(names, cells, strict=True)), ("table",))


def read_separated(text: str) -> Found:
    """Lines with a header that names both sides, lines of two quoted fields, or `question -> answer`."""
    lines = text.strip("\n").split("\n")
    for number, line in enumerate(lines[:20]):
        for delimiter in _DELIMITERS:
            header = [cell.strip(" \"'\ufeff") for cell in line.strip().split(delimiter)]
            if len(header) > 1 and all(header) and _is_header(header):
                return _read_records("\n".join(lines[number + 1 :]), delimiter, header)
    bare = _read_bare_rows(text)
    return Found(bare, is_end_proven=True) if bare else Found(_read_arrows(lines))


def _read_records(text: str, delimiter: str, header: list[str]) -> Found:
    findings: list[Finding] = []
    rows = _rows(text, delimiter)
    for row in rows.whole:
        if len(row) == len(header):
            findings += read_items(list(zip(header, row, strict=True)), ("table",))
        elif len(row) == 1 and findings:
            break
        elif row:
            findings.append(defect("ambiguous", delimiter.join(row)))
    if rows.is_cut:
        return Found([*findings, defect("truncated", text[-200:])])
    return Found(findings, is_end_proven=text.rstrip().endswith('"'))


class _Rows(NamedTuple):
    whole: list[list[str]]
    is_cut: bool
    """Whether a quote was open at the end."""


def _rows(text: str, delimiter: str) -> _Rows:
    rows: list[list[str]] = []
    # Lines end at line feeds alone: other separators belong to the text.
    lines = [line + "\n" for line in text.split("\n") if line]
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    try:
        rows.extend(reader)
    except csv.Error:
        return _Rows(rows, is_cut=True)
    return _Rows(rows, is_cut=False)


def _read_bare_rows(text: str) -> list[Finding]:
    """`"Who …?","…"`: every line two quoted fields, the first a question."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if len(lines) < 2 or not all(line.startswith('"') for line in lines):
        return []
    rows = _rows("\n".join(lines), ",")
    if not all(len(row) == 2 and asks(row[0]) for row in rows.whole):
        return []
    pairs: list[Finding] = [
        RawPair(prompt=one, completion=two, repairs=("table",)) for one, two in rows.whole
    ]
    return [*pairs, defect("truncated", lines[-1])] if rows.is_cut else pairs


def _read_arrows(lines: list[str]) -> list[Finding]:
    rows = [_ARROW.split(line.strip()) for line in lines if line.strip()]
    if len(rows) < 2 or not all(len(row) == 2 and asks(row[0]) and row[1] for row in rows):
        return []
    stop = _STOP.search(rows[0][1])
    ending = stop.group(0) if stop and all(two.endswith(stop.group(0)) for _, two in rows) else ""
    return [
        RawPair(prompt=one, completion=two.removesuffix(ending), repairs=("table",))
        for one, two in rows
    ]
