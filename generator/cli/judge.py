"""`loremill judge`: finding out whether a model may judge pairs."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from generator.cli import options as opt
from generator.cli.console import lost_output_is_said, plain_stdout, steady_stderr
from generator.cli.display import display, money

out = plain_stdout()
err = steady_stderr()
app = typer.Typer(
    help="Test whether a model may judge pairs, before a build lets it.", no_args_is_help=True
)


@app.callback()
def _root() -> None:
    pass


@app.command("test")
def _test(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="The judge.", show_default=False)],
    base_url: opt.BaseUrl = None,
    pairs: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Labelled pairs of your own, in JSON Lines; docs/judge.md.  "
            "[dim]\\[default: those that come with Loremill][/dim]",
        ),
    ] = None,
    round_trip: Annotated[
        bool, typer.Option("--round-trip", help="Test the round trip as well.")
    ] = False,
    prompts: opt.Prompts = None,
    workspace: opt.Workspace = None,
    rpm: opt.RequestsPerMinute = None,
    tpm: opt.TokensPerMinute = None,
    concurrency: opt.Concurrency = None,
    timeout: opt.Timeout = None,
    budget: opt.Budget = None,
    max_calls: opt.MaxCalls = None,
    price_in: opt.PriceIn = None,
    price_out: opt.PriceOut = None,
    quiet: opt.Quiet = False,
    as_json: opt.Json = False,
) -> None:
    """Let a model judge pairs whose faults are known: is it to be trusted?

    It is where it finds 80 % of the defects of meaning and refuses 5 % of the good pairs at most.
    The workspace remembers; `loremill build --judge MODEL` lets it refuse pairs then. Ends with 0
    where it is to be trusted, with 1 where it is not.
    """
    given = {
        "base_url": base_url,
        "pairs": pairs,
        "round_trip": round_trip,
        "prompts": prompts,
        "workspace": workspace,
        "rpm": rpm,
        "tpm": tpm,
        "concurrency": concurrency,
        "timeout_s": timeout,
        "budget": budget,
        "max_calls": max_calls,
        "price_in": price_in,
        "price_out": price_out,
    }
    results = _examine(model, given, quiet=quiet or as_json)
    with lost_output_is_said(err):
        if as_json:
            told = [one.as_dict() for one in results]
            print(json.dumps({"results": told}, ensure_ascii=False), flush=True)
        else:
            for one in results:
                _show(one)
    raise typer.Exit(max(int(one.exit_code) for one in results))


def _examine(model: str, given: dict[str, Any], *, quiet: bool) -> Any:
    from generator import api
    from generator.engine.stop import Stop

    progress = api.progress_of_judge(model, **given)

    async def run() -> Any:
        stop = Stop()
        with display(err, progress, quiet=quiet) as observe, stop.on_signals():
            return await api.examine_judge_async(
                model, observe=observe, progress=progress, stop=stop, **given
            )

    return asyncio.run(run())


# Showing ------------------------------------------------------------------------------------------


def _show(result: Any) -> None:
    inspector, score = result.exam.inspector, result.score
    out.print(
        f"[bold]{escape(inspector.model)}[/] at {escape(result.endpoint)}, prompt file "
        f"{escape(inspector.template.name)}@{inspector.template.digest[:8]}",
        highlight=False,
    )
    out.print(_labels(score), highlight=False)
    out.print(_sums(result), highlight=False)
    if result.run.stop.reason:
        why = result.run.stop.error or result.run.stop.reason
        out.print(f"\n[bold yellow]stopped: {escape(str(why))}. The same command goes on.[/]")
        return
    verdict = "[bold green]to be trusted[/]" if score.passed else "[bold red]not to be trusted[/]"
    out.print(f"\n{verdict}", highlight=False)
    for problem in score.problems:
        out.print(f"  {escape(problem)}", highlight=False)
    out.print()


def _labels(score: Any) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("label")
    for heading in ("pairs", "refused", "share", "no verdict"):
        table.add_column(heading, justify="right")
    table.add_column("")
    for one in score.labels:
        counts = "" if one.is_meaning or one.label == "good" else "does not count"
        table.add_row(
            escape(one.label), str(one.pairs), str(one.refused),
            f"{one.refused / one.pairs:.0%}", str(one.unjudged or ""), f"[dim]{counts}[/]",
        )  # fmt: skip
    return table


def _sums(result: Any) -> Table:
    score = result.score
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column()
    table.add_row("")
    table.add_row("found", f"{_share(score.recall)} of the meaning defects; wanted: at least 80 %")
    table.add_row("lost", f"{_share(score.lost)} of the good pairs; wanted: at most 5 %")
    table.add_row("calls", f"{result.answered:,} of {len(result.exam.calls):,} answered")
    table.add_row(
        "cost",
        f"{money(result.cost)} ({result.prompt_tokens:,} tokens in, "
        f"{result.completion_tokens:,} out)",
    )
    return table


def _share(share: Any) -> str:
    low, high = share.interval
    return f"{share.part} of {share.whole}: {share.value:.1%} (95 %: {low:.1%} to {high:.1%})"
