"""Result files of a job, in any dialect, as one table."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

from generator.errors import SourceError
from generator.tuning.records import ResultFile
from generator.tuning.results.columns import METRIC_OF
from generator.tuning.results.curves import Metric, Results, Step
from generator.tuning.results.logs import is_log, read_log
from generator.tuning.results.tables import decoded, is_table, read_table

_SAME: Final = 1e-3
"""Share by which two files may differ in a number that one of them has rounded."""
_REMARKS: Final = 5
"""That are told of one file; the rest is counted."""


def read_results(files: Sequence[ResultFile]) -> Results:
    """One table of all files that hold measurements; of what two files tell, the first counts.

    Raises:
        SourceError: none of them does.
    """
    merged: dict[int, _Row] = {}
    remarks: list[str] = []
    sources = []
    for file in files:
        read = _read(decoded(file.content))
        if read is None:
            continue
        steps = [one for one in read if isinstance(one, Step)]
        own = [one for one in read if isinstance(one, str)]
        if steps:
            sources.append(file.name)
        own += _merge(merged, steps)
        remarks += [f"{file.name}: {one}" for one in own[:_REMARKS]]
        if len(own) > _REMARKS:
            remarks.append(f"{file.name}: and {len(own) - _REMARKS:,} more of the kind")
    if not merged:
        names = ", ".join(file.name for file in files) or "no file"
        known = "step, train_loss, valid_loss, …"
        raise SourceError(
            f"no results in {names}: a table with a header like {known}, or a trainer's log, is wanted"
        )
    return Results(
        steps=[row.step() for _, row in sorted(merged.items())], sources=sources, remarks=remarks
    )


def _read(text: str) -> list[Step | str] | None:
    """What is in a file; None where it holds no measurements."""
    if is_table(text):
        return list(read_table(text))
    return list(read_log(text)) if is_log(text) else None


class _Row:
    """One step, as far as the files have told of it."""

    def __init__(self, number: int) -> None:
        self._number = number
        self.values: dict[Metric, float] = {}
        self.others: dict[str, str] = {}

    def add(self, step: Step) -> bool:
        """Take in what another row or file tells; False where it contradicts."""
        agrees = all(
            _same(self.values.get(metric, value), value) for metric, value in step.values.items()
        )
        self.values = {**step.values, **self.values}
        self.others = {**step.others, **self.others}
        return agrees

    def step(self) -> Step:
        values: dict[Metric, float] = {
            metric: self.values[metric] for metric in METRIC_OF.values() if metric in self.values
        }
        return Step(step=self._number, values=values, others=self.others)


def _merge(merged: dict[int, _Row], steps: Iterable[Step]) -> list[str]:
    contradictions = [
        one.step for one in steps if not merged.setdefault(one.step, _Row(one.step)).add(one)
    ]
    if not contradictions:
        return []
    first = contradictions[0]
    return [
        f"{len(contradictions):,} steps, the first being {first}, are told twice with other numbers; "
        "what came first counts"
    ]


def _same(one: float, other: float) -> bool:
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) and math.isnan(other)
    return math.isclose(one, other, rel_tol=_SAME, abs_tol=1e-6)
