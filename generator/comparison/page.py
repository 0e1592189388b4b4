"""A comparison as one self-contained HTML page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from generator.comparison import words
from generator.comparison.compared import Comparison, Line
from generator.report.page import render_page

HERE = Path(__file__).parent
SHOWN_SECTIONS = 400
"""Sections with all their pairs; of more, those are shown whose sides are farthest apart."""
OPEN_SECTIONS = 3
HALF = 100
"""Half the width of a picture of an interval, in its own units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An interval around its difference, as places from -HALF to HALF with no difference at 0."""

    low: float
    high: float
    middle: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure as it stands in the table."""

    label: str
    a: str
    b: str
    difference: str
    interval: str
    larger: str
    verdict: str
    stands_out: str
    """`a`, `b` or empty."""
    picture: Picture | None


def render_comparison(comparison: Comparison, *, most: int = SHOWN_SECTIONS) -> Iterator[str]:
    """The page in pieces, with so many sections; every text of an article or a model is escaped."""
    shown = comparison.farthest[:most]
    chosen = {one.key for one in shown}
    return render_page(
        "comparison.html.j2",
        folder=HERE,
        title=f"{comparison.a.label} and {comparison.b.label}",
        styles=["comparison.css"],
        comparison=comparison,
        says=words.tell_verdict(comparison),
        only=words.tell_only(comparison),
        method=words.METHOD,
        rows=[row_of(line) for line in comparison.lines],
        details=[row_of(line) for line in comparison.details],
        sections=[one for one in comparison.sections if one.key in chosen],
        left_out=len(comparison.sections) - len(shown),
        open_keys={one.key for one in shown[:OPEN_SECTIONS]},
    )


def row_of(line: Line) -> Row:
    """A figure as texts."""
    return Row(
        label=line.label,
        a=words.tell_value(line, line.a),
        b=words.tell_value(line, line.b),
        difference=words.tell_difference(line),
        interval=words.tell_interval(line),
        larger=f"{line.larger_in_a:,} / {line.larger_in_b:,} of {line.sections:,}",
        verdict=words.tell_line(line),
        stands_out=line.verdict if line.verdict in ("a", "b") else "",
        picture=_picture(line),
    )


def _picture(line: Line) -> Picture | None:
    if line.low is None or line.high is None or line.difference is None:
        return None
    widest = max(abs(line.low), abs(line.high), abs(line.difference))
    if not widest:
        return None
    scale = 0.95 * HALF / widest
    return Picture(
        low=round(scale * line.low, 1),
        high=round(scale * line.high, 1),
        middle=round(scale * line.difference, 1),
    )
