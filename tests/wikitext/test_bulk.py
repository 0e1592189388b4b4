"""Many pages at once."""

from __future__ import annotations

import gc
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from generator.records import Page
from generator.wikitext import clean, clean_many


def pages(count: int) -> Iterator[Page]:
    for number in range(count):
        yield Page(
            site="file", title=f"P{number}", wikitext=f"Page {number} is {{{{lang|fr|ici}}}}."
        )


@pytest.mark.parametrize("processes", [1, 2])
def test_articles_come_in_the_order_of_their_pages(processes: int) -> None:
    found = list(clean_many(pages(50), processes=processes))
    assert [one.title for one in found] == [f"P{number}" for number in range(50)]
    assert found[7] == clean("Page 7 is {{lang|fr|ici}}.", title="P7")


def test_pages_are_read_only_a_little_ahead() -> None:
    read = 0

    def counted() -> Iterator[Page]:
        nonlocal read
        for page in pages(10_000):
            read += 1
            yield page

    stream = clean_many(counted(), processes=2)
    next(stream)
    assert read < 500
    stream.close()  # type: ignore[attr-defined]


def test_a_page_out_of_time_is_cleaned_plainly_and_marked() -> None:
    page = Page(site="file", title="Long", wikitext="It is {{lang|fr|ici}}.\n\n" * 20_000)
    (article,) = clean_many([page], processes=1, seconds_per_page=0.01)
    assert article.is_fallback
    assert article.text.startswith("It is")
    (article,) = clean_many([page], processes=1, seconds_per_page=600)
    assert not article.is_fallback


def test_time_that_runs_out_in_a_callback_of_the_collector_counts_too() -> None:
    calls: list[str] = []

    def slow(phase: str, info: dict[str, int]) -> None:
        calls.append(phase)
        if len(calls) < 5:
            time.sleep(0.02)

    page = Page(site="file", title="Long", wikitext="It is {{lang|fr|ici}}.\n\n" * 20_000)
    had = gc.get_threshold()
    gc.callbacks.append(slow)
    gc.set_threshold(100)
    try:
        (article,) = clean_many([page], processes=1, seconds_per_page=0.01)
    finally:
        gc.callbacks.remove(slow)
        gc.set_threshold(*had)
    assert calls
    assert article.is_fallback


def test_no_alarm_is_left_behind() -> None:
    list(clean_many(pages(3), processes=1))
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_pages_can_be_cleaned_from_any_thread() -> None:
    with ThreadPoolExecutor(1) as threads:
        found = threads.submit(lambda: list(clean_many(pages(3), processes=1))).result()
    assert len(found) == 3
