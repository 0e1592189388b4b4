"""`loremill build`: the main job."""

from __future__ import annotations

import asyncio
import json
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from generator.cli import options as opt
from generator.cli.consent import get_consent
from generator.cli.console import lost_output_is_said, plain_stdout, steady_stderr
from generator.cli.display import Observer, display
from generator.cli.dry_run import dry_run as show_plan
from generator.jobfile import read_job

if TYPE_CHECKING:
    from generator.telling.progress import Progress

out = plain_stdout()
err = steady_stderr()

PROMPTS, DATASET = "Passages and prompts", "Dataset"
HELP = """Make a dataset of one or more articles.

Whatever was fetched or answered before is not paid for again: run the same command after an \
interruption and it goes on where it stopped. The key comes from OPENAI_API_KEY alone; without \
one the built-in writer makes simple pairs from the text itself."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("build", help=HELP)(build)


def build(
    titles: opt.Titles = None,
    titles_file: opt.TitlesFile = None,
    files: opt.Files = None,
    title: opt.FileTitle = None,
    category: opt.Category = None,
    depth: opt.Depth = None,
    links_of: opt.LinksOf = None,
    search: opt.Search = None,
    max_titles: opt.MaxTitles = None,
    site: opt.Site = None,
    lang: opt.Lang = None,
    contact: opt.Contact = None,
    model: Annotated[
        str | None,
        typer.Option(
            rich_help_panel=opt.MODEL,
            metavar="NAME",
            envvar="LOREMILL_MODEL",
            help="Chat model that writes the pairs.  [dim]\\[default: gpt-6-luna with a key or a "
            "base URL, else the built-in 'extractive'][/dim]",
            show_default=False,
        ),
    ] = None,
    base_url: opt.BaseUrl = None,
    prompts: opt.Prompts = None,
    recipe: opt.Recipe = None,
    template: Annotated[
        list[str] | None,
        typer.Option(
            rich_help_panel=PROMPTS,
            metavar="NAME",
            help="Prompt files to use instead of a recipe, each on every passage; may be given again.",
        ),
    ] = None,
    workspace: opt.Workspace = None,
    name: Annotated[
        str | None,
        typer.Option(
            rich_help_panel=DATASET,
            metavar="NAME",
            help="Folder of the dataset.  [dim]\\[default: from the title][/dim]",
        ),
    ] = None,
    rpm: opt.RequestsPerMinute = None,
    tpm: opt.TokensPerMinute = None,
    concurrency: Annotated[
        int | None,
        typer.Option(
            rich_help_panel=opt.LIMITS,
            metavar="N",
            help="Calls at once, at most.  [dim]\\[default: 16][/dim]",
        ),
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option(
            rich_help_panel=opt.LIMITS,
            metavar="SECONDS",
            help="For one attempt.  [dim]\\[default: 600][/dim]",
        ),
    ] = None,
    budget: Annotated[
        float | None,
        typer.Option(
            rich_help_panel=opt.SPENDING,
            metavar="USD",
            help="The most to spend. It is never exceeded: the worst case of each call is set aside "
            "before it is sent.",
        ),
    ] = None,
    token_budget: Annotated[
        int | None,
        typer.Option(
            rich_help_panel=opt.SPENDING,
            metavar="N",
            help="The most tokens, of prompts and replies together.",
        ),
    ] = None,
    max_calls: opt.MaxCalls = None,
    until: opt.Until = None,
    yes: Annotated[
        bool,
        typer.Option(
            "--yes",
            "-y",
            rich_help_panel=opt.SPENDING,
            help="Do not ask before a job of more than about $5.",
        ),
    ] = False,
    seed: Annotated[
        int | None,
        typer.Option(
            rich_help_panel=DATASET, metavar="N", help="For the splits.  [dim]\\[default: 0][/dim]"
        ),
    ] = None,
    split: Annotated[
        str | None,
        typer.Option(
            rich_help_panel=DATASET,
            metavar="A/B/C",
            help="Shares of train, validation, test, for recipes that list no facts, such as "
            "simple.  [dim]\\[default: 80/10/10][/dim]",
        ),
    ] = None,
    format: Annotated[
        str | None,
        typer.Option(
            rich_help_panel=DATASET,
            metavar="NAME",
            help="Of the split files: chat, completion, alpaca, sharegpt, gemini, trl-….  [dim]\\[default: chat][/dim]",
        ),
    ] = None,
    system: Annotated[
        str | None,
        typer.Option(
            rich_help_panel=DATASET, metavar="TEXT", help="System prompt of every chat row."
        ),
    ] = None,
    separator: Annotated[
        str | None,
        typer.Option(
            rich_help_panel=DATASET, metavar="TEXT", help="Ends every prompt (completion format)."
        ),
    ] = None,
    stop_sequence: Annotated[
        str | None,
        typer.Option(
            "--stop",
            rich_help_panel=DATASET,
            metavar="TEXT",
            help="Ends every completion (completion format).",
        ),
    ] = None,
    base_context: Annotated[
        str | None,
        typer.Option(
            rich_help_panel=DATASET,
            metavar="TEXT",
            help="First line of every prompt (completion format); {article}, {section}.",
        ),
    ] = None,
    sections: opt.Sections = None,
    skip_sections: opt.SkipSections = None,
    back_matter: opt.BackMatter = None,
    checks: opt.Checks = None,
    keep: opt.Keep = None,
    drop: opt.Drop = None,
    max_words: opt.MaxWords = None,
    min_words: opt.MinWords = None,
    price_in: Annotated[
        float | None,
        typer.Option(
            rich_help_panel=opt.MODEL,
            metavar="USD",
            help="Per million tokens in, if not in the list.",
        ),
    ] = None,
    price_out: opt.PriceOut = None,
    judge: opt.Judge = None,
    judge_base_url: opt.JudgeBaseUrl = None,
    judge_price_in: opt.JudgePriceIn = None,
    judge_price_out: opt.JudgePriceOut = None,
    trust_judge: opt.TrustJudge = None,
    round_trip: opt.RoundTrip = None,
    repair: opt.Repair = None,
    top_up: opt.TopUp = None,
    batch: opt.Batch = None,
    wait: opt.Wait = None,
    online_rest: opt.OnlineRest = None,
    batch_calls: opt.BatchCalls = None,
    batch_mb: opt.BatchMegabytes = None,
    batch_tokens: opt.BatchTokens = None,
    poll: opt.Poll = None,
    job: opt.JobFile = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="List the calls and what they would cost; call nothing."),
    ] = False,
    notify: Annotated[
        str | None,
        typer.Option(
            metavar="CMD|URL",
            help="At the end, give a summary in JSON to a command, or send it to a URL.",
        ),
    ] = None,
    report: Annotated[
        bool | None,
        typer.Option(
            "--report/--no-report",
            rich_help_panel=DATASET,
            help="Write report.html, a page to look at, beside the rows.",
        ),
    ] = None,
    log: Annotated[
        bool | None,
        typer.Option("--log/--no-log", help="Keep a log of the run in the workspace."),
    ] = None,
    quiet: Annotated[
        bool | None, typer.Option("--quiet/--no-quiet", "-q", help="No display while it works.")
    ] = None,
    verbose: Annotated[
        bool | None,
        typer.Option(
            "--verbose/--no-verbose", "-v", help="A line for every article, reply and wait, too."
        ),
    ] = None,
    as_json: opt.Json = False,
) -> None:
    """Make a dataset of one or more articles; see `HELP`."""
    if quiet and verbose:
        raise typer.BadParameter("--quiet and --verbose: only one of them can be")
    given = {
        "job": job,
        **opt.sources(files, title, site, lang, contact),
        **opt.listings(category, depth, links_of, search, max_titles),
        "titles_file": titles_file,
        "model": model,
        "base_url": base_url,
        "prompts": prompts,
        "recipe": recipe,
        "templates": opt.several(template),
        "workspace": workspace,
        "name": name,
        "rpm": rpm,
        "tpm": tpm,
        "concurrency": concurrency,
        "timeout_s": timeout,
        "budget": budget,
        "token_budget": token_budget,
        "max_calls": max_calls,
        "until": until,
        "batch": batch,
        "wait": wait,
        "online_rest": online_rest,
        "batch_calls": batch_calls,
        "batch_mb": batch_mb,
        "batch_tokens": batch_tokens,
        "poll_s": poll,
        "log": log,
        "report": report,
        "seed": seed,
        "shares": split,
        "format": format,
        "checks": opt.names(checks),
        "system": system,
        "separator": opt.unescaped(separator),
        "stop_sequence": opt.unescaped(stop_sequence),
        "base_context": base_context,
        "sections": opt.several(sections),
        "skip_sections": opt.several(skip_sections),
        "back_matter": back_matter,
        "keep": opt.several(keep),
        "drop": opt.several(drop),
        "max_words": max_words,
        "min_words": min_words,
        "price_in": price_in,
        "price_out": price_out,
        "judge": judge,
        "judge_base_url": judge_base_url,
        "judge_price_in": judge_price_in,
        "judge_price_out": judge_price_out,
        "trust_judge": trust_judge,
        "round_trip": round_trip,
        "repair": repair,
        "top_up": top_up,
    }
    if dry_run:
        show_plan(titles or [], given, as_json=as_json)
    else:
        told = {} if job is None else read_job(job).shown
        if quiet is None and verbose is None:
            quiet, verbose = told.get("quiet"), told.get("verbose")
        show = _Show(
            quiet=bool(quiet) or (as_json and not verbose),
            verbose=bool(verbose),
            as_json=as_json,
            asks=not (yes or as_json),
        )
        _build(titles or [], given, show, notify=notify or told.get("notify"))


@dataclass(frozen=True, kw_only=True)
class _Show:
    """What is shown, and whether somebody may be asked."""

    quiet: bool
    verbose: bool
    as_json: bool
    asks: bool

    def display(self, progress: Progress) -> AbstractContextManager[Observer]:
        return display(err, progress, quiet=self.quiet, verbose=self.verbose)


def _build(titles: list[str], given: dict[str, Any], show: _Show, *, notify: str | None) -> None:
    from generator.cli.summary import show_summary, summarise
    from generator.cli.telling import telling

    with telling(notify) as tell:
        dataset = _make(titles, given, show)
        tell(summarise(dataset))
    with lost_output_is_said(err):
        if show.as_json:
            print(json.dumps(summarise(dataset), ensure_ascii=False), flush=True)
        else:
            show_summary(out, dataset)
    raise typer.Exit(int(dataset.exit_code))


def _make(titles: list[str], given: dict[str, Any], show: _Show) -> Any:
    from generator import api
    from generator.engine.stop import Stop

    job = api.job(titles, **given)
    if job.is_extractive and not show.as_json:
        _say_extractive(is_asked_for=bool(given["model"] or given["job"]))
    get_consent(err, job, {"titles": titles, **given}, quiet=show.quiet, asks=show.asks)
    progress = api.progress_of(job)

    async def run() -> api.Dataset:
        stop = Stop()
        with show.display(progress) as observe, stop.on_signals():
            return await api.build_async(
                titles, observe=observe, progress=progress, stop=stop, **given
            )

    return asyncio.run(run())


def _say_extractive(*, is_asked_for: bool) -> None:
    who = "The built-in writer" if is_asked_for else "No OPENAI_API_KEY: the built-in writer"
    err.print(
        f"[bold yellow]{who} makes the pairs.[/] It copies from the "
        "text (cloze, look-ups, recitation) and knows nothing else; every row says "
        '"model": "extractive". Set a key or --base-url for a language model.',
        highlight=False,
    )
