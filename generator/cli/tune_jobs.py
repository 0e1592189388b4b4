"""`loremill tune list` and `tune cancel`: the jobs of a workspace."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from generator.cli import options as opt
from generator.cli.console import lost_output_is_said, plain_stdout, steady_stderr

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

    def notice(text: str) -> None:
        err.print(escape(text), highlight=False, soft_wrap=True)

    jobs = api.list_tuning(
        backend=backend, base_url=base_url, workspace=workspace, limit=limit, refresh=refresh,
        notice=notice,
    )  # fmt: skip
    with lost_output_is_said(err):
        if as_json:
            told = [{k: v for k, v in asdict(one).items() if k != "token"} for one in jobs]
            print(json.dumps({"jobs": told}, ensure_ascii=False), flush=True)
        elif not jobs:
            out.print("no tuning jobs; `loremill tune start DATASET --model MODEL` starts one")
        else:
            table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", pad_edge=False)
            for name in ("job", "status", "dataset", "model", "tuned model", "where", "started"):
                table.add_column(name, overflow="fold")
            for one in jobs:
                colour = COLOURS.get(one.status, "cyan")
                table.add_row(
                    escape(one.id), f"[{colour}]{escape(one.status)}[/]",
                    escape(Path(one.dataset).name), escape(Path(one.model).name),
                    escape(one.tuned_model), escape(one.endpoint),
                    one.created_at[:16].replace("T", " "),
                )  # fmt: skip
            out.print(table)


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

    now = api.cancel_tuning(job, backend=backend, base_url=base_url, workspace=workspace)
    if as_json:
        print(json.dumps(told_job(now), ensure_ascii=False), flush=True)
    else:
        out.print(f"{escape(now.id)}  {escape(now.status)}", highlight=False, soft_wrap=True)
