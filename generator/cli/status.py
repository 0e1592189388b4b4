"""`loremill status`: what a workspace holds."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from generator.cli import options as opt
from generator.cli.display import money

out = Console()


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("status")(status)


def status(workspace: opt.Workspace = None, as_json: opt.Json = False) -> None:
    """Show the datasets of a workspace, whether their files are whole, and what was paid for."""
    from generator import api

    found = api.status(workspace)
    if as_json:
        print(json.dumps(asdict(found), ensure_ascii=False))
    else:
        _show(found)
    raise typer.Exit(int(found.exit_code))


def _show(found: Any) -> None:
    if found.datasets:
        table = Table(box=None, padding=(0, 2), header_style="bold")
        table.add_column("dataset")
        for heading in ("pairs", "calls done", "cost"):
            table.add_column(heading, justify="right")
        table.add_column("state")
        for one in found.datasets:
            table.add_row(
                escape(one.name),
                f"{one.pairs:,}",
                f"{one.done:,} of {one.planned:,}",
                money(one.cost_usd),
                _state(one),
            )
        out.print(table, highlight=False)
    else:
        out.print(f"no datasets in {escape(found.workspace)}", highlight=False)
    out.print(
        f"\n{escape(found.workspace)} keeps {found.pages:,} pages and "
        f"{sum(one.replies for one in found.models):,} replies",
        highlight=False,
    )
    for one in found.models:
        out.print(
            f"  {escape(one.model)}: {one.replies:,} replies, {one.prompt_tokens:,} tokens in, "
            f"{one.completion_tokens:,} out",
            highlight=False,
        )
    if found.failures:
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in found.failures.items())
        out.print(f"[yellow]calls without a reply: {escape(reasons)}[/]", highlight=False)


def _state(one: Any) -> str:
    if one.problems:
        return f"[red]{escape('; '.join(one.problems))}[/]"
    return "[green]whole[/]" if one.done == one.planned else "[yellow]incomplete[/]"
