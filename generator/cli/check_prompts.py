"""`loremill prompts check`: what is wrong with prompt files, before they are paid for."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from generator.cli import options as opt
from generator.cli.console import plain_stdout
from generator.errors import BadTemplate, ExitCode

if TYPE_CHECKING:
    from generator.lint import Finding

out = plain_stdout()

COLOURS = {"error": "red", "warning": "yellow"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check")(check)


def check(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE|NAME]…", help="Prompt files.  [dim]\\[default: all there are][/dim]"
        ),
    ] = None,
    prompts: opt.Prompts = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 2 for warnings, too.")
    ] = False,
    as_json: opt.Json = False,
) -> None:
    """Look prompt files over: what build would refuse, and what makes poor pairs.

    Calls no model. Exits with 2 where there are errors.
    """
    paths = _paths(files or [], prompts)
    findings = _findings(paths)
    counts: Counter[str] = Counter(one.severity for one in findings)
    is_bad = counts["error"] or (strict and findings)
    code = ExitCode.USAGE if is_bad else ExitCode.OK
    if as_json:
        summary = {
            "files": [str(path) for path in paths],
            "findings": [asdict(one) for one in findings],
            "errors": counts["error"],
            "warnings": counts["warning"],
            "exit_code": int(code),
        }
        print(json.dumps(summary, ensure_ascii=False))
    else:
        _show(findings)
        out.print(_sum_up(len(paths), counts), highlight=False)
    raise typer.Exit(int(code))


def _paths(given: list[str], folder: Path | None) -> list[Path]:
    from generator.prompts import find_prompt, list_templates

    if not given:
        return [path for _, path in list_templates(folder)]
    return list(dict.fromkeys(find_prompt(one, folder) for one in given))


def _findings(paths: list[Path]) -> list[Finding]:
    from generator.lint import check_drafts, unreadable
    from generator.prompts import load_draft

    drafts, broken = [], []
    for path in paths:
        try:
            drafts.append(load_draft(path))
        except BadTemplate as error:
            broken.append(unreadable(str(path), str(error)))
    return [*broken, *check_drafts(drafts)]


def _show(findings: list[Finding]) -> None:
    from generator.report.page import printable

    for one in findings:
        message = escape(str(printable(one.message)))
        colour = COLOURS[one.severity]
        place = f"[bold]{escape(one.path)}:{one.line}[/]"
        out.print(
            f"{place} [{colour}]{one.severity}[/] [dim]{one.code}[/] {message}",
            highlight=False,
            soft_wrap=True,
        )
        out.print(f"    [dim]→ {escape(one.next_step)}[/]", highlight=False, soft_wrap=True)


def _sum_up(files: int, counts: Counter[str]) -> str:
    checked = _count(files, "prompt file")
    if not counts:
        return f"{checked}: nothing found"
    return f"{checked}: {_count(counts['error'], 'error')}, {_count(counts['warning'], 'warning')}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
