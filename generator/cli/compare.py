"""`loremill compare`: two datasets, prompt files or models, section by section."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from generator.cli import options as opt
from generator.cli.consent import ask_for, tell
from generator.cli.console import lost_output_is_said, plain_stdout, steady_stderr
from generator.cli.display import display

out = plain_stdout()
err = steady_stderr()

FOLDER = "comparisons"
"""In the workspace, for the pages."""
HELP = """Compare two datasets, two prompt files or two models, section by section.

\b
A and B are one of
  dataset:NAME            a dataset of the workspace, or dataset:FOLDER
  template:NAME           the prompt file that a build would use
  template:NAME@DIGEST    an older version of it that the workspace has seen
  template:FILE.md        any prompt file
  model:NAME              a chat model; two --model do the same
The word before the colon may be left out for a dataset or prompt file where that is clear.

Datasets are read as they are. Prompt files and models are tried on the same sections of --article or \
--from: replies that are stored cost nothing, new ones are stored and count for later builds.

The order of A and B does not matter. What is a difference and what may be chance is said in \
docs/compare.md."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("compare", help=HELP)(compare)


def compare(
    operands: Annotated[
        list[str] | None, typer.Argument(metavar="A B", help="What to compare.", show_default=False)
    ] = None,
    article: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TITLE",
            help="Title of an article to try them on; more than one may be given.",
            rich_help_panel=opt.ARTICLES,
        ),
    ] = None,
    files: opt.Files = None,
    title: opt.FileTitle = None,
    site: opt.Site = None,
    lang: opt.Lang = None,
    contact: opt.Contact = None,
    sections: Annotated[
        str | None,
        typer.Option(
            metavar="N|all|PATTERN",
            help="On how many sections, spread over the articles, or on which: Synopsis/**.  "
            "[dim]\\[default: 20][/dim]",
            rich_help_panel=opt.PASSAGES,
        ),
    ] = None,
    model: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Chat model for two prompt files; twice, and without A and B: compare these two.",
            rich_help_panel=opt.MODEL,
        ),
    ] = None,
    base_url: opt.BaseUrl = None,
    recipe: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|FILE",
            help="Recipe for two models, or to take the prompt files from that others need before "
            "them.  [dim]\\[default: simple for models, expert for prompt files][/dim]",
            rich_help_panel=opt.PASSAGES,
        ),
    ] = None,
    template: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Prompt files for two models, instead of a recipe.",
            rich_help_panel=opt.PASSAGES,
        ),
    ] = None,
    prompts: opt.Prompts = None,
    max_words: opt.MaxWords = None,
    min_words: opt.MinWords = None,
    keep: opt.Keep = None,
    drop: opt.Drop = None,
    checks: opt.Checks = None,
    workspace: opt.Workspace = None,
    rpm: opt.RequestsPerMinute = None,
    tpm: opt.TokensPerMinute = None,
    concurrency: opt.Concurrency = None,
    budget: opt.Budget = None,
    token_budget: opt.TokenBudget = None,
    max_calls: opt.MaxCalls = None,
    yes: opt.Yes = False,
    price_in: opt.PriceIn = None,
    price_out: opt.PriceOut = None,
    html: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Where the page goes.  [dim]\\[default: comparisons/ in the workspace][/dim]",
        ),
    ] = None,
    show: Annotated[
        int, typer.Option(metavar="N", min=0, help="Sections to show side by side here.")
    ] = 1,
    quiet: opt.Quiet = False,
    as_json: opt.Json = False,
) -> None:
    """Compare two datasets, prompt files or models; see `HELP`."""
    from generator import api

    given = {
        **opt.sources(files, title, site, lang, contact),
        "titles": tuple(article or ()),
        "model": model[0] if model and len(model) == 1 else None,
        "base_url": base_url,
        "recipe": recipe,
        "templates": tuple(template) if template else None,
        "prompts": prompts,
        "max_words": max_words,
        "min_words": min_words,
        "keep": tuple(keep or ()),
        "drop": tuple(drop or ()),
        "checks": opt.names(checks),
        "workspace": workspace,
        "rpm": rpm,
        "tpm": tpm,
        "concurrency": concurrency,
        "budget": budget,
        "token_budget": token_budget,
        "max_calls": max_calls,
        "price_in": price_in,
        "price_out": price_out,
    }
    a, b = _operands(operands or [], model or [])
    contest = api.contest(a, b, sections=_sections(sections), **given)
    comparison = _compare(contest, quiet=quiet or as_json, asks=not (yes or as_json))
    page = _write_page(comparison, html, contest.config.workspace)
    with lost_output_is_said(err):
        if as_json:
            told = {**comparison.as_dict(), "html": str(page)}
            print(json.dumps(told, ensure_ascii=False), flush=True)
        else:
            _show(comparison, page, sections=show)
    raise typer.Exit(int(comparison.exit_code))


def _operands(operands: list[str], models: list[str]) -> tuple[str, str]:
    if not operands and len(models) == 2:
        operands = [f"model:{name}" for name in models]
    elif len(models) > 1:
        raise typer.BadParameter(
            "--model: twice, without A and B, compares two models; else give it once"
        )
    if len(operands) != 2:
        raise typer.BadParameter(
            f"give two things to compare, A and B, not {len(operands)}; --help lists what they can be"
        )
    return operands[0], operands[1]


def _sections(asked: str | None) -> int | str | None:
    from generator.comparison.contest import SECTIONS

    if asked is None or asked == "all":
        return SECTIONS if asked is None else None
    return int(asked) if asked.removeprefix("-").isdecimal() else asked


def _compare(contest: Any, *, quiet: bool, asks: bool) -> Any:
    from generator import api
    from generator.engine.stop import Stop

    if not contest.is_asked:
        return asyncio.run(api.compare_async(contest))
    _get_consent(contest, quiet=quiet, asks=asks)
    progress = api.progress_of(*contest.configs)

    async def run() -> Any:
        stop = Stop()
        with display(err, progress, quiet=quiet) as observe, stop.on_signals():
            return await api.compare_async(contest, observe=observe, progress=progress, stop=stop)

    return asyncio.run(run())


def _get_consent(contest: Any, *, quiet: bool, asks: bool) -> None:
    from generator import api

    if all(one.is_extractive for one in contest.configs):
        return
    estimate = api.estimate_of(contest)
    if not quiet:
        err.print(escape(tell(estimate)), highlight=False)
    if asks and contest.config.budget is None:
        ask_for(err, estimate.cost)


def _write_page(comparison: Any, asked: Path | None, workspace: Path) -> Path:
    from generator.comparison.page import render_comparison
    from generator.errors import Misconfigured
    from generator.names import slug

    name = slug(f"{comparison.a.label} and {comparison.b.label}")
    page = asked or workspace / FOLDER / f"{name}.html"
    try:
        if asked is None:
            page.parent.mkdir(parents=True, exist_ok=True)
        with page.open("w", encoding="utf-8") as file:
            file.writelines(render_comparison(comparison))
    except OSError as error:
        raise Misconfigured(f"cannot write {page}: {error.strerror}; give --html FILE") from error
    return page


def _show(comparison: Any, page: Path, *, sections: int) -> None:
    from generator.cli.contrast import show_comparison

    show_comparison(out, comparison, sections=sections)
    if comparison.stopped:
        out.print(
            f"\n[bold yellow]stopped: {escape(comparison.stopped)}. What was paid for is kept; the "
            "same command goes on from here.[/]",
            highlight=False,
        )
    out.print(f"\n[dim]page[/]  {escape(str(page))}", highlight=False, soft_wrap=True)
