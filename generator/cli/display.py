"""The live display of a run: one moving block on a terminal, plain lines now and then elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from generator.cli.progress import Progress
from generator.engine.events import Event, Failed, Missing, Note

PLAIN_EVERY_S = 10.0
"""Seconds between plain lines: a night's log stays readable."""
FRAMES_PER_S = 8

Observer = Callable[[Event], None]


@contextmanager
def display(console: Console, progress: Progress, *, quiet: bool = False) -> Iterator[Observer]:
    """Show a run while it lasts; yields what is to be told of each event."""
    if quiet:
        yield progress.take
    elif console.is_terminal:
        with _live(console, progress) as observer:
            yield observer
    else:
        yield _plain(console, progress)


@contextmanager
def _live(console: Console, progress: Progress) -> Iterator[Observer]:
    with Live(
        console=console,
        get_renderable=lambda: _block(progress),
        refresh_per_second=FRAMES_PER_S,
        transient=True,
    ):

        def observe(event: Event) -> None:
            progress.take(event)
            _remark(console, event)

        yield observe


def _plain(console: Console, progress: Progress) -> Observer:
    said_at = time.monotonic()

    def observe(event: Event) -> None:
        nonlocal said_at
        progress.take(event)
        _remark(console, event)
        if time.monotonic() - said_at >= PLAIN_EVERY_S:
            said_at = time.monotonic()
            console.print(_sentence(progress), highlight=False)

    return observe


def _remark(console: Console, event: Event) -> None:
    """Print what should stay on the screen after the run."""
    match event:
        case Missing():
            console.print(f"[yellow]not found[/] {escape(event.detail)}", highlight=False)
        case Failed():
            passage = event.planned.passage
            what = f"{passage.article} > {passage.heading} ({event.planned.template.name})"
            why = f"{event.failure.reason}: {event.failure.detail}"
            console.print(f"[red]failed[/] {escape(what)}: {escape(why)}", highlight=False)
        case Note():
            console.print(f"[dim]{escape(event.text)}[/]", highlight=False)
        case _:
            pass


def _block(progress: Progress) -> Table:
    block = Table.grid(padding=(0, 1))
    bar = Table.grid(padding=(0, 1))
    bar.add_row(
        ProgressBar(total=max(progress.calls, 1), completed=progress.done, width=30),
        Text(f"{progress.done:,} of {progress.calls:,} calls"),
        Text(_left(progress), style="dim"),
    )
    block.add_row(bar)
    block.add_row(Text(_figures(progress)))
    if progress.wait_s > 0:
        block.add_row(Text(_pause(progress), style="yellow"))
    elif progress.article:
        block.add_row(Text(progress.article, style="dim", overflow="ellipsis", no_wrap=True))
    return block


def _sentence(progress: Progress) -> str:
    parts = [f"{progress.done:,} of {progress.calls:,} calls", _figures(progress), _left(progress)]
    if progress.wait_s > 0:
        parts.append(_pause(progress))
    return escape(", ".join(filter(None, parts)))


def _figures(progress: Progress) -> str:
    figures = [
        f"{progress.sections:,} sections",
        f"{progress.pairs:,} pairs",
        f"{progress.tokens:,} tokens",
        money(progress.cost),
    ]
    if progress.failed:
        figures.append(f"{progress.failed.total():,} failed")
    return " · ".join(figures)


def _left(progress: Progress) -> str:
    left_s = progress.left_s
    return "" if left_s is None else f"about {duration(left_s)} left"


def _pause(progress: Progress) -> str:
    reason = progress.waiting.replace("_", " ")
    return f"{reason}: everyone waits {duration(progress.wait_s)}"


def duration(seconds: float) -> str:
    """`45 s`, `3 min`, `2 h 5 min`."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"


def money(amount: float | None) -> str:
    """`$0.0123`, `free`, or `cost unknown`."""
    if amount is None:
        return "cost unknown"
    return f"${amount:,.4f}" if amount else "free"
