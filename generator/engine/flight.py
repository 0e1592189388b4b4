"""The calls in flight, as a gauge that others may look at from any thread."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class Flight:
    """How many calls are out, and since when."""

    def __init__(self) -> None:
        """None yet."""
        self._calls = 0
        self._sent_at_sum = 0.0

    @contextmanager
    def one(self, sent_at: float) -> Iterator[None]:
        """Count a call while the block lasts; `sent_at` in seconds of the monotonic clock."""
        self._calls += 1
        self._sent_at_sum += sent_at
        try:
            yield
        finally:
            self._calls -= 1
            self._sent_at_sum -= sent_at

    @property
    def calls(self) -> int:
        """How many there are."""
        return self._calls

    def age_s(self, now: float) -> float:
        """Seconds since they were sent, on average; 0 where there are none."""
        calls = self._calls
        return max(0.0, now - self._sent_at_sum / calls) if calls else 0.0
