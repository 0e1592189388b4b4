from __future__ import annotations

from collections.abc import Callable

import pytest

from generator.errors import SourceUnavailable, Stopped
from generator.sources.mediawiki import MediaWiki
from generator.sources.patient import FIRST_BATCH, PAUSES_S, PatientWiki
from tests.cli.wiki import Wiki, values, wiki_with
from tests.sources.server import Asked


class Night:
    """Fetches from a wiki with a clock that only pauses move."""

    def __init__(self, wiki: Wiki, after_pause: Callable[[float], object] = lambda s: None):
        self.pauses: list[float] = []
        self.after_pause = after_pause
        self.wiki = PatientWiki(
            lambda: MediaWiki(wiki.url, sleep=lambda s: None, timeout_s=5),
            notify=lambda text: None,
            sleep=self.sleep,
        )

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.after_pause(seconds)

    def fetch(self, titles):
        try:
            yield from self.wiki.fetch(titles)
        finally:
            self.wiki.close()


def collect(came, found):
    """Keeps what came before an error."""
    for one in found:
        came.append(one)


def numbers(count):
    return [f"Number {number}" for number in range(1, count + 1)]


def asks_for(number: int) -> Callable[[Asked], bool]:
    return lambda asked: (
        str(number) in values(asked, "revids") or f"Number {number}" in values(asked, "titles")
    )


def test_titles_are_taken_as_they_are_needed():
    taken = []

    def endless():
        for title in numbers(10_000):
            taken.append(title)
            yield title

    with wiki_with() as wiki:
        found = Night(wiki).fetch(endless())
        assert next(found).asked == "Number 1"
        assert len(taken) == FIRST_BATCH
        found.close()


def test_a_title_that_breaks_the_wiki_is_left_out_and_the_others_come():
    with wiki_with(is_down=asks_for(20)) as wiki:
        night = Night(wiki)
        found = list(night.fetch(numbers(30)))
    assert [one.asked for one in found] == numbers(30)
    assert [one.asked for one in found if one.page is None] == ["Number 20"]
    assert found[19].kind == "unfetched"
    assert night.pauses == []


def test_a_wiki_that_goes_away_is_waited_for_and_nothing_is_left_out():
    down = {"is": False}

    def is_down(asked):
        down["is"] = down["is"] or (asks_for(20)(asked) and not night.pauses)
        return down["is"]

    with wiki_with(is_down=is_down) as wiki:
        night = Night(wiki, lambda s: down.update({"is": len(night.pauses) < 3}))
        found = list(night.fetch(numbers(30)))
    assert [one.page is not None for one in found] == [True] * 30
    assert night.pauses == list(PAUSES_S[:3])


def test_a_wiki_that_stays_away_is_given_up_after_what_came_before():
    down = {"is": False}

    def is_down(asked):
        down["is"] = down["is"] or asks_for(20)(asked)
        return down["is"]

    with wiki_with(is_down=is_down) as wiki:
        night = Night(wiki)
        came = []
        with pytest.raises(SourceUnavailable):
            collect(came, night.fetch(numbers(30)))
        assert [one.asked for one in came] == numbers(FIRST_BATCH)
        assert night.pauses == list(PAUSES_S)


def test_a_wiki_that_never_answered_is_given_up_at_once():
    with wiki_with(is_down=lambda asked: True) as wiki:
        night = Night(wiki)
        with pytest.raises(SourceUnavailable):
            list(night.fetch(numbers(3)))
    assert night.pauses == []


def test_a_wiki_that_stumbles_over_everything_is_not_taken_for_thousands_of_broken_pages():
    def is_down(asked):
        return bool(asked.parameters.keys() & {"titles", "revids"}) and not asks_for(1)(asked)

    with wiki_with(is_down=is_down) as wiki:
        night = Night(wiki)
        came = []
        with pytest.raises(SourceUnavailable):
            collect(came, night.fetch(numbers(100)))
    assert sum(one.page is None for one in came) < 10
    assert night.pauses == list(PAUSES_S)


def test_a_stop_ends_the_waiting():
    down = {"is": False}

    def is_down(asked):
        down["is"] = down["is"] or asks_for(20)(asked)
        return down["is"]

    def stop(seconds):
        raise Stopped("stopped")

    with wiki_with(is_down=is_down) as wiki, pytest.raises(Stopped):
        list(Night(wiki, stop).fetch(numbers(30)))
