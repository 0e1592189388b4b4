"""What the latest attempts say about an endpoint, apart from the calls that made them."""

from __future__ import annotations

from collections import Counter, deque

from generator.errors import (
    CallError,
    LoremillError,
    ProviderRefuses,
    RateLimited,
    Refused,
    Stopped,
)

WINDOW = 100
ENOUGH = 50
"""Attempts in the window before it says anything."""
MOST = 0.9

HOPELESS_AFTER = 6
"""Attempts that fail for the same reason, before any has succeeded, until the run is given up."""
HOPELESS_AFTER_S = 5.0
"""…but not sooner than this: a server may just be starting."""
HOPELESS = frozenset({"connection", "not_a_completion", "bad_body"})
"""Reasons that speak of a wrong address."""

OUTAGE_S = 3600.0
"""A night outlasts the outage of a provider; after an hour without a reply somebody has to look."""
OUTAGE_ATTEMPTS = 12
"""…and after so many attempts: a machine that was suspended comes back with an hour gone by on some
systems' clocks, and a connection or two lost."""

OF_THE_TEXT = frozenset({"context_overflow", "content_policy"})
"""Refusals that say something about one passage; a war in forty sections may well be refused forty
times."""
BY_THE_WAY = frozenset({"dropped_parameter"})


class Health:
    """Takes in how attempts ended. Times are seconds of one monotonic clock, given by the caller."""

    def __init__(self, now: float) -> None:
        """Nothing is known yet."""
        self.failed_in_a_row = 0
        """Failures on the way since the last answer of any kind; rate limits are not counted."""
        self._began = now
        self._last_reply: float | None = None
        self._latest: deque[str] = deque(maxlen=WINDOW)
        """Reasons of failures; empty for a reply."""
        self._early: Counter[str] = Counter()
        self._silent_since: float | None = None
        self._failed_in_silence = 0
        self._bad_since: float | None = None

    def succeeded(self, now: float) -> None:
        """A reply came."""
        self.failed_in_a_row = 0
        self._last_reply = now
        self._silent_since = self._bad_since = None
        self._failed_in_silence = 0
        self._latest.append("")

    def failed(self, error: CallError, now: float) -> None:
        """An attempt failed."""
        if error.reason in BY_THE_WAY:
            return
        if self._silent_since is None:
            self._silent_since = now
        self._failed_in_silence += 1
        if isinstance(error, RateLimited):
            return
        self.failed_in_a_row = 0 if isinstance(error, Refused) else self.failed_in_a_row + 1
        self._latest.append(error.reason)
        if self._last_reply is None:
            self._early[error.reason] += 1
        if not self._is_bad(error):
            self._bad_since = None
        elif self._bad_since is None:
            self._bad_since = now

    def has_replied_since(self, then: float) -> bool:
        """Whether any call got a reply from then on."""
        return self._last_reply is not None and self._last_reply >= then

    def verdict(self, error: CallError, endpoint: str, now: float) -> LoremillError | None:
        """Why the run should end, after this error; None where it should go on."""
        if self._is_hopeless(error, now):
            return ProviderRefuses(
                f"no call to {endpoint} has worked ({error}): check --base-url and that the server "
                "is up"
            )
        if self._is_bad(error) and isinstance(error, Refused):
            return ProviderRefuses(
                f"{self._count(error)} of the last {len(self._latest)} calls to {endpoint} were "
                f"refused for the same reason ({error}): mend that, then run the same command"
            )
        if self._lasts(self._silent_since, now) and self._failed_in_silence >= OUTAGE_ATTEMPTS:
            return Stopped(
                f"no reply from {endpoint} for {_minutes(OUTAGE_S)}, the last time: {error}"
            )
        if self._lasts(self._bad_since, now):
            return Stopped(
                f"for {_minutes(OUTAGE_S)} more than {MOST:.0%} of all calls to {endpoint} have "
                f"failed for the same reason: {error}"
            )
        return None

    def _is_hopeless(self, error: CallError, now: float) -> bool:
        return (
            self._last_reply is None
            and error.reason in HOPELESS
            and self._early[error.reason] >= HOPELESS_AFTER
            and now - self._began >= HOPELESS_AFTER_S
        )

    def _is_bad(self, error: CallError) -> bool:
        if error.reason in OF_THE_TEXT or len(self._latest) < ENOUGH:
            return False
        return self._count(error) > MOST * len(self._latest)

    def _count(self, error: CallError) -> int:
        return self._latest.count(error.reason)

    @staticmethod
    def _lasts(since: float | None, now: float) -> bool:
        return since is not None and now - since >= OUTAGE_S


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes"
