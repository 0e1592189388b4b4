"""What to do after a call went wrong: a pure decision that the loop obeys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from generator.errors import CallError, RateLimited, Transient

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How long to go on with one call."""

    attempts: int = 8
    """Attempts that fail on the way, rate limits not counted: 1 + 2 + … + 32 + 60 s is about two
    minutes, longer than a restart of a server or of a home router."""
    timeouts: int = 3
    """Attempts that run into the time limit; each one costs as much time as that limit."""
    elapsed_s: float = 3600.0
    """From the first attempt on, waits and rate limits included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Ask again after a wait, or give the call up."""

    action: Literal["again", "give_up"]
    wait_s: float = 0.0
    everyone: bool = False
    """True where all calls should wait, not this one alone: the endpoint asked for a slower pace."""


def decide(
    error: CallError,
    *,
    attempt: int,
    limited: int = 0,
    elapsed_s: float,
    jitter: float,
    policy: Policy,
) -> Decision:
    """The next step for a call.

    Args:
        error: what went wrong this time.
        attempt: failed attempts so far, this one included, rate limits left out.
        limited: times this call was rate-limited so far.
        elapsed_s: seconds since the call was first tried.
        jitter: a random number in [0, 1), so that many waiters do not come back at once.
        policy: the bounds.
    """
    if elapsed_s >= policy.elapsed_s:
        return Decision(action="give_up")
    if isinstance(error, RateLimited):
        wait_s = error.retry_after_s
        if wait_s is None:
            wait_s = _backoff_s(limited, jitter)
        else:
            wait_s += jitter * min(1.0, 0.1 * wait_s + 0.05)
        return Decision(action="again", wait_s=wait_s, everyone=True)
    allowed = policy.timeouts if error.reason == "timeout" else policy.attempts
    if isinstance(error, Transient) and attempt < allowed:
        if error.reason == "dropped_parameter":
            return Decision(action="again")
        return Decision(action="again", wait_s=_backoff_s(attempt, jitter))
    return Decision(action="give_up")


def _backoff_s(attempt: int, jitter: float) -> float:
    """1, 2, 4, … 60 seconds, of which up to half is taken off at random."""
    full = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(attempt - 1, 10))
    return float(full * (1.0 - 0.5 * jitter))
