"""Which job is meant: by its id, the beginning of one, the dataset, or the newest."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from generator.errors import Misconfigured
from generator.names import nearest
from generator.store.tuning import StartedJob


def newest(attempts: Sequence[StartedJob]) -> list[StartedJob]:
    """The jobs that have an id, newest first; of several attempts that one job has gone through, the last."""
    last = {(one.backend, one.endpoint, one.id): one for one in attempts if one.id}
    return sorted(last.values(), key=lambda one: one.created_at, reverse=True)


def named(given: str, jobs: Sequence[StartedJob]) -> list[StartedJob]:
    """The jobs that a name means: an id or a tuned model before the name or folder of a dataset."""
    by_id = [one for one in jobs if given in (one.id, one.tuned_model)]
    return by_id or [one for one in jobs if given in (one.dataset, Path(one.dataset).name)]


def find_job(given: str, attempts: Sequence[StartedJob]) -> StartedJob:
    """The job that is meant, among those that the workspace knows.

    Args:
        given: an id, the beginning of one, the tuned model, the dataset's name or folder; empty for
            the newest job.

    Raises:
        Misconfigured: none is, or several.
    """
    jobs = newest(attempts)
    if not jobs:
        raise Misconfigured(
            "the workspace knows no tuning job; `loremill tune start DATASET --model MODEL` starts one, "
            "and --backend or --base-url finds one that was started elsewhere, by its id"
        )
    if not given:
        return jobs[0]
    if exact := named(given, jobs):
        return exact[0]
    found = [one for one in jobs if one.id.startswith(given)]
    if len(found) > 1:
        raise Misconfigured(
            f"{given!r} begins several jobs: {', '.join(one.id for one in found)}; give the whole id"
        )
    if not found:
        near = nearest(given, [one.id for one in jobs])
        raise Misconfigured(
            f"the workspace knows no job {given!r}{near}; `loremill tune list` shows those it knows, and "
            "--backend or --base-url finds one that was started elsewhere"
        )
    return found[0]
