"""`loremill status`: what a workspace holds."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import typer
from rich.markup import escape
from rich.table import Table

from generator.cli import options as opt
from generator.cli.console import plain_stdout
from generator.cli.display import money
from generator.cli.runs import verdict

out = plain_stdout()


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("status")(status)


def status(workspace: opt.Workspace = None, as_json: opt.Json = False) -> None:
    """Show what is running, the datasets and whether their files are whole, and what was paid."""
    from generator import api

    found = api.status(workspace)
    if as_json:
        runs = [run.as_dict() for run in found.runs]
        print(json.dumps({**asdict(found), "runs": runs}, ensure_ascii=False))
    else:
        _show(found)
    raise typer.Exit(int(found.exit_code))


LAST_RUNS = 3
"""Runs that have ended of which the last word is shown."""


def _show_runs(runs: Any) -> None:
    over = [run for run in runs if run.state != "running"][-LAST_RUNS:]
    for run in [*over, *(run for run in runs if run.state == "running")]:
        line = escape(f"{run.dataset}: {verdict(run)}")
        style = {"running": "green", "dead": "yellow"}.get(run.state, "dim")
        out.print(f"[{style}]{line}[/]", highlight=False, soft_wrap=True)
    if runs:
        out.print()


def _show(found: Any) -> None:
    _show_runs(found.runs)
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
                f"{one.done:,} of {one.planned:,}{' files' if one.is_imported else ''}",
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
    for one in found.limits:
        if one.requests_per_minute or one.tokens_per_minute or one.refused_at:
            out.print(f"[dim]{escape(_learnt(one))}[/]", highlight=False, soft_wrap=True)
    if found.failures:
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in found.failures.items())
        out.print(f"[yellow]calls without a reply: {escape(reasons)}[/]", highlight=False)


def _learnt(one: Any) -> str:
    """One line, such as `m at https://…/v1 takes 3,000 requests/min, 240 at once (learnt 2026-…)`."""
    by_minute = (("requests", one.requests_per_minute), ("tokens", one.tokens_per_minute))
    takes = [f"{limit:,.0f} {what}/min" for what, limit in by_minute if limit]
    refused = f", refused at {one.refused_at:,}" if one.refused_at else ""
    takes.append(f"{one.at_once:,} at once{refused}")
    return f"  {one.model} at {one.endpoint} takes {', '.join(takes)} (learnt {one.learnt_at})"


def _state(one: Any) -> str:
    if one.problems:
        return f"[red]{escape('; '.join(one.problems))}[/]"
    return "[green]whole[/]" if one.done == one.planned else "[yellow]incomplete[/]"
