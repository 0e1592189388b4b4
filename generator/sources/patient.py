"""Fetching from a wiki all night: waits where it goes away, and leaves out what only one page breaks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from typing import TypeVar

from generator.errors import Misconfigured, SourceUnavailable, StoreError
from generator.sources import Found
from generator.sources.listing import Listing
from generator.sources.mediawiki import ContactNeeded, MediaWiki
from generator.sources.reading import ApiRefusal

Answer = TypeVar("Answer")

FIRST_BATCH = 8
"""Titles asked for first, so that there soon is an article to work on."""
BATCH = 50
"""Titles asked for at once from then on, as many as a wiki takes."""
PAUSES_S = (30.0, 120.0, 300.0, 600.0, 600.0)
"""Waits for a wiki that has answered in this run and no longer does; half an hour, then it is gone."""
BROKEN_IN_A_ROW = 5
"""So many titles in a row that the wiki stumbles over are no longer their own fault."""


class PatientWiki:
    """A wiki that is asked batch by batch, and again in a while where it is gone."""

    def __init__(
        self,
        connect: Callable[[], MediaWiki],
        *,
        notify: Callable[[str], None],
        sleep: Callable[[float], object],
    ) -> None:
        """`connect` gives a wiki with all its retries; `sleep` may raise to end the fetching."""
        self._connect = connect
        self._notify = notify
        self._sleep = sleep
        self._open = ExitStack()
        self._wiki = self._open.enter_context(connect())
        self._has_answered = False
        self._broken_in_a_row = 0
        self._pauses = iter(PAUSES_S)

    def close(self) -> None:
        """Let go of connections."""
        self._open.close()

    def fetch(self, titles: Iterable[str]) -> Iterator[Found]:
        """One `Found` per title, in the order asked, batch by batch; takes titles as it needs them.

        A title that the wiki stumbles over while it answers otherwise is `unfetched`.

        Raises:
            SourceUnavailable: the wiki has never answered, or not for all of `PAUSES_S`.
        """
        wanted = iter(titles)
        size = FIRST_BATCH
        while batch := list(islice(wanted, size)):
            size = BATCH
            try:
                yield from self._ask(batch)
            except SourceUnavailable:
                if not self._has_answered:
                    raise
                self._renew()
                for title in batch:
                    yield from self._fetch_one(title)

    def list_on(self, listing: Listing, most: int) -> list[str]:
        """The next titles of a listing, at most so many; waits where the wiki goes away.

        Raises:
            SourceUnavailable: the wiki refuses this, has never answered, or not for all of
                `PAUSES_S`.
        """
        while True:
            try:
                return self._of_wiki(lambda: self._wiki.list_on(listing, most))
            except ApiRefusal:
                raise  # it is there, and will say the same again
            except SourceUnavailable as error:
                if not self._has_answered:
                    raise
                self._wait(error)

    def _fetch_one(self, title: str) -> list[Found]:
        while True:
            try:
                return self._ask([title])
            except SourceUnavailable as error:
                if self._broken_in_a_row < BROKEN_IN_A_ROW and self._is_there():
                    self._broken_in_a_row += 1
                    return [Found(asked=title, kind="unfetched", detail=f"{title!r}: {error}")]
                self._wait(error)

    def _ask(self, titles: list[str]) -> list[Found]:
        found = self._of_wiki(lambda: list(self._wiki.fetch(titles)))
        self._broken_in_a_row = 0
        return found

    def _of_wiki(self, ask: Callable[[], Answer]) -> Answer:
        try:
            answer = ask()
        except (StoreError, ContactNeeded):
            raise
        except Misconfigured as error:
            # What has answered as a wiki and no longer does is down, whatever it answers now.
            if not self._has_answered:
                raise
            raise SourceUnavailable(str(error)) from error
        self._has_answered = True
        self._pauses = iter(PAUSES_S)
        return answer

    def _is_there(self) -> bool:
        self._renew()
        try:
            return bool(self._wiki.info)
        except (SourceUnavailable, Misconfigured):
            return False

    def _wait(self, error: SourceUnavailable) -> None:
        pause_s = next(self._pauses, None)
        if pause_s is None:
            raise error
        self._notify(f"{error}; looking again in {pause_s:.0f} s")
        self._sleep(pause_s)
        self._renew()

    def _renew(self) -> None:
        self._open.close()
        self._wiki = self._open.enter_context(self._connect())
