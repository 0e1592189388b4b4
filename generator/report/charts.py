"""Distributions: values counted as they come, then a few bars."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

BARS = 24
FEWEST = 12
"""Bars that there is room for: a single one is not as wide as the drawing."""
WIDTH, HEIGHT = 300, 80
"""Of the drawing, in its own units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: values from `low` to `high` inclusive, and where it is drawn."""

    low: int
    high: int | None
    """None for the last one, which holds all that is more."""
    count: int
    x: float
    y: float
    width: float
    height: float

    @property
    def label(self) -> str:
        """The values that it stands for."""
        if self.high is None:
            return f"{self.low:,} or more"
        return f"{self.low:,}" if self.low == self.high else f"{self.low:,} to {self.high:,}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A distribution, ready to be drawn."""

    title: str
    unit: str
    count: int
    least: int
    median: int
    p95: int
    most: int
    bars: list[Bar]

    @property
    def label_every(self) -> int:
        """Bars from one label to the next, so that a handful has one."""
        return max(1, round(max(len(self.bars), FEWEST) / 5))


class Distribution:
    """Counts whole numbers; its size depends on how many different ones there are."""

    def __init__(self) -> None:
        """Nothing counted yet."""
        self._counts: Counter[int] = Counter()

    def add(self, value: int) -> None:
        """Count a number, 0 or more."""
        self._counts[value] += 1

    def chart(self, title: str, unit: str) -> Chart | None:
        """The distribution as bars of equal width up to its last hundredth; None where it is empty."""
        if not self._counts:
            return None
        values = sorted(self._counts)
        return Chart(
            title=title,
            unit=unit,
            count=self._counts.total(),
            least=values[0],
            median=self._quantile(values, 0.5),
            p95=self._quantile(values, 0.95),
            most=values[-1],
            bars=self._bars(values),
        )

    def _quantile(self, values: list[int], share: float) -> int:
        """The smallest value that so many of all do not exceed."""
        left = share * self._counts.total()
        for value in values:
            left -= self._counts[value]
            if left <= 0:
                return value
        return values[-1]

    def _bars(self, values: list[int]) -> list[Bar]:
        start, usual = values[0], self._quantile(values, 0.99)
        step = _nice_step((usual - start + 1) / BARS)
        start -= start % step
        bins: Counter[int] = Counter()
        last = min((usual - start) // step, BARS)
        for value in values:
            bins[min((value - start) // step, last)] += self._counts[value]
        highest, width = max(bins.values()), WIDTH / max(last + 1, FEWEST)
        has_tail = values[-1] >= start + (last + 1) * step
        bars = []
        for index in range(last + 1):
            low, height = start + index * step, HEIGHT * bins[index] / highest
            bars.append(
                Bar(
                    low=low,
                    high=None if has_tail and index == last else low + step - 1,
                    count=bins[index],
                    x=round(index * width, 2),
                    y=round(HEIGHT - height, 2),
                    width=round(width * 0.86, 2),
                    height=round(height, 2),
                )
            )
        return bars


def _nice_step(least: float) -> int:
    """1, 2, 5, 10, 20, 50, …: the first that is not less."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if step >= least:
                return step
        power *= 10
