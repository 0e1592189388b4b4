"""What a job will cost, said before it begins, and asked about where that is much."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.markup import escape

from generator.cli.display import money
from generator.errors import Stopped
from generator.jobfile import STANDARD_INPUT

if TYPE_CHECKING:
    from generator.config import BuildConfig

ASK_ABOVE = 5.0
"""In the currency of the price list: what somebody would rather not spend by a slip of the hand."""

TOLD_REASONS = 6
"""Why calls are new, the most frequent first; `--dry-run` tells all."""


def get_consent(
    err: Console, job: BuildConfig, given: dict[str, Any], *, quiet: bool, asks: bool
) -> None:
    """Say what a job is estimated to cost; ask before one that costs more than `ASK_ABOVE`.

    Asks only at a terminal, and not where a budget says how much may be spent.

    Raises:
        Stopped: it is not wanted.
    """
    may_ask = asks and job.budget is None and sys.stdin.isatty() and err.is_terminal
    # Standard input can be read only once, and that is for the job itself.
    reads_input = STANDARD_INPUT in map(str, (*job.files, job.titles_file))
    if job.is_extractive or reads_input or (quiet and not may_ask):
        return
    from generator import api

    estimate = api.estimate(**given)
    if not quiet:
        err.print(escape(tell(estimate)), highlight=False)
    if may_ask:
        ask_for(err, estimate.total_cost)


def ask_for(err: Console, cost: float | None) -> None:
    """Ask before more than `ASK_ABOVE` is spent, where there is somebody at a terminal.

    Raises:
        Stopped: it is not wanted.
    """
    if cost is not None and cost > ASK_ABOVE and sys.stdin.isatty() and err.is_terminal:
        _ask(cost)


def tell(estimate: Any) -> str:
    """An estimate in a sentence, and below it why calls are new."""
    from generator.reasons import told

    second = [*second_lines(estimate.second), *simpler_lines(estimate.simpler)]
    if not estimate.new_calls:
        stored = f"{estimate.calls:,} calls are stored"
        return (
            "\n".join([f"nothing new: {stored}", *second])
            if second
            else (f"nothing new, nothing to pay: {stored}")
        )
    basis = f" (from {estimate.looked_at:,} of {estimate.listed:,} articles)"
    cost = "the cost is not known, as the model has no listed price; --price-in and --price-out set one"
    if estimate.cost is not None:
        cost = f"≈ {money(estimate.cost)}"
    recipe = f"recipe {estimate.recipe}: " if estimate.recipe else ""
    sums = (
        f"{recipe}{estimate.new_calls:,} new calls{basis if estimate.is_extrapolated else ''}: "
        f"≈ {estimate.prompt_tokens:,} tokens in, ≈ {estimate.completion_tokens:,} out, {cost}"
    )
    return "\n".join(
        [sums, *(f"  {line}" for line in islice(told(estimate.reasons), TOLD_REASONS)), *second]
    )


def simpler_lines(simpler: Any) -> Iterator[str]:
    """What the simplest recipe would take instead, in a line; none where that is not to be told."""
    if simpler is None:
        return
    with_it = f"with --recipe {simpler.recipe}"
    if not simpler.calls:
        yield f"{with_it} nothing would be new: its {simpler.stored:,} calls are stored"
        return
    stored = f", {simpler.stored:,} more are stored" if simpler.stored else ""
    cost = "" if simpler.cost is None else f", ≈ {money(simpler.cost)}"
    yield (
        f"{with_it} it would be {simpler.calls:,} new calls{stored}: ≈ {simpler.prompt_tokens:,} tokens "
        f"in, ≈ {simpler.completion_tokens:,} out{cost}; docs/recipes.md says what they differ in"
    )


def second_lines(second: Iterable[Any]) -> Iterator[str]:
    """What mending and judging will take, a line each."""
    for one in second:
        if one.calls:
            cost = "cost not known" if one.cost is None else f"≈ {money(one.cost)}"
            yield (
                f"then {one.name}: ≈ {one.calls:,} calls to {one.model}, "
                f"≈ {one.prompt_tokens:,} tokens in, ≈ {one.completion_tokens:,} out, {cost}"
            )


def _ask(cost: float) -> None:
    try:
        is_wanted = typer.confirm(f"Spend about {money(cost)}?", default=False, err=True)
    except typer.Abort:
        is_wanted = False
    if not is_wanted:
        raise Stopped(
            "nothing was asked; --budget sets a bound, and --yes goes on without a question"
        )
