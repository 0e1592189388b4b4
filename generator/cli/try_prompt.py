"""`loremill prompts try`: a prompt file on some sections, looked at before all are paid for."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Any

import typer
from rich.markup import escape

from generator.cli import options as opt
from generator.cli.consent import ask_for
from generator.cli.console import lost_output_is_said, plain_stdout, steady_stderr
from generator.cli.display import display, money

out = plain_stdout()
err = steady_stderr()


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("try")(try_)


def try_(
    prompt: Annotated[str, typer.Argument(metavar="FILE|NAME", help="A prompt file.")],
    article: Annotated[
        str | None,
        typer.Option(metavar="TITLE", help="Article to try it on.", rich_help_panel=opt.ARTICLES),
    ] = None,
    sections: Annotated[
        str,
        typer.Option(
            metavar="N|HEADING",
            help="On how many sections, spread over the article, or on which: a heading, or a "
            "pattern such as 'Synopsis/**'.",
            rich_help_panel=opt.PASSAGES,
        ),
    ] = "3",
    file: opt.Files = None,
    file_title: opt.FileTitle = None,
    site: opt.Site = None,
    lang: opt.Lang = None,
    contact: opt.Contact = None,
    model: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            envvar="LOREMILL_MODEL",
            help="Chat model; as in `build`.",
            show_default=False,
            rich_help_panel=opt.MODEL,
        ),
    ] = None,
    base_url: opt.BaseUrl = None,
    prompts: opt.Prompts = None,
    recipe: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|FILE",
            help="Recipe whose other prompt files are asked before, where this one needs their "
            "replies.  [dim]\\[default: expert][/dim]",
            rich_help_panel=opt.PASSAGES,
        ),
    ] = None,
    max_words: opt.MaxWords = None,
    min_words: opt.MinWords = None,
    keep: opt.Keep = None,
    drop: opt.Drop = None,
    back_matter: opt.BackMatter = None,
    workspace: opt.Workspace = None,
    rpm: opt.RequestsPerMinute = None,
    tpm: opt.TokensPerMinute = None,
    concurrency: opt.Concurrency = None,
    timeout: opt.Timeout = None,
    budget: opt.Budget = None,
    token_budget: opt.TokenBudget = None,
    max_calls: opt.MaxCalls = None,
    yes: opt.Yes = False,
    price_in: opt.PriceIn = None,
    price_out: opt.PriceOut = None,
    quiet: opt.Quiet = False,
    as_json: opt.Json = False,
) -> None:
    """Try a prompt file on a few sections: pairs and defects beside the passage, and what all would cost.

    The calls are those that `build` makes with the same options, so their replies count when it
    comes.
    """
    given = {
        **opt.sources(file, file_title, site, lang, contact),
        "model": model,
        "base_url": base_url,
        "prompts": prompts,
        "recipe": recipe,
        "max_words": max_words,
        "min_words": min_words,
        "keep": tuple(keep or ()),
        "drop": tuple(drop or ()),
        "back_matter": back_matter,
        "workspace": workspace,
        "rpm": rpm,
        "tpm": tpm,
        "concurrency": concurrency,
        "timeout_s": timeout,
        "budget": budget,
        "token_budget": token_budget,
        "max_calls": max_calls,
        "price_in": price_in,
        "price_out": price_out,
        "sections": _sections(sections),
    }
    asks = not (yes or as_json or budget is not None)
    trial = _try(prompt, article, given, quiet=quiet or as_json, asks=asks)
    with lost_output_is_said(err):
        if as_json:
            print(json.dumps(trial.as_dict(), ensure_ascii=False), flush=True)
        else:
            from generator.cli.trial_view import show_trial

            show_trial(out, trial)
    raise typer.Exit(int(trial.exit_code))


def _sections(given: str) -> int | str:
    if not given.isascii() or not given.isdigit():
        return given
    if not int(given):
        raise typer.BadParameter("--sections: give a number from 1, or a heading")
    return int(given)


def _try(
    prompt: str, article: str | None, given: dict[str, Any], *, quiet: bool, asks: bool
) -> Any:
    from generator import api
    from generator.engine.stop import Stop

    options = {name: value for name, value in given.items() if name != "sections"}
    job = api.job(article or (), **options)
    if job.is_extractive:
        _say_extractive(is_wanted=given["model"] is not None or quiet)
    elif not _reads_input(job):
        _say_cost(api.plan_of_trial(prompt, article, **given), quiet=quiet, asks=asks)
    progress = api.progress_of(job)

    async def run() -> Any:
        stop = Stop()
        with display(err, progress, quiet=quiet) as observe, stop.on_signals():
            return await api.try_prompt_async(
                prompt, article, observe=observe, progress=progress, stop=stop, **given
            )

    return asyncio.run(run())


def _say_extractive(*, is_wanted: bool) -> None:
    if not is_wanted:
        err.print(
            "[bold yellow]No OPENAI_API_KEY: the built-in writer answers.[/] It reads no rules, only the "
            "title, the passage and the numbers. Set a key or --base-url for a language model.",
            highlight=False,
        )


def _reads_input(job: Any) -> bool:
    """Standard input can be read only once, and that is for the trial itself."""
    return "-" in map(str, job.files)


def _say_cost(plan: Any, *, quiet: bool, asks: bool) -> None:
    new = plan.new
    if new and not quiet:
        cost = "price unknown" if plan.cost is None else f"≈ {money(plan.cost)}"
        said = f"asking {plan.model} {len(new):,} times: {cost}"
        err.print(escape(said), highlight=False)
    if asks:
        ask_for(err, plan.cost)
