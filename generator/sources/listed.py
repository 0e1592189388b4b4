"""Titles from the wiki's own lists, listed ahead of their use and kept on disk until then."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Protocol

from generator.sources import Found
from generator.sources.listing import Listing

TAKEN_AT_ONCE = 50
"""Titles given out between two requests for more: as many as a request for pages carries."""


class Lister(Protocol):
    """What carries requests for titles to a wiki."""

    def list_on(self, listing: Listing, most: int) -> list[str]:
        """The next titles of a listing, at most so many."""
        ...


class ListedTitles:
    """The titles of listings one after the other. Memory holds `TAKEN_AT_ONCE` of them.

    A wiki lists five hundred titles in the time in which it gives the texts of fifty, so with one
    request for titles per fifty that are used, all are known after a tenth of the way.
    """

    def __init__(
        self, listings: Sequence[Listing], *, most: int | None, notice: Callable[[], None]
    ) -> None:
        """Nothing is asked yet.

        Args:
            listings: what to list, in this order.
            most: titles at most, of all listings together.
            notice: is called when `count`, `total` or `problems` may have changed.
        """
        self._listings = listings
        self._todo = list(listings)
        self._most = most
        self._notice = notice
        self._spool = _Spool()
        self.count = 0
        """Titles listed so far."""
        self.problems: list[Found] = []
        """Of listings without any title."""

    @property
    def is_complete(self) -> bool:
        """Whether all are listed that will be."""
        return not self._todo or self._left == 0

    @property
    def total(self) -> int | None:
        """How many titles there will be, by the wiki's count until all are listed; None: unknown."""
        if self.is_complete:
            return self.count
        expected = [one.expected for one in self._listings]
        known = [one for one in expected if one is not None]
        if len(known) < len(expected):
            return None
        total = max(self.count, sum(known))
        return total if self._most is None else min(total, self._most)

    def list_all(self, lister: Lister, *, most: int) -> None:
        """List up to so many titles before the first is used."""
        while not self.is_complete and self.count < most:
            self._list_on(lister)

    def titles(self, lister: Lister) -> Iterator[str]:
        """The titles in order, each as it is needed."""
        while True:
            if not self.is_complete:
                self._list_on(lister)
            some = self._spool.take(TAKEN_AT_ONCE)
            yield from some
            if self.is_complete and not some:
                return

    def close(self) -> None:
        """Let go of the file."""
        self._spool.close()

    @property
    def _left(self) -> int | None:
        return None if self._most is None else self._most - self.count

    def _list_on(self, lister: Lister) -> None:
        listing = self._todo[0]
        titles = lister.list_on(listing, _ENDLESS if self._left is None else self._left)
        self._spool.add(titles)
        self.count += len(titles)
        if listing.problem is not None:
            self.problems.append(listing.problem)
        if listing.is_done:
            self._todo.pop(0)
        self._notice()


_ENDLESS = 2**63


class _Spool:
    """Titles in a file that has no name, taken from its beginning while more are added at its end."""

    def __init__(self) -> None:
        self._kept: IO[bytes] | None = None
        self._taken = 0

    @property
    def _file(self) -> IO[bytes]:
        if self._kept is None:
            self._kept = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the list
        return self._kept

    def add(self, titles: Sequence[str]) -> None:
        if not titles:
            return
        self._file.seek(0, os.SEEK_END)
        lines = (title.replace("\n", " ").encode("utf-8", "surrogatepass") for title in titles)
        self._file.writelines(line + b"\n" for line in lines)

    def take(self, most: int) -> list[str]:
        if self._kept is None:
            return []
        self._file.seek(self._taken)
        lines = [line for _ in range(most) if (line := self._file.readline())]
        self._taken = self._file.tell()
        return [line[:-1].decode("utf-8", "surrogatepass") for line in lines]

    def close(self) -> None:
        if self._kept is not None:
            self._kept.close()
