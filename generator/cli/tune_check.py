"""`loremill tune check`: a training file looked over before a job is paid for."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from generator.cli import options as opt
from generator.cli.console import lost_output_is_said, plain_stdout, steady_stderr
from generator.errors import ExitCode

if TYPE_CHECKING:
    from generator.tuning.check import Checked, Finding, TrainingCheck
    from generator.tuning.check.spread import Spread

out = plain_stdout()
err = steady_stderr()

COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check")(check)


def check(
    data: Annotated[
        list[str],
        typer.Argument(
            metavar="DATASET|FILE…",
            help="A dataset's name or folder (its training and validation files), or JSONL files.",
            show_default=False,
        ),
    ],
    validation: Annotated[
        Path | None,
        typer.Option(
            "--validation",
            metavar="FILE",
            help="The file to validate on.  [dim]\\[default: the dataset's][/dim]",
        ),
    ] = None,
    model: Annotated[
        str,
        typer.Option(metavar="MODEL", help="To be tuned: a name, or a folder.", show_default=False),
    ] = "",
    base_url: opt.BaseUrl = None,
    provider: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="openai, azure, nebius, crusoe, fireworks, together, local, other.  "
            "[dim]\\[default: that of the URL][/dim]",
            show_default=False,
        ),
    ] = "",
    method: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="supervised or dpo.  [dim]\\[default: as the file is][/dim]",
            show_default=False,
        ),
    ] = "",
    epochs: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            help="Times through the file.  [dim]\\[default: OpenAI's rule][/dim]",
        ),
    ] = None,
    price: Annotated[
        float | None,
        typer.Option(metavar="USD", min=0, help="Per million trained tokens, above the list."),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 for warnings, too.")
    ] = False,
    workspace: opt.Workspace = None,
    quiet: opt.Quiet = False,
    as_json: opt.Json = False,
) -> None:
    """Look training files over: what the provider would refuse, and what makes a model worse.

    Sends nothing. Ends with 0 where the provider will take the file, with 1 where it will refuse it.
    """
    given = {
        "model": model, "base_url": base_url, "provider": provider, "method": method,
        "epochs": epochs, "price": price,
    }  # fmt: skip
    checks = [_check(one, validation, workspace, given, quiet=quiet or as_json) for one in data]
    code = ExitCode.INCOMPLETE if any(_is_bad(one, strict) for one in checks) else ExitCode.OK
    with lost_output_is_said(err):
        if as_json:
            told = {"checks": [one.as_dict() for one in checks], "exit_code": int(code)}
            print(json.dumps(told, ensure_ascii=False), flush=True)
        else:
            for one in checks:
                show_check(one)
    raise typer.Exit(int(code))


def _is_bad(checked: TrainingCheck, strict: bool) -> bool:
    return bool(checked.errors or (strict and checked.warnings))


def _check(
    one: str,
    validation: Path | None,
    workspace: Path | None,
    given: dict[str, Any],
    *,
    quiet: bool,
) -> TrainingCheck:
    from generator.config import resolve
    from generator.tuning.check import check_training
    from generator.tuning.check.folder import find_files

    files = find_files(one, resolve({"workspace": workspace}, os.environ).workspace)
    with progress(files.training.name, quiet=quiet) as observe:
        return check_training(
            files.training,
            validation=validation or files.validation,
            folder=files.folder,
            observe=observe,
            **given,
        )


@contextmanager
def progress(name: str, *, quiet: bool) -> Iterator[Any]:
    """Shows at a terminal how far reading has come."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("checking {task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(
        *columns, console=err, transient=True, disable=quiet or not err.is_terminal
    ) as bar:
        task = bar.add_task(escape(name), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total or None)


# Showing ------------------------------------------------------------------------------------------


def show_check(checked: TrainingCheck) -> None:
    """The whole check at the terminal."""
    out.print(_head(checked), highlight=False, soft_wrap=True)
    for one in (checked.training, checked.validation):
        if one is not None and one.tokens and one.answer_tokens:
            out.print()
            out.print(_tokens(one))
    out.print()
    out.print(_sums(checked))
    if checked.findings:
        out.print()
        out.print(_findings(checked))
    out.print()
    show_verdict(out, checked)


def show_verdict(console: Console, checked: TrainingCheck) -> None:
    """Whether the provider will take it, and what it is estimated to cost; in two lines."""
    console.print(_verdict(checked), highlight=False, soft_wrap=True)


def _head(checked: TrainingCheck) -> str:
    where = escape(checked.provider_title)
    model = f"{escape(checked.model)} at {where}" if checked.model else f"{where}, no --model given"
    return f"[bold]{escape(checked.training.path)}[/]  for {model}"


def _tokens(file: Checked) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column(
        f"{escape(Path(file.path).name)}: {file.examples:,} {_named(file)}", no_wrap=True
    )
    for heading in ("min", "p5", "half", "p95", "max", "in all"):
        table.add_column(heading, justify="right")
    for label, spread in (("tokens of an example ≈", file.tokens), ("of an answer ≈", file.answer_tokens)):  # fmt: skip
        table.add_row(f"[dim]{label}[/]", *_figures(spread))
    return table


def _figures(spread: Spread | None) -> list[str]:
    if spread is None:
        return []
    figures = (spread.min, spread.p5, spread.p50, spread.p95, spread.max, spread.total)
    return [f"{one:,}" for one in figures]


def _named(file: Checked) -> str:
    many = file.examples != 1
    match file.format:
        case "chat" | "chat-completion":
            return "chats" if many else "chat"
        case "completion":
            return "completions" if many else "completion"
        case "preference":
            return "preferences" if many else "preference"
        case _:
            return "texts" if many else "text"


def _sums(checked: TrainingCheck) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column()
    rule = "as given" if checked.is_epochs_given else "by OpenAI's rule; --epochs says otherwise"
    table.add_row("epochs", f"{checked.epochs:,} [dim]({rule})[/]")
    table.add_row("trained tokens", f"≈ {checked.trained_tokens:,}")
    table.add_row("cost", _cost(checked))
    limit = f"{checked.limit:,} tokens" if checked.limit else "unknown"
    table.add_row("longest example", limit)
    return table


def _cost(checked: TrainingCheck) -> str:
    price, cost = checked.price, checked.cost
    if price is None or cost is None:
        return "unknown [dim](no price known for this model here; --price USD says one)[/]"
    if not price.per_million:
        return f"none [dim]({escape(price.source)})[/]"
    dated = f"{price.source}, {price.date}" if price.date else price.source
    shown = f"≈ ${cost:,.2f}" if cost >= 0.01 else "less than $0.01"
    return f"{shown} [dim]at ${price.per_million:,.2f} a million ({escape(dated)})[/]"


def _findings(checked: TrainingCheck) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", pad_edge=False)
    table.add_column("", no_wrap=True)
    table.add_column("finding", ratio=1)
    table.add_column("count", justify="right", no_wrap=True)
    table.add_column("lines", no_wrap=True)
    for one in checked.findings:
        colour = COLOURS[one.severity]
        table.add_row(
            f"[{colour}]{one.severity}[/]",
            _told(one),
            f"{one.count:,}" if one.lines else "",
            _lines(one),
        )
    return table


def _told(one: Finding) -> str:
    from generator.report.page import printable

    where = " [dim]in the validation file[/]" if one.file == "validation" else ""
    detail = f": {escape(str(printable(one.detail)))}" if one.detail else ""
    return f"{escape(one.message)}{where}{detail} [dim]({one.code})[/]\n[dim]→ {escape(one.next_step)}[/]"


def _lines(one: Finding) -> str:
    more = " …" if one.count > len(one.lines) else ""
    return ", ".join(f"{line}" for line in one.lines) + (more if one.lines else "")


def _verdict(checked: TrainingCheck) -> str:
    errors, warnings = len(checked.errors), len(checked.warnings)
    if errors:
        return f"[bold red]{checked.provider_title} would refuse this:[/] {_count(errors, 'error')}, {_count(warnings, 'warning')}"
    if warnings:
        return f"[bold green]nothing that {checked.provider_title} would refuse,[/] {_count(warnings, 'warning')}"
    return f"[bold green]nothing that {checked.provider_title} would refuse[/]"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
