"""What a tuning job measured, step by step, under one set of names."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple, get_args

Metric = Literal[
    "train_loss",
    "train_accuracy",
    "valid_loss",
    "valid_accuracy",
    "full_valid_loss",
    "full_valid_accuracy",
]
"""Accuracies are shares of tokens that were foretold right. `valid` is of a batch of the validation
file, `full_valid` of all of it; what runs here measures all of it and calls it `valid`."""
METRICS: tuple[Metric, ...] = get_args(Metric)


class Point(NamedTuple):
    """One measurement."""

    step: int
    value: float
    """May be NaN or infinite where the job said so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What was measured at one step; what was not is not there."""

    step: int
    values: Mapping[Metric, float]
    others: Mapping[str, str]
    """Columns that only some write, as they came: `elapsed_tokens`, `learning_rate`,
    `classification/f1.0`."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Results:
    """All steps of a job, in order.

    There may be a million: what is told from them is reckoned once, and two are the same where they are
    one object.
    """

    steps: Sequence[Step]
    sources: Sequence[str] = ()
    """Names of the files that it was read from."""
    remarks: Sequence[str] = field(default=())
    """What of the files could not be read, or contradicts itself."""

    def points(self, metric: Metric) -> Sequence[Point]:
        """The measurements of one kind, also those that are no numbers."""
        return self._points[metric]

    def finite(self, metric: Metric) -> Sequence[Point]:
        """The measurements that are numbers."""
        return self._finite[metric]

    @cached_property
    def _points(self) -> Mapping[Metric, Sequence[Point]]:
        found: dict[Metric, list[Point]] = {metric: [] for metric in METRICS}
        for one in self.steps:
            for metric, value in one.values.items():
                found[metric].append(Point(one.step, value))
        return found

    @cached_property
    def _finite(self) -> Mapping[Metric, Sequence[Point]]:
        return {
            metric: [one for one in points if math.isfinite(one.value)]
            for metric, points in self._points.items()
        }

    @property
    def validation(self) -> Metric | None:
        """The better of the two validation losses: that of the whole file, where it was measured twice or
        more."""
        if len(self.finite("full_valid_loss")) > 1:
            return "full_valid_loss"
        return "valid_loss" if self.finite("valid_loss") else None

    @property
    def metrics(self) -> list[Metric]:
        """Those that were measured at all."""
        return [metric for metric in METRICS if self._points[metric]]

    @cached_property
    def others(self) -> list[str]:
        """Names of the other columns, in the order of their coming."""
        return list(dict.fromkeys(name for one in self.steps for name in one.others))

    @property
    def last_step(self) -> int:
        """0 where there is none."""
        return self.steps[-1].step if self.steps else 0

    def at(self, step: int) -> Step | None:
        """What was measured at a step."""
        return next((one for one in self.steps if one.step == step), None)

    def other(self, name: str) -> Iterator[Point]:
        """The numbers of another column."""
        for one in self.steps:
            value = as_number(one.others.get(name, ""))
            if value is not None and math.isfinite(value):
                yield Point(one.step, value)


def as_number(text: object) -> float | None:
    """A number, also NaN or infinite; None for what is none."""
    if isinstance(text, bool) or not isinstance(text, (int, float, str)):
        return None
    try:
        return float(text)
    except ValueError:
        return None
