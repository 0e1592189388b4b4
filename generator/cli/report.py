"""`loremill report`: the page to look at, made anew."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from generator.cli import options as opt
from generator.cli.console import plain_stdout

out = plain_stdout()


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("report")(report)


def report(
    dataset: Annotated[
        str,
        typer.Argument(metavar="DATASET", help="Name in the workspace, or a folder."),
    ],
    workspace: opt.Workspace = None,
    as_json: opt.Json = False,
) -> None:
    """Make report.html of a dataset anew, with the time that replies took."""
    from generator import api

    path = api.make_report(dataset, workspace=workspace)
    if as_json:
        print(json.dumps({"report": str(path)}, ensure_ascii=False))
    else:
        out.print(str(path), highlight=False, markup=False, soft_wrap=True)
