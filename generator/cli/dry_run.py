"""`loremill build --dry-run`: which calls a build would make, why, and what they would cost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import typer
from rich.markup import escape
from rich.table import Table

from generator.cli.consent import second_lines, simpler_lines
from generator.cli.console import plain_stdout, steady_stderr
from generator.cli.display import money
from generator.engine.events import Event, Note

out = plain_stdout()
err = steady_stderr()


def dry_run(titles: list[str], given: dict[str, Any], *, as_json: bool) -> None:
    """Show the plan of a build and end."""
    from generator import api

    plan = api.plan(titles, observe=_tell, **given)
    if as_json:
        print(json.dumps(plan.as_dict(), ensure_ascii=False))
    else:
        _show(plan)
    raise typer.Exit(int(plan.exit_code))


def _tell(event: Event) -> None:
    if isinstance(event, Note):
        err.print(f"[yellow]{escape(event.text)}[/]", highlight=False, soft_wrap=True)


def _show(plan: Any) -> None:
    out.print(_table(plan), highlight=False)
    for one in plan.missing:
        out.print(f"[yellow]not found[/] {escape(one.detail)}", highlight=False)
    out.print()
    for line in _sums(plan):
        out.print(escape(line), highlight=False, soft_wrap=True)


def _table(plan: Any) -> Table:
    table = Table(box=None, padding=(0, 1), header_style="bold")
    table.add_column("reply")
    table.add_column("prompt")
    for heading in ("pairs", "≈ in", "≈ out"):
        table.add_column(heading, justify="right")
    table.add_column("section", overflow="fold")
    is_single = len({call.article for call in plan.calls}) == 1
    for call in plan.calls:
        path = " > ".join(call.section) or "Introduction"
        part = f" ({call.part} of {call.parts})" if call.parts > 1 else ""
        table.add_row(
            _state(call),
            escape(call.template),
            str(call.pairs),
            f"{call.prompt_tokens:,}",
            f"{call.completion_tokens:,}",
            escape((path if is_single else f"{call.article}: {path}") + part),
        )
    return table


def _state(call: Any) -> str:
    if call.is_in_batch:
        return "[dim]in batch[/]"
    if call.is_expected:
        return "[cyan]expected[/]"
    return "[dim]stored[/]" if call.is_answered else "[green]new[/]"


def _sums(plan: Any) -> Iterator[str]:
    from generator.reasons import told

    new = plan.new
    stored = sum(call.is_answered for call in plan.calls)
    in_batch = sum(call.is_in_batch for call in plan.calls)
    recipe = f"recipe {plan.recipe}: " if plan.recipe else ""
    if new:
        yield (
            f"{recipe}{len(plan.calls):,} calls to {plan.model}, {len(new):,} of them new: "
            f"≈ {sum(call.prompt_tokens for call in new):,} tokens in, "
            f"≈ {sum(call.completion_tokens for call in new):,} out, "
            f"{'' if plan.cost is None else '≈ '}{money(plan.cost)}"
        )
        yield from (f"  {line}" for line in told(plan.reasons))
    elif stored:
        yield f"nothing new: {stored:,} calls are stored"
    if in_batch:
        yield f"{in_batch:,} calls are in a batch already"
    yield from second_lines(plan.second)
    yield from simpler_lines(plan.simpler)
