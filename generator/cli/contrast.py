"""A comparison at the terminal: the verdict, the table, and some sections side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from generator.comparison import words
from generator.comparison.compared import Comparison, Line, SectionView
from generator.comparison.sides import ComparedPair, SectionSide
from generator.report.page import clipped, printable

WIDE = 110
"""Columns from which on the difference and the counts of sections have room beside the interval."""
SHOWN_TEXT = 300
"""Characters of a prompt or completion; the page shows all."""
SHOWN_PAIRS = 6
"""Of one side in one section."""
STYLES = {"a": "bold cyan", "b": "bold magenta"}
SHORT = {
    "same": "no difference",
    "unseen": "none seen",
    "few": "too few",
    "unknown": "–",
}


def show_comparison(out: Console, comparison: Comparison, *, sections: int) -> None:
    """Print a comparison, with so many sections side by side, the farthest apart first."""
    out.print(_sides(comparison))
    out.print(Text(words.tell_only(comparison), style="dim"))
    out.print()
    out.print(Text(words.tell_verdict(comparison), style="bold"))
    out.print()
    out.print(_table(comparison.lines, out.width, has_verdict=True))
    if comparison.details:
        out.print()
        out.print(_table(comparison.details, out.width, has_verdict=False))
    out.print()
    out.print(_beside(comparison))
    if not comparison.is_same:
        for one in comparison.farthest[:sections]:
            out.print()
            out.print(_section(one))


def _sides(comparison: Comparison) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for name, side in (("a", comparison.a), ("b", comparison.b)):
        said = _foreign(side.label)
        said.append_text(_foreign(f"  {side.detail}", style="dim"))
        for note in side.notes:
            said.append_text(_foreign(f"\n{note}", style="yellow"))
        grid.add_row(Text(name.upper(), style=STYLES[name]), said)
    return grid


def _table(lines: Sequence[Line], width: int, *, has_verdict: bool) -> Table:
    is_wide = width >= WIDE
    table = Table(box=None, padding=(0, 1 + is_wide, 0, 0), header_style="dim", pad_edge=False)
    table.add_column("", no_wrap=True)
    headings = ["A", "B", *(["B − A"] if is_wide else []), "95 % of B − A"]
    headings += ["larger in A / B of"] if is_wide else []
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    if has_verdict:
        table.add_column("verdict", no_wrap=True)
    for line in lines:
        table.add_row(*_cells(line, is_wide=is_wide, has_verdict=has_verdict))
    return table


def _cells(line: Line, *, is_wide: bool, has_verdict: bool) -> Iterator[RenderableType]:
    yield _foreign(clipped(line.label, 40))
    yield words.tell_value(line, line.a)
    yield words.tell_value(line, line.b)
    if is_wide:
        yield words.tell_difference(line)
    yield words.tell_interval(line)
    if is_wide:
        yield f"{line.larger_in_a:,} / {line.larger_in_b:,} of {line.sections:,}"
    if has_verdict:
        said = words.tell_line(line)
        yield Text(
            said if is_wide else SHORT.get(line.verdict, said.replace(" is", "")),
            style=STYLES.get(line.verdict, "dim"),
        )


def _beside(comparison: Comparison) -> Table:
    a, b = comparison.spread_a, comparison.spread_b
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    table.add_column("", overflow="fold")
    table.add_column("A", justify="right", overflow="fold")
    table.add_column("B", justify="right", overflow="fold")
    table.add_row(
        "calls, pairs, accepted", *(f"{s.calls:,}, {s.pairs:,}, {s.kept:,}" for s in (a, b))
    )
    table.add_row("words per prompt, 5 · 50 · 95 %", *(_lengths(s.prompt_words) for s in (a, b)))
    table.add_row("words per completion", *(_lengths(s.completion_words) for s in (a, b)))
    if not a.sampled:
        return table
    table.add_row(
        f"compression of {a.sampled:,} prompts", *(f"{s.compression:.2f}" for s in (a, b))
    )
    openings = (f"{clipped(s.top_opening, 24)!r} {s.top_opening_share:.0%}" for s in (a, b))
    table.add_row("top opening of these", *map(_foreign, openings))
    return table


def _lengths(found: Any) -> str:
    return words.ABSENT if found is None else f"{found.p5:,} · {found.p50:,} · {found.p95:,}"


def _section(one: SectionView) -> Table:
    table = Table(
        title=_foreign(f"{one.key.article}: {one.key.heading}", style="bold"),
        title_justify="left",
        box=None,
        padding=(0, 2, 1, 0),
        pad_edge=False,
        expand=True,
        header_style="",
    )
    for name, side in (("a", one.a), ("b", one.b)):
        heading = Text(name.upper(), style=STYLES[name])
        heading.append(f"  {_counts(side)}", style="dim")
        table.add_column(heading, ratio=1, overflow="fold")
    shown = [_pairs(side) for side in (one.a, one.b)]
    for place in range(max(map(len, shown))):
        table.add_row(*(side[place] if place < len(side) else "" for side in shown))
    return table


def _counts(side: SectionSide) -> str:
    rejected = len(side.pairs) - len(side.kept)
    said = f"{len(side.kept):,} accepted"
    return f"{said}, {rejected:,} rejected" if rejected else said


def _pairs(side: SectionSide) -> list[Text]:
    shown = [_pair(pair) for pair in side.pairs[:SHOWN_PAIRS]]
    if (more := len(side.pairs) - SHOWN_PAIRS) > 0:
        shown.append(Text(f"…and {more:,} more", style="dim"))
    return shown


def _pair(pair: ComparedPair) -> Text:
    said = _foreign(clipped(pair.prompt, SHOWN_TEXT), style="dim" if pair.rejected else "")
    said.append_text(_foreign(f"\n→ {clipped(pair.completion, SHOWN_TEXT)}", style="dim"))
    if pair.rejected:
        said.append_text(_foreign(f"\nrejected: {pair.rejected.replace('_', ' ')}", style="yellow"))
    return said


def _foreign(text: str, style: str = "") -> Text:
    """A text that may hold anything: no markup, and nothing that a terminal would act on."""
    return Text(str(printable(text)), style=style)
