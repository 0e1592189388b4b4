"""Asking a backend again where it does not answer: for questions that change nothing when asked twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import TypeVar

from generator.errors import CallError, RateLimited, Transient

T = TypeVar("T")
Sleep = Callable[[float], None]

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 60.0
TRIES = 6
"""Of a question that a command waits for: 1 + 2 + … + 16 s are half a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A backend that does not answer at present; a job of it runs on."""

    why: str
    wait_s: float
    """Until it is asked again."""


Notice = Callable[[Lost], None]


def patiently(
    ask: Callable[[], T], *, sleep: Sleep, notice: Notice, tries: int | None = TRIES
) -> T:
    """The answer to a question, asked again as long as its backend cannot be reached or is busy.

    Args:
        ask: changes nothing, however often it is asked.
        notice: is told before each wait.
        tries: None for ever.

    Raises:
        Transient, RateLimited: the last of them, after so many tries.
    """
    for number in count(1):
        try:
            return ask()
        except (Transient, RateLimited) as error:
            if number == tries:
                raise
            lost = Lost(why=str(error), wait_s=wait_s(number, error))
        notice(lost)
        sleep(lost.wait_s)
    raise AssertionError("unreachable")


def wait_s(number: int, error: CallError) -> float:
    """Seconds to wait after the n-th failure, as the backend asks for or doubling from a second."""
    asked = error.retry_after_s if isinstance(error, RateLimited) else None
    return min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(number - 1, 10) if asked is None else asked)
