"""Following a job: its events as they come, until it has ended; a lost connection is not a failed job."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

from generator.tuning import LOCAL
from generator.tuning.backend import Backend
from generator.tuning.patience import Lost, Sleep, patiently
from generator.tuning.records import TuningEvent, TuningJob

T = TypeVar("T")
LOCAL_POLL_S, REMOTE_POLL_S = 1.0, 5.0
"""Between two looks at a job. A provider writes some ten steps a minute."""
QUIET_POLL_S = 30.0
"""Longest time between two looks, while a job waits in a queue and tells nothing."""


def follow_job(
    backend: Backend, id: str, *, sleep: Sleep, notice: Callable[[Lost], None]
) -> Iterator[TuningJob | TuningEvent]:
    """Events as they come, oldest first, and the job whenever its status has changed; last as it ended.

    Goes on for as long as the job does, whether it can be reached or not. Whoever has had enough just
    stops: the job runs on.

    Args:
        notice: is told where the backend does not answer.

    Raises:
        ProviderRefuses, Misconfigured: it answers, and there is no such job, or not for this key.
    """

    def ask(question: Callable[[], T]) -> T:
        return patiently(question, sleep=sleep, notice=notice, tries=None)

    shortest = LOCAL_POLL_S if backend.name == LOCAL else REMOTE_POLL_S
    after, status, poll_s = "", "", shortest
    while True:
        # The job before its events: what it told before its end is there then.
        job = ask(lambda: backend.job(id))
        events = ask(partial(_events, backend, id, after))
        yield from events
        if job.status != status or job.is_final:
            yield job
        if job.is_final:
            return
        is_quiet = not events and job.status == status
        poll_s = min(QUIET_POLL_S, poll_s * 1.5) if is_quiet else shortest
        after, status = events[-1].id if events else after, job.status
        sleep(poll_s)


def _events(backend: Backend, id: str, after: str) -> list[TuningEvent]:
    """All of them, or an error: what comes in pages may break off between two."""
    return list(backend.events(id, after=after))
