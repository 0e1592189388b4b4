"""What is told of a job's results: the steps that matter, and the whole as data."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import asdict
from typing import Final

from generator.records import Json
from generator.tuning.results.curves import Results, Step
from generator.tuning.results.findings import Finding, best_step, find

KEY_STEPS: Final = 10
"""Rows of the table, about: the first, the last, the best, and some between."""


def key_steps(results: Results) -> list[Step]:
    """The first and the last step, those that findings speak of, and some evenly between."""
    steps = results.steps
    wanted = {one.step for one in find(results) if one.step is not None}
    count = min(len(steps), KEY_STEPS)
    places = {round(n * (len(steps) - 1) / max(count - 1, 1)) for n in range(count)}
    validated = _validated_near(results, places)
    chosen = {steps[place].step for place in validated} | wanted
    return [one for one in steps if one.step in chosen]


def _validated_near(results: Results, places: set[int]) -> set[int]:
    """For each place the next one where validation was measured, unless it is the first or the last."""
    metric = results.validation
    found = {place for place, one in enumerate(results.steps) if metric and metric in one.values}
    reach = len(results.steps) // KEY_STEPS // 2
    ends = {0, len(results.steps) - 1}
    near = set()
    for place in places - ends:
        others = range(max(0, place - reach), place + reach + 1)
        near.add(min((one for one in others if one in found), key=lambda one: abs(one - place), default=place))  # fmt: skip
    return near | ends


def to_csv(results: Results) -> str:
    """The table under our names, with all other columns behind; what was not measured is empty."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    metrics, others = results.metrics, results.others
    table.writerow(["step", *metrics, *others])
    for one in results.steps:
        measured = [one.values.get(metric, "") for metric in metrics]
        table.writerow([one.step, *measured, *(one.others.get(name, "") for name in others)])
    return out.getvalue()


def to_json(results: Results) -> dict[str, Json]:
    """For `--json`: what is no number is null."""
    return {
        "sources": list(results.sources),
        "remarks": list(results.remarks),
        "steps": len(results.steps),
        "last_step": results.last_step,
        "best_step": best_step(results),
        "findings": [_finding(one) for one in find(results)],
        "last": _step(results.steps[-1]) if results.steps else None,
        "key_steps": [_step(one) for one in key_steps(results)],
    }


def _step(step: Step) -> dict[str, Json]:
    values: dict[str, Json] = {name: _number(value) for name, value in step.values.items()}
    return {"step": step.step, **values, **step.others}


def _finding(finding: Finding) -> dict[str, Json]:
    numbers: dict[str, Json] = {name: _number(value) for name, value in finding.numbers.items()}
    return {**asdict(finding), "numbers": numbers}


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
