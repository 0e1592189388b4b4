"""What an endpoint takes where it does not say so: requests a second, found from its refusals.

Between two refusals it let in what it takes: whatever it had saved up was spent at both. So the calls
it took meanwhile, over the time between, are its limit; no size of burst or of window need be known.
The pace then grows slowly, until it is refused again. Pure: times are given by the caller.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, replace

RECENT_S = 10.0
"""The pace of late is counted over this time."""
ENOUGH = 10
"""Calls taken between two refusals that say something."""
ENOUGH_TO_GUESS = 3
"""The same after a first guess."""
SHORTEST_S = 1.0
"""Time between two refusals that says something."""
LEAST = 0.5
"""Share of its pace that one refusal leaves at least: one call may be larger than what is left."""
STEP_CALLS = 10
"""A step of growth takes a second, and so many calls where they take longer."""
FIRST_SHARE = 0.6
"""Of what was taken before the first refusal: what an endpoint has saved up for a start is in it."""
FIRST_LEAST = 5.0
"""Calls a second that a first guess is at least."""
GROWTH = 0.005
"""Growth in the first step after a refusal; the twentieth is three times as large. At 50 calls a
second it takes some 15 s until one of about 800 is refused (measured: 0.3 % refused)."""
FIRST_GROWTH = 0.05
"""The same for a first guess, which is made from a moment and may be far too low."""
SPEEDING_UP = 0.1
"""Of the growth of the first step, added with every further one."""
MOST_GROWTH = 20.0
"""As an exponent; a night without a refusal would be more than a number holds."""
MOST_OVER = 2.0
"""The pace grows to so many times what is made use of: nothing is learnt from a pace nobody goes at."""


@dataclass(slots=True)
class _Interval:
    """From one refusal to the next."""

    began: float
    taken: int = 0
    idle_s: float = 0.0

    def per_s(self, ended: float) -> float:
        return self.taken / max(ended - self.began - self.idle_s, SHORTEST_S)


class LearntPace:
    """Requests a second that an endpoint takes of this run, by what it has refused."""

    def __init__(self, now: float) -> None:
        """Nothing is known."""
        self._base: float | None = None
        self._is_guess = False
        self._interval = _Interval(now)
        """Since the last refusal that counted."""
        self._grown_since = now
        self._grown_calls = 0
        self._sent: deque[float] = deque()
        """When calls were sent, of late."""

    def start_from(self, per_s: float, now: float) -> None:
        """Take what was learnt before."""
        self._base, self._is_guess = per_s, False
        self._restart(now)

    def scale(self, factor: float, now: float) -> None:
        """Others have come or gone, so that a part of it is ours."""
        if self._base is not None:
            self._base *= factor
        self._restart(now)

    def let_go(self, now: float) -> None:
        """A call is sent."""
        self._sent.append(now)
        self._forget_old(now)
        self._interval.taken += 1
        self._grown_calls += 1

    def refused(self, sent_at: float) -> None:
        """A call that was sent then was refused."""
        if sent_at >= self._interval.began:
            self._interval.taken -= 1

    def paused(self, seconds: float) -> None:
        """Everyone waits. What an endpoint would have taken in a long pause, it does not save up."""
        self._interval.idle_s += max(0.0, seconds - SHORTEST_S)

    def broke(self, sent_at: float, now: float, *, may_guess: bool) -> None:
        """Refusals have begun, with a call sent then; learn from the time since the last ones.

        `may_guess` where no pace is known from elsewhere.
        """
        late = self._sent_after(sent_at)
        before = replace(self._interval, taken=self._interval.taken - late)
        measured = before.per_s(sent_at)
        if self._base is None:
            if may_guess:
                self._base, self._is_guess = max(measured * FIRST_SHARE, FIRST_LEAST), True
        elif not self._says_something(before, sent_at):
            return
        elif self._is_guess:
            self._base, self._is_guess = measured, before.taken < ENOUGH
        else:
            at_last = self.per_s(now) or measured
            self._base = min(at_last, max(measured, LEAST * at_last))
        self._restart(sent_at, late)

    def found_per_s(self, now: float) -> float | None:
        """Calls a second that the endpoint takes, by its refusals or since; None while not known."""
        if self._base is None or self._is_guess:
            return None
        return max(self._base, min(self.per_s(now) or 0.0, self._recent_per_s(now)))

    def per_s(self, now: float) -> float | None:
        """Calls a second at present; None while nothing is known."""
        if self._base is None:
            return None
        steps = min(now - self._grown_since, self._grown_calls / STEP_CALLS)
        first = FIRST_GROWTH if self._is_guess else GROWTH
        growth = first * steps * (1 + SPEEDING_UP * steps / 2)
        grown = self._base * math.exp(min(growth, MOST_GROWTH))
        return max(self._base, min(grown, MOST_OVER * self._recent_per_s(now)))

    def _says_something(self, interval: _Interval, ended: float) -> bool:
        enough = ENOUGH_TO_GUESS if self._is_guess else ENOUGH
        return interval.taken >= enough and ended - interval.began >= SHORTEST_S

    def _restart(self, now: float, taken: int = 0) -> None:
        self._interval = _Interval(now, taken)
        self._grown_since, self._grown_calls = now, 0

    def _recent_per_s(self, now: float) -> float:
        self._forget_old(now)
        return len(self._sent) / RECENT_S

    def _sent_after(self, moment: float) -> int:
        late = 0
        for sent in reversed(self._sent):
            if sent <= moment:
                break
            late += 1
        return late

    def _forget_old(self, now: float) -> None:
        while self._sent and now - self._sent[0] > RECENT_S:
            self._sent.popleft()
