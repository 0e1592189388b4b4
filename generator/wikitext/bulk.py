"""Many pages at once: in order, in bounded memory, none for longer than its time."""

from __future__ import annotations

import gc
import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from threading import current_thread, main_thread
from types import FrameType

from generator.records import Article, Page
from generator.wikitext.article import clean, clean_plainly
from generator.wikitext.options import DEFAULT, CleanOptions

_CHUNK = 16
"""Pages per task: large enough that passing them costs little beside cleaning them."""

_CLEANER = ("generator.wikitext", "mwparserfromhell")

_RING_AGAIN = 0.001
"""Seconds to the next ring where one came in foreign code."""


def clean_many(
    pages: Iterable[Page],
    *,
    processes: int | None = None,
    options: CleanOptions = DEFAULT,
    seconds_per_page: float = 10.0,
) -> Iterator[Article]:
    """Clean pages in the order given, with one process per core unless said otherwise.

    Reads ahead by a few chunks per process only, so a dump can be streamed through. A page that takes
    longer than its time is cleaned plainly, without a look into its templates, and is marked with
    `Article.is_fallback`. With one process everything runs in this one.
    """
    workers = processes or os.cpu_count() or 1
    chunks = _chunks(pages)
    if workers == 1:
        for chunk in chunks:
            yield from _clean_chunk(chunk, options, seconds_per_page)
        return
    with ProcessPoolExecutor(workers, initializer=gc.freeze) as pool:
        waiting: deque[Future[list[Article]]] = deque()
        for chunk in chunks:
            waiting.append(pool.submit(_clean_chunk, chunk, options, seconds_per_page))
            if len(waiting) > 2 * workers:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def _chunks(pages: Iterable[Page]) -> Iterator[list[Page]]:
    iterator = iter(pages)
    while chunk := list(islice(iterator, _CHUNK)):
        yield chunk


def _clean_chunk(pages: list[Page], options: CleanOptions, seconds: float) -> list[Article]:
    return [_clean_in_time(page, options, seconds) for page in pages]


def _clean_in_time(page: Page, options: CleanOptions, seconds: float) -> Article:
    try:
        with _alarm(seconds):
            return clean(page.wikitext, title=page.title, language=page.language, options=options)
    except _OutOfTime:
        return clean_plainly(
            page.wikitext, title=page.title, language=page.language, options=options
        )


class _OutOfTime(Exception):
    """A page took longer than it may."""


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Raise `_OutOfTime` after a while; never where signals do not reach: Windows, other threads."""
    if not hasattr(signal, "setitimer") or current_thread() is not main_thread():
        yield
        return

    def ring(number: int, frame: FrameType | None) -> None:
        if _is_in_cleaner(frame):
            raise _OutOfTime
        signal.setitimer(signal.ITIMER_REAL, _RING_AGAIN)

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _is_in_cleaner(frame: FrameType | None) -> bool:
    """Whether the code that a signal interrupts is the cleaner's own.

    An exception in a finalizer or in a callback of the garbage collector is swallowed by Python, and
    the page would go on with no alarm set.
    """
    return frame is not None and frame.f_globals.get("__name__", "").startswith(_CLEANER)
