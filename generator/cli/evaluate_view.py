"""An evaluation at the terminal: goals, a table for each column, and what else has to be known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from generator.cli.display import money
from generator.evaluation import words
from generator.evaluation.evaluate import Evaluation
from generator.evaluation.page import tables_of
from generator.evaluation.records import COLUMNS, ROWS
from generator.evaluation.survey import Forecasts

_MET = {"met": "[green]met[/]", "not met": "[bold red]not met[/]"}
_COLOUR = {"base": "yellow", "tuned": "cyan"}


def show_evaluation(out: Console, evaluation: Evaluation, *, details: bool = False) -> None:
    """All of it but the answers; with `details` all scores beside the correct ones."""
    for one in evaluation.spent:
        colour = _COLOUR.get(one.role, "dim")
        out.print(
            f"[{colour}]{one.role:5}[/] [bold]{escape(one.model)}[/] at {escape(one.endpoint)}, "
            f"{one.answered:,} of {one.calls:,} calls answered, {money(one.cost)}",
            highlight=False,
        )
    if evaluation.survey.classes:
        _show_classes(out, evaluation)
    else:
        _show_figures(out, evaluation, details=details)
    left_out = evaluation.figures.left_out.total()
    if said := words.tell_left_out(left_out, evaluation.figures.checked_by):
        out.print(f"\n[dim]{escape(said)}[/]", highlight=False)
    if evaluation.warnings:
        out.print()
    for warning in evaluation.warnings:
        out.print(f"[yellow]{escape(warning)}[/]", highlight=False)
    if (judging := evaluation.judging) is not None:
        out.print(
            f"[dim]judge: {judging.passed:,} passed, {judging.refused:,} refused, "
            f"{judging.unjudged:,} without a verdict; the same as the words {judging.agrees:,} times[/]",
            highlight=False,
        )
    _show_goals(out, evaluation)


def show_forecast(out: Console, forecasts: Forecasts) -> None:
    """What would be asked, and what it costs."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("row")
    table.add_column("questions", justify="right")
    for row, count in forecasts.rows.items():
        table.add_row(ROWS[row][0], f"{count:,}")
    out.print(table, highlight=False)
    columns = ", ".join(COLUMNS[column] for column in forecasts.columns)
    out.print(f"\n[dim]columns: {columns}[/]", highlight=False)
    for line in forecast_lines(forecasts):
        out.print(escape(line), highlight=False)


def forecast_lines(forecasts: Forecasts) -> Iterator[str]:
    """What the calls to each model will take, a line each."""
    for one in forecasts.models:
        if not one.new:
            yield f"{one.role}: nothing new, {one.calls:,} calls to {one.model} are stored"
            continue
        cost = "cost not known" if one.cost is None else f"≈ {money(one.cost)}"
        about = "≈ " if one.role == "judge" else ""
        yield (
            f"{one.role}: {about}{one.new:,} new calls to {one.model} of {one.calls:,}: "
            f"≈ {one.prompt_tokens:,} tokens in, ≈ {one.completion_tokens:,} out, {cost}"
        )


# Inside -----------------------------------------------------------------------------------------


def _show_figures(out: Console, evaluation: Evaluation, *, details: bool) -> None:
    sides = [model.side.name for model in evaluation.survey.models]
    for found in tables_of(evaluation.figures, sides):
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
        table.add_column(found.title, min_width=22)
        table.add_column("n", justify="right")
        for side in sides:
            table.add_column(f"[{_COLOUR[side]}]{side}[/]", justify="right", no_wrap=True)
            table.add_column("[dim]95 %[/]", justify="right", no_wrap=True)
        if len(sides) == 2:
            table.add_column("p", justify="right", no_wrap=True)
        for line in found.lines:
            cells = []
            for value in line.values:
                cells += ["–", ""] if value is None else [value.share, f"[dim]{value.interval}[/]"]
            p = f"[bold]{line.p}[/]" if line.is_sure else f"[dim]{line.p}[/]"
            table.add_row(line.title, f"{line.n:,}", *cells, *([p] if len(sides) == 2 else []))
        out.print()
        out.print(table, highlight=False)
        if details:
            _show_details(out, found)


def _show_details(out: Console, found: Any) -> None:
    """All scores of one column."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("", min_width=22)
    table.add_column("")
    for heading in ("wrong", "abstained", "exact", "F1", "numbers"):
        table.add_column(heading, justify="right")
    for line in found.lines:
        for value in filter(None, line.values):
            table.add_row(
                f"[dim]{line.title}[/]", f"[{_COLOUR[value.side]}]{value.side}[/]", value.wrong,
                value.abstained, value.exact, value.f1, value.numbers,
            )  # fmt: skip
    out.print()
    out.print(table, highlight=False)


def _show_classes(out: Console, evaluation: Evaluation) -> None:
    for row, found in evaluation.classes.items():
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
        table.add_column(ROWS[row][0], min_width=22)
        for side in found:
            table.add_column(f"[{_COLOUR[side]}]{side}[/]", justify="right")
        for label, values in _class_lines([*found.values()]):
            table.add_row(escape(label), *values)
        if p := words.tell_p(evaluation.figures.contrasts.get((row, "closed"))):
            table.add_row("difference, p", "", p)
        out.print()
        out.print(table, highlight=False)


def _class_lines(found: list[Any]) -> Iterator[tuple[str, list[str]]]:
    yield "questions", [f"{one.accuracy.whole:,}" for one in found]
    yield (
        "accuracy",
        [
            f"{words.tell_share(one.accuracy)} [dim]{words.tell_interval(one.accuracy)}[/]"
            for one in found
        ],
    )
    yield "weighted F1", [f"{one.weighted_f1:.3f}" for one in found]
    binary = [one.binary for one in found]
    if binary[0] is None:
        return
    yield f"precision of {binary[0].positive}", [f"{one.precision:.3f}" for one in binary]
    yield f"recall of {binary[0].positive}", [f"{one.recall:.3f}" for one in binary]
    yield f"F-beta, beta {binary[0].beta:g}", [f"{one.f_beta:.3f}" for one in binary]
    yield "AUROC", [_curve(one.auroc) for one in binary]
    yield "AUPRC", [_curve(one.auprc) for one in binary]
    yield "scores from", ["odds" if one.from_odds else "answers alone" for one in binary]


def _curve(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _show_goals(out: Console, evaluation: Evaluation) -> None:
    if not evaluation.goals:
        return
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ("goal", "found", ""):
        table.add_column(heading)
    for goal in evaluation.goals:
        said = words.tell_goal(goal)
        table.add_row(
            f"{escape(goal.text)} [dim]({escape(goal.wanted)})[/]",
            escape(goal.why), _MET.get(said, f"[dim]{said}[/]"),
        )  # fmt: skip
    out.print()
    out.print(table, highlight=False)
