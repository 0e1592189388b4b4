"""`loremill tune results`: the curves of a job, told in words and drawn."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer
from rich.markup import escape
from rich.table import Table

from generator.cli import options as opt
from generator.cli.console import lost_output_is_said, plain_stdout, steady_stderr
from generator.cli.lost import say_lost
from generator.errors import Misconfigured

if TYPE_CHECKING:
    from generator.tuning.records import ResultFile
    from generator.tuning.results.curves import Results
    from generator.tuning.results.write import Written

out = plain_stdout()
err = steady_stderr()

FOLDER = "results"
"""In the workspace: a folder for the results of each job."""
COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("results")(results)


def results(
    given: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[JOB|FILE|FOLDER…]",
            help="A job by its id, the beginning of one, or its dataset; its result files (several are "
            "read as one); or a folder that has them.  [dim]\\[default: the newest job][/dim]",
            show_default=False,
        ),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Where table, curves and page go.  "
            "[dim]\\[default: results/ in the workspace][/dim]",
        ),
    ] = None,
    backend: opt.TuningBackend = "",
    base_url: opt.BaseUrl = None,
    project: Annotated[
        str | None,
        typer.Option(
            "--wandb", metavar="PROJECT", help="Send the curves to Weights & Biases, too."
        ),
    ] = None,
    workspace: opt.Workspace = None,
    as_json: opt.Json = False,
) -> None:
    """Tell what came of a tuning job: over-fitting, too few steps, the best step; and draw its curves.

    Reads results.csv in the dialects of OpenAI, Azure and others, and the logs of trainers.
    """
    from generator.config import resolve
    from generator.tuning.results.read import read_results
    from generator.tuning.results.write import write_results

    home = resolve({"workspace": workspace}, os.environ).workspace
    source = _find(given or [], backend, base_url, home)
    found = read_results(source.files)
    written = write_results(
        found,
        folder or home / FOLDER / source.name,
        title=source.title,
        facts=source.facts,
        sources=source.paths,
    )
    synced = _sync(found, project, source) if project else ""
    with lost_output_is_said(err):
        if as_json:
            _tell_json(found, written, synced, source.title)
        else:
            show_results(found, written, source.title)
            if synced:
                out.print(f"[dim]wandb[/]  {escape(synced)}", highlight=False, soft_wrap=True)


class _Source(NamedTuple):
    """What is read, and what is known of it besides."""

    name: str
    """Of the folder to write."""
    title: str
    files: Sequence[ResultFile]
    paths: Sequence[Path] = ()
    facts: Mapping[str, str] = {}


def _find(given: Sequence[str], backend: str, base_url: str | None, home: Path) -> _Source:
    from generator.names import slug
    from generator.tuning.results.find_files import files_in, read_files

    paths = [Path(one) for one in given]
    if not paths:
        return _job("", backend, base_url, home)
    if all(one.exists() for one in paths):
        files = [file for one in paths for file in files_in(one)]
        first = paths[0].resolve()
        # `results.csv` says nothing of what it is about; its folder may.
        if first.is_file():
            first = first.parent if first.stem == "results" else first.with_suffix("")
        return _Source(slug(first.name), first.name, read_files(files), files)
    missing = next(path for path in paths if not path.exists())
    if len(given) > 1 or missing.suffix or len(missing.parts) > 1:
        raise Misconfigured(
            f"there is no file or folder {str(missing)!r}; of jobs give one at a time"
        )
    return _job(given[0], backend, base_url, home)


def _job(job: str, backend: str, base_url: str | None, home: Path) -> _Source:
    from generator.api.tuning import job_results
    from generator.names import slug

    left = job_results(
        job, backend=backend, base_url=base_url, workspace=home, notice=say_lost(err)
    )
    return _Source(slug(left.job), left.job, left.files, facts=left.facts)


def _sync(found: Results, project: str, source: _Source) -> str:
    from generator.tuning.results.wandb_sync import sync

    return sync(found, project=project, name=source.title, facts=source.facts).place


def _tell_json(found: Results, written: Written, synced: str, title: str) -> None:
    from generator.tuning.results.told import to_json

    told = {
        "job": title,
        **to_json(found),
        "files": [str(path) for path in written.files],
        "left_out": written.remark,
        "wandb": synced,
    }
    print(json.dumps(told, ensure_ascii=False), flush=True)


# Showing ------------------------------------------------------------------------------------------


def show_results(found: Results, written: Written, title: str) -> None:
    """Steps, words and files at the terminal."""
    from generator.report.page import printable
    from generator.tuning.results.findings import find

    steps = f"{len(found.steps):,} measured steps" if len(found.steps) != 1 else "one measured step"
    out.print(f"[bold]{escape(str(printable(title)))}[/]  {steps}", highlight=False, soft_wrap=True)
    out.print()
    out.print(_table(found))
    out.print()
    for one in find(found):
        out.print(f"[{COLOURS[one.severity]}]•[/] {escape(one.message)}", highlight=False)
    for remark in (*found.remarks, written.remark):
        if remark:
            out.print(f"[yellow]![/] {escape(str(printable(remark)))}", highlight=False)
    out.print()
    for path in written.files:
        out.print(f"[dim]wrote[/]  {escape(str(path))}", highlight=False, soft_wrap=True)


def _table(found: Results) -> Table:
    from generator.tuning.results.findings import best_step
    from generator.tuning.results.page import COLUMNS, shown
    from generator.tuning.results.told import key_steps

    metrics, best = found.metrics, best_step(found)
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("step", justify="right")
    for metric in metrics:
        table.add_column(COLUMNS[metric].lower(), justify="right")
    table.add_column("")
    for one in key_steps(found):
        cells = [shown(one.values[name], name) if name in one.values else "" for name in metrics]
        mark = "[green]← best[/]" if one.step == best else ""
        table.add_row(f"{one.step:,}", *cells, mark)
    return table
