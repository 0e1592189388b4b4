"""`loremill watch`: the runs of a workspace as they go on, until they have ended."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Group, RenderableType
from rich.live import Live
from rich.markup import escape
from rich.text import Text

from generator.cli import options as opt
from generator.cli.console import plain_stdout
from generator.cli.display import FRAMES_PER_S, block, plain_pause_s, sentence
from generator.cli.runs import headline, verdict

if TYPE_CHECKING:
    from generator.telling.pulse import Run

out = plain_stdout()

LOOK_EVERY_S = 0.5
"""How often the heartbeats are read; each is written once a second."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("watch")(watch)


def watch(
    workspace: opt.Workspace = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a line, whenever something changes.")
    ] = False,
) -> None:
    """Follow the runs of a workspace from another terminal; ends when they do."""
    from generator import api

    def look() -> list[Run]:
        return api.runs(workspace)

    begun = [run.run for run in look() if run.state == "running"]
    if as_json:
        _follow_in_json(_looks(look, begun))
    elif not begun:
        out.print("no run is working here; `loremill status` shows what there is")
    elif out.is_terminal:
        _follow_live(_looks(look, begun))
    else:
        _follow_plainly(_looks(look, begun))


def _looks(look: Callable[[], list[Run]], begun: Sequence[str]) -> Iterator[list[Run]]:
    """The runs that were working at the beginning, again and again until the last has ended."""
    while True:
        runs = [run for run in look() if run.run in begun]
        yield runs
        if not any(run.state == "running" for run in runs):
            return
        time.sleep(LOOK_EVERY_S)


def _follow_in_json(looks: Iterator[list[Run]]) -> None:
    said: dict[str, str] = {}
    for runs in looks:
        for run in runs:
            line = json.dumps(run.as_dict(), ensure_ascii=False)
            if said.get(run.run) != line:
                said[run.run] = line
                print(line, flush=True)


def _follow_live(looks: Iterator[list[Run]]) -> None:
    runs: list[Run] = []
    with Live(console=out, refresh_per_second=FRAMES_PER_S, transient=True) as live:
        for runs in looks:
            live.update(_blocks(runs))
    _say_verdicts(runs)


def _blocks(runs: Sequence[Run]) -> RenderableType:
    parts: list[RenderableType] = []
    for run in runs:
        parts.append(Text(headline(run), style="bold", no_wrap=True, overflow="ellipsis"))
        parts.append(block(run.progress))
    return Group(*parts)


def _follow_plainly(looks: Iterator[list[Run]]) -> None:
    began = time.monotonic()
    due = began
    runs: list[Run] = []
    for runs in looks:
        if time.monotonic() >= due:
            for run in runs:
                print(f"{run.dataset}: {sentence(run.progress)}", flush=True)
            due = time.monotonic() + plain_pause_s(time.monotonic() - began)
    _say_verdicts(runs)


def _say_verdicts(runs: Sequence[Run]) -> None:
    for run in runs:
        out.print(escape(f"{run.dataset}: {verdict(run)}"), highlight=False, soft_wrap=True)
