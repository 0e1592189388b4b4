"""Python looks for cycles among its objects less often while thousands of them wait for replies.

It looks after every 700 objects more, at those that have come since, and at all of them when these are
many: with 1,000 calls in flight a fifth of a run's CPU. What it would find are tracebacks and the like.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = 50_000
"""Objects more until it looks: some 10 MB, if all were cycles."""


@contextmanager
def collected_seldom() -> Iterator[None]:
    """Look seldom inside; where it is switched off, or set to more, it stays so."""
    had = gc.get_threshold()
    if 0 < had[0] < SELDOM:
        gc.set_threshold(SELDOM, *had[1:])
    try:
        yield
    finally:
        gc.set_threshold(*had)
