"""What a tuning job measured, step by step, under one set of names."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """All steps of a job, in order."""

    steps: Sequence[Step]
    sources: Sequence[str] = ()
    """Names of the files that it was read from."""
    remarks: Sequence[str] = field(default=())
    """What of the files could not be read, or contradicts itself."""

    def points(self, metric: Metric) -> list[Point]:
        """The measurements of one kind, also those that are no numbers."""
        return [Point(one.step, one.values[metric]) for one in self.steps if metric in one.values]

    def finite(self, metric: Metric) -> list[Point]:
        """The measurements that are numbers."""
        return [one for one in self.points(metric) if math.isfinite(one.value)]

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
        return [metric for metric in METRICS if any(metric in one.values for one in self.steps)]

    @property
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
