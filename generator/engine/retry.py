"""What to do after a call went wrong: a pure decision that the loop obeys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from generator.errors import CallError, RateLimited, Transient

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 60.0
LONGEST_PAUSE_S = 15.0
"""For everyone, where the endpoint does not say how long: a probe every 15 s is no burden to it, and
when it is back nobody waits longer than that."""
LONGEST_RETRY_AFTER_S = 3600.0
"""What an endpoint asks for beyond an hour is not believed before it has been asked again."""
OUTAGE_FROM = 6
"""Failures in a row, of whatever calls, that are the endpoint's and not the calls' own. At one fault
in twenty that is one in 64 million."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How long to go on with one call."""

    attempts: int = 8
    """Attempts that fail on the way, rate limits not counted: 1 + 2 + … + 32 + 60 s is about two
    minutes, longer than a restart of a server or of a home router."""
    timeouts: int = 3
    """Attempts that run into the time limit; each one costs as much time as that limit."""
    limited: int = 30
    """Times that a call is rate-limited while others get their replies: it may be larger than the
    limit. At every second request refused, that is one call in a thousand million."""
    elapsed_s: float = 3600.0
    """In attempts and in waits of its own; waiting for its turn is not counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """How one call has fared so far, the attempt that has just failed included."""

    attempts: int = 0
    """Failed attempts, rate limits left out."""
    limited: int = 0
    elapsed_s: float = 0.0
    is_last_round: bool = False
    """True where all others are through, so that there is nothing to put it off for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """How all calls fare at present."""

    failed_in_a_row: int = 0
    pauses_in_a_row: int = 0
    has_replied: bool = True
    """Whether any call got a reply since this one's attempt before the last was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Ask again after a wait, later when all others are through, or give the call up."""

    action: Literal["again", "later", "give_up"]
    wait_s: float = 0.0
    everyone: bool = False
    """True where all calls should wait, not this one alone."""


def decide(
    error: CallError, tried: Tried, around: Around, *, jitter: float, policy: Policy
) -> Decision:
    """The next step for a call.

    Args:
        error: what went wrong this time.
        tried: how the call has fared.
        around: how all others do: what fails for everyone is no fault of the call.
        jitter: a random number in [0, 1), so that many waiters do not come back at once.
        policy: the bounds.
    """
    if isinstance(error, RateLimited):
        if around.has_replied and tried.limited >= policy.limited:
            return Decision(action="give_up")
        return Decision(
            action="again", wait_s=_pause_s(error.retry_after_s, around, jitter), everyone=True
        )
    if not isinstance(error, Transient):
        return Decision(action="give_up")
    allowed = policy.timeouts if error.reason == "timeout" else policy.attempts
    if tried.attempts >= allowed or tried.elapsed_s >= policy.elapsed_s:
        is_its_own = around.has_replied or tried.is_last_round
        return Decision(action="give_up" if is_its_own else "later")
    if error.reason == "dropped_parameter":
        return Decision(action="again")
    if around.failed_in_a_row >= OUTAGE_FROM:
        return Decision(action="again", wait_s=_pause_s(None, around, jitter), everyone=True)
    return Decision(action="again", wait_s=_backoff_s(tried.attempts, jitter, LONGEST_WAIT_S))


def _pause_s(retry_after_s: float | None, around: Around, jitter: float) -> float:
    if retry_after_s is None:
        return _backoff_s(around.pauses_in_a_row + 1, jitter, LONGEST_PAUSE_S)
    asked = min(retry_after_s, LONGEST_RETRY_AFTER_S)
    return asked + jitter * min(1.0, 0.1 * asked + 0.05)


def _backoff_s(time: int, jitter: float, longest: float) -> float:
    """1, 2, 4, … seconds, of which up to half is taken off at random."""
    full = min(longest, FIRST_WAIT_S * 2.0 ** min(time - 1, 10))
    return float(full * (1.0 - 0.5 * jitter))
