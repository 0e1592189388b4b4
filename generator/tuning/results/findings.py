"""What the curves of a job say, in words, each with the numbers that it rests on.

| word | said where |
|---|---|
| `not_a_number` | a loss is NaN or infinite |
| `too_few_steps` | fewer than 20 steps |
| `no_validation` | no validation loss at all |
| `few_validations` | it was measured once or twice |
| `rising` | the last fifth of the training loss lies above the first by 5 % and by 4 standard errors |
| `not_falling` | it lies below by less than 2 % or 2 standard errors |
| `plateau` | for the last 60 % of the steps the smoothed training loss stays within a tenth of its whole fall |
| `by_heart` | the last tenth of the training loss is below 0.01, or its accuracy above 99.9 % |
| `over_fitting` | behind its lowest point the validation loss ends higher by 3 % and by 4 standard errors |
| `still_falling` | the validation loss is lowest at its end, and fell by 2 % and by 2 standard errors just before |
| `best_step` | where the smoothed validation loss is lowest |
| `classification` | the best accuracy or F1 that the job tells of |

Curves of 8 values or more are smoothed by a running median of a fifteenth of them; noise is told by how
much neighbours differ. Shorter ones, as one validation an epoch, have no noise to tell: there each later
value has to lie above the lowest, the last by 5 %. The thresholds were chosen on simulated curves so
that noise alone says nothing in 98 of 100 of them; `tests/tuning/results/test_findings.py` has them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Literal

from generator.tuning.results.curves import Metric, Point, Results
from generator.tuning.results.smoothing import FEWEST, doubt, level, lowest, smooth, window

FEW_STEPS: Final = 20
RISE, FALL = 0.05, 0.02
ERRORS_UP, ERRORS_DOWN = 4.0, 2.0
OVER: Final = 0.03
OVER_SHORT: Final = 0.05
FLAT: Final = 0.1
FLAT_SHARE: Final = 0.6
BY_HEART_LOSS, BY_HEART_ACCURACY = 0.01, 0.999


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that the curves say."""

    code: str
    severity: Literal["error", "warning", "note"]
    message: str
    step: int | None = None
    """Where it begins, or is."""
    numbers: Mapping[str, float] = field(default_factory=dict)
    """What it rests on."""


def find(results: Results) -> list[Finding]:
    """All that the curves say, what is worst first."""
    return list(_find(results))


@lru_cache(maxsize=1)
def _find(results: Results) -> tuple[Finding, ...]:
    # Remembered: the terminal, the page and its table ask one after the other.
    found = [one for rule in _RULES for one in rule(results)]
    return tuple(sorted(found, key=lambda one: ("error", "warning", "note").index(one.severity)))


@lru_cache(maxsize=1)
def best_step(results: Results) -> int | None:
    """The step with the lowest smoothed validation loss; None where that was measured less than twice."""
    metric = results.validation
    points = results.finite(metric) if metric else []
    if len(points) < 2:
        return None
    return points[lowest(smooth([one.value for one in points]))].step


# The whole ----------------------------------------------------------------------------------------


def _not_a_number(results: Results) -> Iterator[Finding]:
    for metric in ("train_loss", "valid_loss", "full_valid_loss"):
        bad = [one for one in results.points(metric) if not math.isfinite(one.value)]
        if bad:
            some = f"at {len(bad):,} steps, first at step" if len(bad) > 1 else "at step"
            yield Finding(
                code="not_a_number",
                severity="error",
                step=bad[0].step,
                message=f"{_name(metric)} is not a number {some} {bad[0].step:,}: the training broke there. "
                "A lower learning rate usually helps.",
                numbers={"steps": len(bad)},
            )


def _too_few_steps(results: Results) -> Iterator[Finding]:
    if results.last_step < FEW_STEPS:
        yield Finding(
            code="too_few_steps",
            severity="warning",
            message=f"There are only {results.last_step:,} steps, too few to say much: more epochs, a smaller "
            "batch or more examples give more.",
            numbers={"steps": results.last_step},
        )


def _validation_missing(results: Results) -> Iterator[Finding]:
    metric = results.validation
    if metric is None:
        yield Finding(
            code="no_validation",
            severity="warning",
            message="There is no validation loss, so nobody can see whether the model learns or only "
            "remembers: give a validation file.",
        )
    elif len(results.finite(metric)) < 3:
        count = len(results.finite(metric))
        yield Finding(
            code="few_validations",
            severity="note",
            message=f"The validation loss was measured {'once' if count == 1 else 'twice'}, which shows no "
            "course: more epochs, or validating more often, would.",
            numbers={"measurements": count},
        )


# Training -----------------------------------------------------------------------------------------


def _course(results: Results) -> Iterator[Finding]:
    """Whether the training loss falls, and whether it goes on to."""
    points = results.finite("train_loss")
    values = [one.value for one in points]
    if len(values) < FEWEST:
        return
    part = max(2, len(values) // 5)
    first, last = level(values[:part]), level(values[-part:])
    error = doubt(values, part, part)
    numbers = {"first": first, "last": last, "standard_error": error}
    told = f"from {_shown(first)} in the first fifth to {_shown(last)} in the last"
    if last - first > max(RISE * abs(first), ERRORS_UP * error):
        yield Finding(
            code="rising",
            severity="warning",
            message=f"Training loss rises, {told}: the learning rate is too high, or the data contradicts itself.",
            numbers=numbers,
        )
    elif first - last < max(FALL * abs(first), ERRORS_DOWN * error):
        yield Finding(
            code="not_falling",
            severity="warning",
            message=f"Training loss does not fall: {told}. More epochs or a higher learning rate, or there is "
            "nothing to learn that the model did not know.",
            numbers=numbers,
        )
    else:
        yield from _plateau(points, values)


def _plateau(points: Sequence[Point], values: Sequence[float]) -> Iterator[Finding]:
    smoothed = smooth(values)
    part = max(2, len(values) // 10)
    end = level(smoothed[-part:])
    fall = max(smoothed) - end
    far = [place for place, value in enumerate(smoothed) if abs(value - end) > FLAT * fall]
    begin = (far[-1] if far else 0) + 1
    if len(values) < FEW_STEPS or len(values) - begin < FLAT_SHARE * len(values) or fall <= 0:
        return
    step = points[begin].step
    yield Finding(
        code="plateau",
        severity="note",
        step=step,
        message=f"From step {step:,} on training loss hardly falls any more: {_shown(smoothed[begin])} there, "
        f"{_shown(end)} at the end of {points[-1].step:,} steps. What came after taught little.",
        numbers={"there": smoothed[begin], "end": end},
    )


def _by_heart(results: Results) -> Iterator[Finding]:
    losses = [one.value for one in results.finite("train_loss")]
    rates = [one.value for one in results.finite("train_accuracy")]
    loss = level(losses[-max(1, len(losses) // 10) :]) if losses else math.inf
    rate = level(rates[-max(1, len(rates) // 10) :]) if rates else 0.0
    if loss >= BY_HEART_LOSS and rate <= BY_HEART_ACCURACY:
        return
    told = f"loss {_shown(loss)}" if losses else ""
    if rates:
        told += f"{', ' if told else ''}{100 * rate:.1f} % of the tokens right"
    yield Finding(
        code="by_heart",
        severity="note",
        message=f"At the end the model knows the training file by heart ({told}): further epochs add nothing, "
        "and what it does with other words only an evaluation tells.",
        numbers={"train_loss": loss, "train_accuracy": rate}
        if losses
        else {"train_accuracy": rate},
    )


# Validation ---------------------------------------------------------------------------------------


def _over_fitting(results: Results) -> Iterator[Finding]:
    metric = results.validation
    points = results.finite(metric) if metric else []
    if metric is None or len(points) < 3:
        return
    values = [one.value for one in points]
    rise = _rise(values) if len(values) >= FEWEST else _rise_of_few(values)
    if rise is None:
        return
    place, low, end = rise
    step = points[place].step
    train = [one.value for one in results.finite("train_loss") if one.step >= step]
    told = ""
    if len(train) >= 4:
        part = max(1, len(train) // 5)
        before, after = level(train[:part]), level(train[-part:])
        verb = "fell" if after < before else "went"
        told = f", while training loss {verb} from {_shown(before)} to {_shown(after)}"
    more = f" (+{100 * (end / low - 1):.0f} %)" if low > 0 else ""
    yield Finding(
        code="over_fitting",
        severity="warning",
        step=step,
        message=f"Over-fitting from step {step:,}: {_name(metric).lower()} rose from {_shown(low)} there to "
        f"{_shown(end)} at the end{more}{told}. Fewer epochs, or the checkpoint near that step.",
        numbers={"lowest": low, "end": end},
    )


def _rise(values: Sequence[float]) -> tuple[int, float, float] | None:
    """Place and height of the lowest part of a long curve, and its end, where that is higher beyond doubt."""
    smoothed = smooth(values)
    place = lowest(smoothed)
    half = window(len(values)) // 2
    around = values[max(0, place - half) : place + half + 1]
    tail = values[-max(3, len(values) // 10) :]
    if place + half >= len(values) - len(tail):
        return None
    low, end = level(around), level(tail)
    error = doubt(values, len(around), len(tail))
    return (place, low, end) if end - low > max(OVER * abs(low), ERRORS_UP * error) else None


def _rise_of_few(values: Sequence[float]) -> tuple[int, float, float] | None:
    """The same of a curve that is too short to tell its noise."""
    low = min(values)
    place, end = values.index(low), values[-1]
    later = values[place + 1 :]
    is_rising = bool(later) and min(later) > low and end - low > OVER_SHORT * abs(low)
    return (place, low, end) if is_rising else None


def _still_falling(results: Results) -> Iterator[Finding]:
    metric = results.validation
    values = [one.value for one in results.finite(metric)] if metric else []
    if len(values) < 3 or not _falls_at_end(values):
        return
    yield Finding(
        code="still_falling",
        severity="note",
        message=f"Validation loss was still falling when the job ended, to {_shown(values[-1])}: more epochs would "
        "probably lower it further.",
        numbers={"end": values[-1]},
    )


def _falls_at_end(values: Sequence[float]) -> bool:
    if len(values) < FEWEST:
        return values[-2] - values[-1] > FALL * abs(values[-2]) and min(values) == values[-1]
    part = max(2, len(values) // 10)
    before, end = level(values[-2 * part : -part]), level(values[-part:])
    error = doubt(values, part, part)
    return before - end > max(FALL * abs(before), ERRORS_DOWN * error) and (
        lowest(smooth(values)) >= len(values) - part
    )


def _best(results: Results) -> Iterator[Finding]:
    step, metric = best_step(results), results.validation
    if step is None or metric is None:
        return
    points = results.finite(metric)
    smoothed = smooth([one.value for one in points])
    low = min(smoothed)
    how = " (smoothed)" if len(points) >= FEWEST else ""
    rate = results.at(step)
    accuracy = rate.values.get(_ACCURACY_OF[metric]) if rate else None
    told = f", with {100 * accuracy:.1f} % of the tokens right" if accuracy is not None else ""
    yield Finding(
        code="best_step",
        severity="note",
        step=step,
        message=f"{_name(metric)} is lowest at step {step:,} of {results.last_step:,}: {_shown(low)}{how}{told}.",
        numbers={"lowest": low},
    )


_ACCURACY_OF: Mapping[Metric, Metric] = {
    "valid_loss": "valid_accuracy",
    "full_valid_loss": "full_valid_accuracy",
}


def _classification(results: Results) -> Iterator[Finding]:
    for name in ("classification/f1.0", "classification/accuracy"):
        points = list(results.other(name))
        if not points:
            continue
        best = max(points, key=lambda one: one.value)
        title = "F1" if name.endswith("f1.0") else "accuracy"
        yield Finding(
            code="classification",
            severity="note",
            step=best.step,
            message=f"Classification is best at step {best.step:,}: {title} {_shown(best.value)}; at the end "
            f"{_shown(points[-1].value)}.",
            numbers={"best": best.value, "end": points[-1].value},
        )
        return


_RULES: Final[Sequence[Callable[[Results], Iterator[Finding]]]] = (
    _not_a_number,
    _over_fitting,
    _course,
    _too_few_steps,
    _validation_missing,
    _by_heart,
    _still_falling,
    _best,
    _classification,
)
_NAMES: Final[Mapping[Metric, str]] = {
    "train_loss": "Training loss",
    "valid_loss": "Validation loss",
    "full_valid_loss": "Validation loss of the whole file",
}


def _name(metric: Metric) -> str:
    return _NAMES[metric]


def _shown(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 100 else f"{value:,.0f}"
