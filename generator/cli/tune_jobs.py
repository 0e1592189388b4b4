"""`loremill tune list` and `tune cancel`: the jobs of a workspace."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer
from rich.markup import escape
from rich.table import Table

from generator.cli import options as opt
from generator.cli.console import lost_output_is_said, plain_stdout, steady_stderr
from generator.cli.lost import say_lost
from generator.tuning import LOCAL

if TYPE_CHECKING:
    from generator.store.tuning import StartedJob

out = plain_stdout()
err = steady_stderr()

COLOURS = {"succeeded": "green", "failed": "red", "cancelled": "yellow", "expired": "red"}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("list")(list_jobs)
    app.command("cancel")(cancel)


def list_jobs(
    backend: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="List all that it has, also what was started elsewhere: openai, local.",
            show_default=False,
        ),
    ] = "",
    base_url: opt.BaseUrl = None,
    limit: Annotated[int, typer.Option(metavar="N", min=1, help="The newest so many.")] = 20,
    refresh: Annotated[
        bool,
        typer.Option("--refresh/--no-refresh", help="Ask how those stand that have not ended."),
    ] = True,
    workspace: opt.Workspace = None,
    as_json: opt.Json = False,
) -> None:
    """List tuning jobs, the newest first."""
    from generator import api
    from generator.api.tuning import told_known

    def notice(text: str) -> None:
        err.print(escape(text), highlight=False, soft_wrap=True)

    jobs = api.list_tuning(
        backend=backend, base_url=base_url, workspace=workspace, limit=limit, refresh=refresh,
        notice=notice,
    )  # fmt: skip
    with lost_output_is_said(err):
        if as_json:
            told = {"jobs": [told_known(one) for one in jobs]}
            print(json.dumps(told, ensure_ascii=False), flush=True)
        elif not jobs:
            out.print("no tuning jobs; `loremill tune start DATASET --model MODEL` starts one")
        else:
            out.print(_table(jobs))


def cancel(
    job: Annotated[
        str,
        typer.Argument(metavar="JOB", help="Its id, the beginning of one, or its dataset."),
    ],
    backend: opt.TuningBackend = "",
    base_url: opt.BaseUrl = None,
    workspace: opt.Workspace = None,
    as_json: opt.Json = False,
) -> None:
    """End a tuning job that runs; one that has ended stays as it is."""
    from generator import api
    from generator.api.tuning import told_job

    now = api.cancel_tuning(
        job, backend=backend, base_url=base_url, workspace=workspace, notice=say_lost(err)
    )
    if as_json:
        print(json.dumps(told_job(now), ensure_ascii=False), flush=True)
    else:
        out.print(f"{escape(now.id)}  {escape(now.status)}", highlight=False, soft_wrap=True)


def _table(jobs: Sequence[StartedJob]) -> Table:
    """A line for each job; what is empty for all has no column."""
    rows = [
        {
            "job": escape(one.id),
            "status": f"[{COLOURS.get(one.status, 'cyan')}]{escape(one.status)}[/]",
            "dataset": escape(Path(one.dataset).name),
            "model": escape(Path(one.model).name),
            "tuned model": escape("" if one.backend == LOCAL else one.tuned_model),
            "where": escape(urlsplit(one.endpoint).netloc or one.endpoint),
            "started": one.created_at[:16].replace("T", " "),
        }
        for one in jobs
    ]
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", pad_edge=False)
    shown = [name for name in rows[0] if any(row[name] for row in rows)]
    for name in shown:
        table.add_column(name, overflow="fold", no_wrap=name in ("job", "status", "started"))
    for row in rows:
        table.add_row(*(row[name] for name in shown))
    return table
