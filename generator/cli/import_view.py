"""How an import looks in a terminal: the fields, how far it is, what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.progress_bar import ProgressBar
from rich.table import Table

from generator.importing.told import Found, Progress
from generator.report.page import printable

if TYPE_CHECKING:
    from generator.importing import Imported, Preview
    from generator.importing.fields import Fields
    from generator.importing.told import Example

Observer = Callable[[Found | Progress], None]
PLAIN_EVERY_S: Final = 10.0
"""Seconds between two lines where there is no terminal."""
SHOWN_TEXT: Final = 300
SHOWN_FIELDS: Final = 8
_SIGNS: Final = {"\t": "tab", " ": "blank"}


@contextmanager
def watching(console: Console, *, quiet: bool) -> Iterator[Observer]:
    """Show an import while it lasts; yields what is to be told of each event."""
    if quiet:
        yield lambda event: None
        return
    show = _live if console.is_terminal else _plain
    with show(console) as tell:

        def observe(event: Found | Progress) -> None:
            if isinstance(event, Found):
                reading = event.reading
                layout = reading.layout.delimiter if reading.layout else ""
                _show_source(console, event.name, reading.format.value, reading.encoding, layout, reading.fields)  # fmt: skip
            else:
                tell(event)

        yield observe


@contextmanager
def _live(console: Console) -> Iterator[Callable[[Progress], None]]:
    with Live(console=console, refresh_per_second=4, transient=True) as live:
        yield lambda progress: live.update(_block(progress))


def _block(progress: Progress) -> Table:
    table = Table.grid(padding=(0, 1))
    if progress.size:
        table.add_row(
            ProgressBar(total=progress.size, completed=progress.bytes_read, width=24),
            _line(progress),
        )
    else:
        table.add_row(_line(progress))
    return table


@contextmanager
def _plain(console: Console) -> Iterator[Callable[[Progress], None]]:
    due = time.monotonic() + PLAIN_EVERY_S

    def tell(progress: Progress) -> None:
        nonlocal due
        if time.monotonic() >= due:
            due = time.monotonic() + PLAIN_EVERY_S
            console.print(_line(progress), highlight=False, soft_wrap=True)

    yield tell


def _line(progress: Progress) -> str:
    share = f", {progress.bytes_read / progress.size:.0%}" if progress.size else ""
    return (
        f"{_shown(progress.name)}: {progress.rows:,} rows{share}; "
        f"{progress.clean:,} clean pairs, {progress.rejected:,} rejected"
    )


def show_preview(out: Console, seen: Preview) -> None:
    """Print the fields, the first rows before and after, and what came of those that were looked at."""
    for source in seen.sources:
        _show_source(out, source.name, source.format, source.encoding, source.delimiter, source.fields)  # fmt: skip
        for example in seen.examples:
            if example.name == source.name:
                _show_example(out, example)
    looked_at = sum(source.rows for source in seen.sources)
    out.print(f"\n[bold]first {looked_at:,} rows[/]: {seen.clean:,} clean pairs", highlight=False)
    for reason, count in seen.rejected.items():
        if reason:
            out.print(f"  {count:,} rejected: {_words(reason)}", highlight=False)
    out.print("[dim]nothing was written: leave out --dry-run to import[/]")


def _show_source(
    out: Console, name: str, format: str, encoding: str, delimiter: str, fields: Fields
) -> None:
    written = [format, encoding, f"cells parted by {_SIGNS.get(delimiter, delimiter)!r}"]
    shown = ", ".join(written[: 3 if delimiter else 2] if encoding else written[:1])
    out.print(f"[bold]{_shown(name)}[/]  [dim]{escape(shown)}[/]", highlight=False)
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    for what, field in _told_fields(fields):
        table.add_row(f"  {what}", _shown(field))
    others = [one for one in fields.known if one not in (fields.prompt, fields.completion, fields.input, fields.group)]  # fmt: skip
    if others:
        more = f" and {len(others) - SHOWN_FIELDS:,} more" if len(others) > SHOWN_FIELDS else ""
        names = ", ".join(_shown(one[:40]) for one in others[:SHOWN_FIELDS])
        table.add_row("  not used", f"[dim]{names}{more}[/]")
    out.print(table, highlight=False)


def _told_fields(fields: Fields) -> Iterator[tuple[str, str]]:
    if fields.shape == "lines":
        yield "lines", "each goes to your function"
    elif fields.shape == "list":
        yield "rows", "lists of a question and an answer"
    elif fields.shape == "chat":
        yield "chats", f"{fields.prompt}: the first question of each and its answer"
    else:
        yield "questions", fields.prompt
        if fields.input:
            yield "…with", fields.input
        yield "answers", fields.completion
    if fields.group:
        yield "groups", fields.group


def _show_example(out: Console, example: Example) -> None:
    out.print(f"\n  [dim]row {example.number}[/]  {_shown(example.before)}", highlight=False)
    for pair, reason in zip(example.pairs, example.reasons, strict=True):
        if reason:
            out.print(
                f"    [red]rejected[/] {_shown(reason.replace('_', ' ', 1))}", highlight=False
            )
            continue
        out.print(f"    [green]question[/] {_shown(pair.prompt)}", highlight=False)
        out.print(f"    [green]answer[/]   {_shown(pair.completion)}", highlight=False)
        if pair.repairs:
            out.print(
                f"    [dim]mended: {', '.join(map(_words, pair.repairs))}[/]", highlight=False
            )
    if not example.pairs:
        out.print("    [dim]your function made nothing of it[/]")


def show_summary(out: Console, imported: Imported) -> None:
    """Print what there is, what was left out and why, and what to do about it."""
    manifest = imported.manifest
    pairs, told = manifest["pairs"], manifest["settings"]["import"]
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    splits = ", ".join(f"{count:,} {split}" for split, count in pairs["splits"].items())
    table.add_row("rows", f"{sum(source.rows for source in imported.sources):,}")
    table.add_row("pairs", f"{pairs['kept']:,} ({splits})")
    if (closest := told["closest_across_splits"]) is not None:
        table.add_row("groups", f"{told['groups']:,}; closest across splits {closest:.2f} of 1")
    if told["not_sampled"]:
        table.add_row("not in sample", f"{told['not_sampled']:,} more are clean")
    if skipped := sum(source.skipped for source in imported.sources):
        table.add_row(
            "skipped",
            f"{skipped:,} {'line' if skipped == 1 else 'lines'} of which your function made nothing",
        )
    if pairs["rejected"]:
        table.add_row("rejected", f"{pairs['rejected']:,}: {_counts(pairs['rejected_by_reason'])}")
    if mended := manifest["replies"]["repairs"]:
        table.add_row("mended", _counts(mended))
    table.add_row("dataset", escape(str(imported.folder)))
    out.print(table, highlight=False)
    for line in _troubles(imported):
        out.print(f"\n[bold yellow]{_shown(line)}[/]", highlight=False)


def _troubles(imported: Imported) -> Iterator[str]:
    if imported.manifest["pairs"]["rejected_by_reason"].get("map_failed"):
        failed = next(one for one in imported.rejected() if str(one["reason"]).startswith("map_failed"))  # fmt: skip
        yield (
            f"Your function failed; first at {failed['url']}, {failed['prompt']!r}: "
            f"{str(failed['reason']).partition(' ')[2]}"
        )
    for source in imported.sources:
        if source.broken:
            yield f"{source.name} could not be read to its end: {source.broken}"
    if not imported.kept:
        yield "No pair is clean: rejected.jsonl has the reasons; --dry-run shows what becomes of a row."
    elif imported.sample and imported.kept < imported.sample:
        yield f"Asked for {imported.sample:,} clean pairs, but there are only {imported.kept:,}."


def _counts(counts: dict[str, int]) -> str:
    most_first = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return ", ".join(f"{count:,} {_words(name)}" for name, count in most_first)


def _words(reason: str) -> str:
    return escape(reason.replace("_", " "))


def _shown(text: str) -> str:
    """A foreign text on one line, which does nothing to the terminal."""
    flat = " ".join(text.split())
    cut = flat if len(flat) <= SHOWN_TEXT else f"{flat[:SHOWN_TEXT]}…"
    return escape(str(printable(cut)))
