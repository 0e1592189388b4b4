"""When a run has to be over: no call is sent later, those in flight are waited for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from datetime import time as TimeOfDay

from generator.engine.stop import Stop
from generator.errors import Misconfigured, Stopped

LOOK_EVERY_S = 10.0
"""Not one long sleep: while a machine is suspended, timers stand still and the clock goes on."""


class Deadline:
    """A moment by the clock on the wall, which is what somebody means who says `07:00`."""

    def __init__(self, at: datetime, *, now: Callable[[], float] = time.time) -> None:
        """`now` gives seconds since the epoch."""
        self._at = at
        self._now = now

    @property
    def left_s(self) -> float:
        """Seconds until then, negative afterwards."""
        return self._at.timestamp() - self._now()

    async def watch(self, stop: Stop) -> None:
        """Stop a run when the time has come."""
        while self.left_s > 0:  # noqa: ASYNC110 - the clock may jump
            await asyncio.sleep(min(self.left_s, LOOK_EVERY_S))
        self.enforce(stop)

    def enforce(self, stop: Stop) -> None:
        """Stop a run if the time has come."""
        if self.left_s <= 0:
            stop.set("deadline", Stopped(f"it is past {self._at:%Y-%m-%d %H:%M}, the deadline"))


def read_deadline(text: str, *, now: datetime) -> datetime:
    """The moment that `07:00` or `2026-11-21T07:00` means; a time of day is the next one to come.

    Local time where the text names no other zone.

    Args:
        text: as given with `--until`.
        now: with its zone.

    Raises:
        Misconfigured: it is neither, or lies in the past.
    """
    given = _time_of_day(text)
    if given is not None:
        today = _local(now.astimezone().date(), given)
        return today if today > now else _local(now.astimezone().date() + timedelta(days=1), given)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Misconfigured(
            f"--until {text!r} is no time: say 07:00 for the next morning, or 2026-11-21T07:00"
        ) from None
    if moment.tzinfo is None:
        moment = moment.astimezone()
    if moment <= now:
        raise Misconfigured(f"--until {text!r} has passed")
    return moment


def _time_of_day(text: str) -> TimeOfDay | None:
    for form in ("%H:%M", "%H:%M:%S"):
        try:
            return datetime.strptime(text, form).time()  # noqa: DTZ007 - a time alone has no zone
        except ValueError:
            continue
    return None


def _local(day: date, at: TimeOfDay) -> datetime:
    # Through a naive time, so that a change to or from summer time in between is minded.
    return datetime.combine(day, at).astimezone()
