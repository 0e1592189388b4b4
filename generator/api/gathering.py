"""Fetching the articles of a job, in a way that a stop ends at once."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from generator.api.running import Observer, ignore
from generator.articles import Gathering, Prepared, prepare
from generator.config import BuildConfig
from generator.engine.events import Missing
from generator.engine.stop import Stop
from generator.errors import PageNotFound, Stopped
from generator.store import Store

TOLD_MISSING = 5
"""Titles that an error names where none can be had."""


def gather(
    config: BuildConfig, store: Store, observe: Observer, stop: Stop, **settings: Any
) -> Gathering:
    """The articles of a job, to be closed at the end; a stop ends its waiting for the wiki.

    `settings` are further ones of `Gathering`.
    """
    return Gathering(config, store, observe=observe, sleep=_Sleep(stop), **settings)


def prepare_first(config: BuildConfig, store: Store, stop: Stop) -> Prepared:
    """The first article of a job, as it would be used.

    Raises:
        PageNotFound: there is none.
        SourceError: the source cannot be reached.
    """
    with gather(config, store, ignore, stop) as gathering:
        for page in gathering.pages():
            return prepare(page, config)
        raise not_found(gathering.missing)


def not_found(missing: Sequence[Missing]) -> PageNotFound:
    """The error for a job of which no article can be had."""
    said = "; ".join(one.detail for one in missing[:TOLD_MISSING]) or "no article was found"
    more = len(missing) - TOLD_MISSING
    return PageNotFound(f"{said}; and {more:,} more" if more > 0 else said)


class _Sleep:
    """Waiting that a stop ends: the source sleeps in a thread, and is woken by an error."""

    SLICE_S = 0.2

    def __init__(self, stop: Stop) -> None:
        self._stop = stop
        self._never = threading.Event()

    def __call__(self, seconds: float) -> None:
        while seconds > 0:
            if self._stop.is_set:
                raise Stopped("stopped while waiting for the wiki")
            self._never.wait(min(seconds, self.SLICE_S))
            seconds -= self.SLICE_S
