"""`loremill evaluate`: a tuned model beside its base, on the questions of a dataset."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from generator.cli import options as opt
from generator.cli.console import lost_output_is_said, plain_stdout, steady_stderr
from generator.cli.display import display

out = plain_stdout()
err = steady_stderr()

QUESTIONS, CLASSES = "Questions", "Sets of classes"
HELP = """Ask a base model and a tuned one the questions of a dataset, and show them side by side.

Rows are what was trained, in seen and in held-out wording, reversed, and over two sections; sections of \
which nothing was trained; what nobody can know, beside what can be known; and general questions. Datasets \
without facts have train, validation and test.

Columns are closed-book, with the section before the question, and with the best three passages of a \
search. All is asked greedily, in the form of the dataset.

The results go to evaluation/ in the dataset's folder: a page to look at, all figures, every answer. Sets \
whose answers are classes get accuracy, F1, confusion and curves. Calls are stored, so that a second run \
makes none. More in docs/evaluation.md."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("evaluate", help=HELP)(evaluate)


def evaluate(
    dataset: Annotated[
        str, typer.Argument(metavar="DATASET", help="Name or folder.", show_default=False)
    ],
    base: Annotated[
        str | None,
        typer.Option(metavar="MODEL", help="As it was before tuning.", rich_help_panel=opt.MODEL),
    ] = None,
    tuned: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL", help="The tuned model, or its job.", rich_help_panel=opt.MODEL
        ),
    ] = None,
    base_url: opt.BaseUrl = None,
    base_base_url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Of the base alone.", rich_help_panel=opt.MODEL),
    ] = None,
    tuned_base_url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Of the tuned model alone.", rich_help_panel=opt.MODEL),
    ] = None,
    price_in: opt.PriceIn = None,
    price_out: opt.PriceOut = None,
    tuned_price_in: Annotated[
        float | None,
        typer.Option(
            metavar="USD",
            help="Per million tokens in, of the tuned model.",
            rich_help_panel=opt.MODEL,
        ),
    ] = None,
    tuned_price_out: Annotated[
        float | None,
        typer.Option(metavar="USD", help="…and out.", rich_help_panel=opt.MODEL),
    ] = None,
    judge: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL",
            help="Let a model judge the answers against their passages; it counts where "
            "`loremill judge test` trusts it.",
            rich_help_panel=opt.QUALITY,
        ),
    ] = None,
    judge_base_url: opt.JudgeBaseUrl = None,
    judge_price_in: opt.JudgePriceIn = None,
    judge_price_out: opt.JudgePriceOut = None,
    trust_judge: Annotated[
        bool | None,
        typer.Option(
            "--trust-judge/--no-trust-judge",
            help="Let its verdicts count without a test.",
            rich_help_panel=opt.QUALITY,
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="Questions of a row, at most; half of it for unanswerable ones.  "
            "[dim]\\[default: 200][/dim]",
            rich_help_panel=QUESTIONS,
        ),
    ] = None,
    rows: Annotated[
        str | None,
        typer.Option(
            metavar="NAMES",
            help="seen, held_out, reverse, link, control, unanswerable, answerable, general; train, "
            "validation, test.  [dim]\\[default: all][/dim]",
            rich_help_panel=QUESTIONS,
        ),
    ] = None,
    columns: Annotated[
        str | None,
        typer.Option(
            metavar="NAMES",
            help="closed, section, retrieval, by commas.  [dim]\\[default: all][/dim]",
            rich_help_panel=QUESTIONS,
        ),
    ] = None,
    general: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="General questions of your own, in JSON Lines: question, answers.  "
            "[dim]\\[default: 200 that come with Loremill][/dim]",
            rich_help_panel=QUESTIONS,
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(metavar="N", help="Another one draws others.", rich_help_panel=QUESTIONS),
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            metavar="chat|completion",
            help="How models are asked.  [dim]\\[default: as the dataset's rows][/dim]",
            rich_help_panel=QUESTIONS,
        ),
    ] = None,
    base_form: Annotated[
        str | None,
        typer.Option(metavar="chat|completion", help="The base alone.", rich_help_panel=QUESTIONS),
    ] = None,
    system: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help="System prompt, '' for none.  [dim]\\[default: the dataset's][/dim]",
            rich_help_panel=QUESTIONS,
        ),
    ] = None,
    max_tokens: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="Of an answer.  [dim]\\[default: 256][/dim]",
            rich_help_panel=QUESTIONS,
        ),
    ] = None,
    draw: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="Ask everything anew, as the Nth time: for a model that changed under its name.",
            rich_help_panel=QUESTIONS,
        ),
    ] = None,
    classification: Annotated[
        bool | None,
        typer.Option(
            "--classification/--no-classification",
            help="Take the answers for classes.  [dim]\\[default: where they look like it][/dim]",
            rich_help_panel=CLASSES,
        ),
    ] = None,
    positive: Annotated[
        str | None,
        typer.Option(
            metavar="CLASS",
            help="Which of two is looked for.  [dim]\\[default: yes, else the rarer][/dim]",
            rich_help_panel=CLASSES,
        ),
    ] = None,
    beta: Annotated[
        float | None,
        typer.Option(
            metavar="B",
            help="Of F-beta: recall counts B times as much.  [dim]\\[default: 1][/dim]",
            rich_help_panel=CLASSES,
        ),
    ] = None,
    prompts: opt.Prompts = None,
    workspace: opt.Workspace = None,
    rpm: opt.RequestsPerMinute = None,
    tpm: opt.TokensPerMinute = None,
    concurrency: opt.Concurrency = None,
    timeout: opt.Timeout = None,
    budget: opt.Budget = None,
    token_budget: opt.TokenBudget = None,
    max_calls: opt.MaxCalls = None,
    until: opt.Until = None,
    yes: opt.Yes = False,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Show what would be asked and what it costs, and end."),
    ] = False,
    out_folder: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Where the results go.  [dim]\\[default: evaluation/ in the dataset's folder][/dim]",
        ),
    ] = None,
    details: Annotated[
        bool,
        typer.Option("--details", help="Also show wrong, abstained, exact match, F1 and numbers."),
    ] = False,
    quiet: opt.Quiet = False,
    as_json: opt.Json = False,
) -> None:
    """Evaluate models on a dataset; see `HELP`."""
    from generator import api
    from generator.evaluation.survey import Options

    settings = {
        "limit": limit, "seed": seed, "rows": opt.names(rows), "columns": opt.names(columns), "general": general,
        "is_classification": classification, "positive": positive, "beta": beta,
        "max_tokens": max_tokens, "draw": draw, "system": opt.unescaped(system), "form": form,
        "base_form": base_form,
    }  # fmt: skip
    survey = api.survey(
        dataset,
        base=base,
        tuned=tuned,
        base_options={"base_url": base_base_url} if base_base_url else {},
        tuned_options=_given(
            base_url=tuned_base_url, price_in=tuned_price_in, price_out=tuned_price_out
        ),
        settings=Options(**_given(**settings)),
        out=out_folder,
        base_url=base_url,
        price_in=price_in,
        price_out=price_out,
        judge=judge,
        judge_base_url=judge_base_url,
        judge_price_in=judge_price_in,
        judge_price_out=judge_price_out,
        trust_judge=trust_judge,
        prompts=prompts,
        workspace=workspace,
        rpm=rpm,
        tpm=tpm,
        concurrency=concurrency,
        timeout_s=timeout,
        budget=budget,
        token_budget=token_budget,
        max_calls=max_calls,
        until=until,
    )
    if dry_run:
        _show_forecast(survey, as_json=as_json)
        return
    evaluation = _evaluate(survey, quiet=quiet or as_json, asks=not (yes or as_json))
    with lost_output_is_said(err):
        if as_json:
            told = {**evaluation.as_dict(), "folder": str(survey.out)}
            print(json.dumps(told, ensure_ascii=False), flush=True)
        else:
            _show(evaluation, details=details)
    raise typer.Exit(int(evaluation.exit_code))


def _given(**values: Any) -> dict[str, Any]:
    """What was given at all."""
    return {name: value for name, value in values.items() if value is not None}


def _evaluate(survey: Any, *, quiet: bool, asks: bool) -> Any:
    from generator import api
    from generator.cli.consent import ask_for
    from generator.cli.evaluate_view import forecast_lines
    from generator.engine.stop import Stop

    forecasts = api.forecast(survey)
    if not quiet:
        for line in forecast_lines(forecasts):
            err.print(escape(line), highlight=False)
    if asks and survey.config.budget is None:
        ask_for(err, forecasts.cost)
    progress = api.progress_of_evaluation(survey)

    async def run() -> Any:
        stop = Stop()
        with display(err, progress, quiet=quiet) as observe, stop.on_signals():
            return await api.evaluate_async(survey, observe=observe, progress=progress, stop=stop)

    return asyncio.run(run())


def _show_forecast(survey: Any, *, as_json: bool) -> None:
    from generator import api
    from generator.cli.evaluate_view import show_forecast

    forecasts = api.forecast(survey)
    with lost_output_is_said(err):
        if as_json:
            print(json.dumps(forecasts.as_dict(), ensure_ascii=False), flush=True)
        else:
            show_forecast(out, forecasts)


def _show(evaluation: Any, *, details: bool) -> None:
    from generator.cli.evaluate_view import show_evaluation
    from generator.evaluation.results import PAGE

    show_evaluation(out, evaluation, details=details)
    if evaluation.stopped:
        out.print(
            f"\n[bold yellow]stopped: {escape(evaluation.stopped)}. What was paid for is kept; the "
            "same command goes on from here.[/]",
            highlight=False,
        )
    out.print(
        f"\n[dim]page[/]  {escape(str(evaluation.survey.out / PAGE))}",
        highlight=False, soft_wrap=True,
    )  # fmt: skip
