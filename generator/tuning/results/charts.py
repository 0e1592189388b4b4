"""The curves of a job as drawings: loss, and accuracy, of training and validation, by step."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from generator.tuning.results.curves import Metric, Point, Results
from generator.tuning.results.drawing import At, Curve, Dot, Drawing, Label, Part, Role
from generator.tuning.results.findings import best_step
from generator.tuning.results.smoothing import calm

WIDTH, HEIGHT = 760, 350
LEFT, RIGHT, TOP, BOTTOM = 52, 28, 74, 40
NOTE, LEGEND = 66, 42
"""Height of the words above the curves, and of the names of the curves."""
FEW_DOTS: Final = 40
"""Measurements up to which each has a dot."""
SMOOTHED: Final = 80
"""From so many on a curve is drawn twice: as it is, faint, and smoothed."""
MOST_PLACES: Final = 700
"""Places of a curve: of more measurements the highest and the lowest of each stretch are kept."""
OUTLIER: Final = 3.0
"""A loss so many times the 98th percentile is cut off at the top, so that the rest can be seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Series:
    label: str
    role: Role
    points: Sequence[Point]
    is_whole: bool = False
    """Of the whole validation file, which is measured rarely."""


def draw_results(results: Results) -> list[Drawing]:
    """Loss, then accuracy, as far as they were measured."""
    return list(_drawn(results))


@lru_cache(maxsize=1)
def _drawn(results: Results) -> tuple[Drawing, ...]:
    # Remembered: the files and the page show the same.
    found = (
        _draw(results, "loss", "Loss", ("train_loss", "valid_loss", "full_valid_loss")),
        _draw(
            results,
            "accuracy",
            "Accuracy: share of tokens foretold right",
            ("train_accuracy", "valid_accuracy", "full_valid_accuracy"),
        ),
    )
    return tuple(one for one in found if one is not None)


_LABELS: Final[dict[str, tuple[str, Role]]] = {
    "train": ("training", "train"),
    "valid": ("validation", "valid"),
    "full": ("whole validation file", "valid"),
}


def _draw(results: Results, name: str, title: str, metrics: Iterable[Metric]) -> Drawing | None:
    series = [
        _Series(label=label, role=role, points=points, is_whole=metric.startswith("full"))
        for metric in metrics
        if (points := results.points(metric))
        for label, role in [_LABELS[metric.partition("_")[0]]]
    ]
    values = [one.value for each in series for one in each.points if math.isfinite(one.value)]
    if not values:
        return None
    steps = [one.step for each in series for one in each.points]
    frame = _Frame(values, first=min(steps), last=max(steps), is_share=name == "accuracy")
    parts = [
        *frame.axes(),
        *_mark_best(frame, best_step(results)),
        *(part for each in series for part in _curve(frame, each)),
        *_breaks(frame, series),
        *_legend(title, series),
    ]
    if frame.cut:
        parts.append(
            Label(at=At(LEFT + 6, TOP + 14), text=f"{frame.cut:,} values above are cut off")
        )
    return Drawing(
        name=name, title=title, about=_about(title, series), width=WIDTH, height=HEIGHT, parts=parts
    )


class _Frame:
    """Where steps and values are in the picture."""

    def __init__(self, values: Sequence[float], *, first: int, last: int, is_share: bool) -> None:
        top = _top(values)
        self.cut = sum(value > top for value in values)
        low = min(values)
        # A curve that falls to a fraction is seen against nothing; one that hardly moves is not.
        low = 0.0 if not is_share and 0 <= low <= 0.4 * top else low
        self.ticks = _ticks(low, top, 5)
        if is_share:
            self.ticks = [tick for tick in self.ticks if tick <= 1.0 + 1e-9]
        self._low = min(self.ticks[0], low)
        self._high = max(self.ticks[-1], top)
        # A long curve begins at 0 for the eye, a short one where it begins.
        self._first = 0 if first <= 0.05 * last else first
        self._steps = max(last - self._first, 1)
        ticks = _ticks(self._first, max(last, self._first + 1), 8)
        self.steps = [tick for tick in ticks if self._first <= tick <= last and tick == int(tick)]

    def x(self, step: float) -> float:
        """Of a step."""
        return LEFT + (WIDTH - LEFT - RIGHT) * (step - self._first) / self._steps

    def y(self, value: float) -> float:
        """Of a value; what is above the top is at the top."""
        share = (min(value, self._high) - self._low) / ((self._high - self._low) or 1)
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share

    def at(self, point: Point) -> At:
        """Of a measurement."""
        return At(round(self.x(point.step), 1), round(self.y(point.value), 1))

    def axes(self) -> Iterator[Part]:
        """Lines and their numbers."""
        for tick in self.ticks:
            y = round(self.y(tick), 1)
            yield Curve(places=[At(LEFT, y), At(WIDTH - RIGHT, y)], role="line")
            yield Label(at=At(LEFT - 8, y + 4), text=_number(tick), anchor="end")
        for tick in self.steps:
            yield Label(
                at=At(round(self.x(tick), 1), HEIGHT - BOTTOM + 18),
                text=f"{tick:,.0f}",
                anchor="middle",
            )
        yield Label(at=At(WIDTH - RIGHT, HEIGHT - 6), text="step", anchor="end")


def _curve(frame: _Frame, series: _Series) -> Iterator[Part]:
    finite = [one for one in series.points if math.isfinite(one.value)]
    is_long = len(finite) >= SMOOTHED and not series.is_whole
    for run in _runs(series.points):
        places = [frame.at(one) for one in _thinned(run)]
        if len(places) > 1:
            yield Curve(places=places, role=series.role, width=1.0 if is_long else 1.8,
                        faint=is_long, dashed=series.is_whole)  # fmt: skip
    if is_long:
        values = calm([one.value for one in finite])
        curve = [Point(one.step, value) for one, value in zip(finite, values, strict=True)]
        yield Curve(places=[frame.at(one) for one in _thinned(curve)], role=series.role, width=2.2)
    if len(finite) <= FEW_DOTS or series.is_whole:
        for one in finite:
            tip = f"{series.label}, step {one.step:,}: {one.value:.4g}"
            yield Dot(
                at=frame.at(one), role=series.role, tip=tip, size=3.5 if series.is_whole else 2.5
            )


def _runs(points: Sequence[Point]) -> Iterator[list[Point]]:
    """Stretches between measurements that are no numbers."""
    run: list[Point] = []
    for one in points:
        if math.isfinite(one.value):
            run.append(one)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _thinned(points: Sequence[Point]) -> list[Point]:
    """At most so many that a picture can show, without losing a peak."""
    if len(points) <= MOST_PLACES:
        return list(points)
    size = math.ceil(2 * len(points) / MOST_PLACES)
    found: list[Point] = []
    for start in range(0, len(points), size):
        part = points[start : start + size]
        ends = {min(part, key=_value), max(part, key=_value)}
        found += sorted(ends)
    return found


def _value(point: Point) -> float:
    return point.value


def _mark_best(frame: _Frame, step: int | None) -> Iterator[Part]:
    if step is None:
        return
    x = round(frame.x(step), 1)
    yield Curve(places=[At(x, TOP), At(x, HEIGHT - BOTTOM)], role="soft", dashed=True)
    yield Label(
        at=At(min(max(x, LEFT + 80), WIDTH - RIGHT - 80), NOTE),
        text=f"lowest validation loss: step {step:,}",
        anchor="middle",
        size=11,
    )


def _breaks(frame: _Frame, series: Sequence[_Series]) -> Iterator[Part]:
    for step in _broken(series)[:MOST_PLACES]:
        yield from _cross(round(frame.x(step), 1), HEIGHT - BOTTOM)


def _broken(series: Sequence[_Series]) -> list[int]:
    """Steps at which something is no number."""
    return sorted(
        {one.step for each in series for one in each.points if not math.isfinite(one.value)}
    )


def _cross(x: float, y: float) -> Iterator[Part]:
    yield Curve(places=[At(x - 3, y - 3), At(x + 3, y + 3)], role="bad", width=1.6)
    yield Curve(places=[At(x - 3, y + 3), At(x + 3, y - 3)], role="bad", width=1.6)


def _legend(title: str, series: Sequence[_Series]) -> Iterator[Part]:
    yield Label(at=At(LEFT, 20), text=title, role="ink", size=14)
    # On the left, where a narrow screen shows it. A letter takes less than 7.5 units in either font.
    x = float(LEFT)
    for one in series:
        places = [At(x, LEGEND - 4), At(x + 18, LEGEND - 4)]
        yield Curve(places=places, role=one.role, width=2.2, dashed=one.is_whole)
        yield Label(at=At(x + 24, LEGEND), text=one.label, role=one.role, size=13)
        x += 24 + 7.5 * len(one.label) + 18
    if _broken(series):
        yield from _cross(x + 4, LEGEND - 4)
        yield Label(at=At(x + 14, LEGEND), text="not a number", role="bad", size=13)


def _about(title: str, series: Sequence[_Series]) -> str:
    told = []
    for one in series:
        finite = [point for point in one.points if math.isfinite(point.value)]
        if finite:
            told.append(
                f"{one.label} from {finite[0].value:.3g} at step {finite[0].step:,} to "
                f"{finite[-1].value:.3g} at step {finite[-1].step:,}"
            )
    return f"{title}: {'; '.join(told)}"


def _top(values: Sequence[float]) -> float:
    ordered = sorted(values)
    usual = ordered[min(len(ordered) - 1, int(0.98 * len(ordered)))]
    return usual * 1.2 if 0 < OUTLIER * usual < ordered[-1] else ordered[-1]


def _ticks(low: float, high: float, about: int) -> list[float]:
    """Round numbers from at most `low` to at least `high`."""
    span = high - low or abs(high) or 1.0
    power = 10.0 ** math.floor(math.log10(span / about))
    step = next(one * power for one in (1, 2, 5, 10) if one * power * about >= span * 0.999)
    first = math.floor(low / step + 1e-9)
    last = math.ceil(high / step - 1e-9)
    return [round(number * step, 10) for number in range(first, max(last, first + 1) + 1)]


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:g}"
