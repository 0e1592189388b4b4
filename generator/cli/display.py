"""How far a run is, for people: one moving block on a terminal, plain lines now and then elsewhere."""

from __future__ import annotations

import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.markup import escape
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from generator.engine.events import (
    Answered,
    Article,
    Duplicate,
    Event,
    Failed,
    Missing,
    Note,
    Unselected,
    Waiting,
)

if TYPE_CHECKING:
    from generator.engine.plan import Planned
    from generator.telling.progress import Progress, Snapshot

PLAIN_EVERY_S = 10.0
"""Seconds between plain lines at first…"""
PLAIN_LATER_S = 60.0
"""…and after the first two minutes: a night's log stays readable."""
SOON_S = 120.0
FRAMES_PER_S = 4
REMARKS = 20
"""Lines of one kind that stay on the screen; ten thousand titles may have as many troubles."""
BAR_WIDTH = 24
WRITING = "putting the dataset together"

Observer = Callable[[Event], None]


@contextmanager
def display(
    console: Console, progress: Progress, *, quiet: bool = False, verbose: bool = False
) -> Iterator[Observer]:
    """Show a run while it lasts; yields what is to be told of each event.

    `quiet` shows nothing; `verbose` also has a line for every article, reply and wait.
    """
    if quiet:
        yield lambda event: None
        return
    remarks = _EveryRemark(console) if verbose else _Remarks(console)
    show = _live if console.is_terminal else _plain
    with show(console, progress):
        yield remarks.take


@contextmanager
def _live(console: Console, progress: Progress) -> Iterator[None]:
    with Live(
        console=console,
        get_renderable=lambda: block(progress.snapshot()),
        refresh_per_second=FRAMES_PER_S,
        transient=True,
    ):
        yield


@contextmanager
def _plain(console: Console, progress: Progress) -> Iterator[None]:
    """By the clock and not by events: a run that waits says so, too."""
    ended = threading.Event()

    def talk() -> None:
        began = time.monotonic()
        while not ended.wait(plain_pause_s(time.monotonic() - began)):
            console.print(escape(sentence(progress.snapshot())), highlight=False, soft_wrap=True)

    thread = threading.Thread(target=talk, name="display", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def plain_pause_s(since_s: float) -> float:
    """Seconds until the next plain line."""
    return PLAIN_EVERY_S if since_s < SOON_S else PLAIN_LATER_S


class _Remarks:
    """What stays on the screen after the run: troubles as they come, not too many of a kind."""

    most = REMARKS

    def __init__(self, console: Console) -> None:
        self._console = console
        self._said: Counter[str] = Counter()

    def take(self, event: Event) -> None:
        match event:
            case Missing():
                self._say(event.kind, f"[yellow]left out[/] {escape(event.detail)}")
            case Duplicate():
                leads = "" if event.asked == event.title else f" leads to {event.title!r}, which"
                self._say(
                    "duplicate", f"[dim]{escape(f'{event.asked!r}{leads} is there already')}[/]"
                )
            case Failed():
                what = _what(event.planned)
                why = f"{event.failure.reason}: {event.failure.detail}"
                self._say(event.failure.reason, f"[red]failed[/] {escape(what)}: {escape(why)}")
            case Note():
                # Of a kind are notes that differ in names and numbers only.
                kind = re.sub(r"'[^']*'|\d+", "…", event.text)
                self._say(kind, f"[dim]{escape(event.text)}[/]")
            case _:
                pass

    def _say(self, kind: str, text: str) -> None:
        self._said[kind] += 1
        if self._said[kind] <= self.most:
            self._console.print(text, highlight=False, soft_wrap=True)
        elif self._said[kind] == self.most + 1:
            more = f"more of this kind are not shown: {kind.replace('_', ' ')}"
            self._console.print(f"[dim]{escape(more)}[/]", highlight=False, soft_wrap=True)


class _EveryRemark(_Remarks):
    """One line for all that happens, however often it does."""

    most = sys.maxsize

    def take(self, event: Event) -> None:
        match event:
            case Article():
                counts = (
                    f"{event.sections} sections, {event.passages} passages, {event.calls} calls"
                )
                self._say("article", f"[dim]{escape(f'read {event.title}: {counts}')}[/]")
            case Answered(reply=reply):
                used = f"{reply.usage.prompt_tokens:,} + {reply.usage.completion_tokens:,} tokens"
                took = f"{used}, {reply.latency_s:.1f} s"
                self._say(
                    "answered", f"[dim]{escape(f'answered {_what(event.planned)}: {took}')}[/]"
                )
            case Unselected():
                what = f"{event.title!r} has none of the sections that are asked for"
                self._say("unselected", f"[dim]{escape(what)}[/]")
            case Waiting():
                who = "everyone waits" if event.everyone else "one call waits"
                text = f"{event.reason.replace('_', ' ')}: {who} {event.wait_s:.1f} s"
                self._say("waiting", f"[dim]{escape(text)}[/]")
            case _:
                super().take(event)


def _what(planned: Planned) -> str:
    passage = planned.passage
    return f"{passage.article} > {passage.heading} ({planned.template.name})"


# What is shown, here and by `loremill watch` ------------------------------------------------------


def block(snapshot: Snapshot) -> RenderableType:
    """Three lines: how far, how much, and what is being worked on or waited for."""
    head = Table.grid(padding=(0, 1))
    head.add_row(
        ProgressBar(total=1.0, completed=snapshot.share, width=BAR_WIDTH),
        Text(_how_far(snapshot), no_wrap=True, overflow="ellipsis"),
        Text("" if snapshot.is_writing else _left(snapshot), style="dim", no_wrap=True),
    )
    return Group(
        head,
        Text(_figures(snapshot), no_wrap=True, overflow="ellipsis"),
        _now(snapshot),
    )


def sentence(snapshot: Snapshot) -> str:
    """The same in a line."""
    parts = [_how_far(snapshot), _figures(snapshot), _left(snapshot)]
    if snapshot.is_writing:
        parts[-1] = WRITING
    elif snapshot.wait_s > 0:
        parts.append(_pause(snapshot))
    return ", ".join(filter(None, parts))


def _how_far(snapshot: Snapshot) -> str:
    if snapshot.titles > 1:
        return f"{snapshot.titles_done:,} of {snapshot.titles:,} articles"
    about = "≈ " if snapshot.ahead else ""
    return f"{snapshot.done:,} of {about}{snapshot.calls + snapshot.ahead:,} calls"


def _figures(snapshot: Snapshot) -> str:
    figures = [
        f"{snapshot.done:,} calls" if snapshot.titles > 1 else "",
        _pairs(snapshot) if snapshot.asks_for_pairs else "",
        f"{_short(snapshot.tokens)} tokens",
        money(snapshot.cost) if snapshot.tokens else "",
        f"{sum(snapshot.failed.values()):,} failed" if snapshot.failed else "",
        f"{snapshot.missing:,} left out" if snapshot.missing else "",
    ]
    return " · ".join(filter(None, figures))


def _pairs(snapshot: Snapshot) -> str:
    return f"{'≈ ' if snapshot.is_pairs_estimate else ''}{snapshot.pairs:,} pairs"


def _now(snapshot: Snapshot) -> Text:
    if snapshot.is_writing:
        return Text(WRITING, style="dim")
    if snapshot.wait_s > 0:
        return Text(_pause(snapshot), style="yellow", no_wrap=True, overflow="ellipsis")
    return Text(snapshot.article or "…", style="dim", no_wrap=True, overflow="ellipsis")


def _left(snapshot: Snapshot) -> str:
    return "" if snapshot.left_s is None else f"about {duration(snapshot.left_s)} left"


def _pause(snapshot: Snapshot) -> str:
    reason = snapshot.waiting.replace("_", " ")
    return f"{reason}: everyone waits {duration(snapshot.wait_s)}"


def _short(count: int) -> str:
    """`999,999`, `1.2 M`."""
    return f"{count:,}" if count < 1_000_000 else f"{count / 1e6:,.1f} M"


def duration(seconds: float) -> str:
    """`45 s`, `3 min`, `2 h 5 min`, `3 days`."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{minutes // (24 * 60)} days"


def money(amount: float | None) -> str:
    """`$0.0123`, `free`, or `cost unknown`."""
    if amount is None:
        return "cost unknown"
    return f"${amount:,.4f}" if amount else "free"
