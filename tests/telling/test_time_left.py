"""The time left, as a run with a steady model shows it, in virtual time."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from generator.engine.events import Article
from generator.records import Call
from generator.store import open_store
from generator.telling.progress import Progress
from tests.engine import virtual
from tests.engine.scripted import Completion, Scripted, completion, planned, runner

LOOK_EVERY_S = 0.1


@dataclass(frozen=True)
class Look:
    at_s: float
    share: float
    left_s: float | None


class Steady(Scripted):
    """Answers after a time drawn anew for every call."""

    def __init__(self, draw_s: Callable[[], float]) -> None:
        super().__init__()
        self._draw_s = draw_s

    async def complete(self, call: Call) -> Completion:
        await asyncio.sleep(self._draw_s())
        return completion("x")


def looks(folder, *, calls: int, workers: int, draw_s: Callable[[], float]) -> list[Look]:
    """What was shown every tenth of a second; the last one is the end."""
    found: list[Look] = []

    async def main() -> None:
        progress = Progress(lambda reply: None, time.monotonic)
        began = time.monotonic()

        def look() -> None:
            now = progress.snapshot()
            found.append(Look(time.monotonic() - began, now.answered / calls, now.left_s))

        async def keep_looking() -> None:
            while True:
                look()
                await asyncio.sleep(LOOK_EVERY_S)

        progress.take(Article(title="A", sections=calls, passages=calls, calls=calls))
        looking = asyncio.create_task(keep_looking())
        run = runner(Steady(draw_s), store, workers=workers, observe=progress.take)
        await run.run([planned(number) for number in range(calls)])
        looking.cancel()
        look()

    with open_store(folder) as store:
        virtual.run(main)
    return found


@pytest.mark.parametrize(
    ("calls", "workers", "spread"), [(160, 4, 0.3), (400, 16, 0.0), (1200, 200, 0.3)]
)
def test_after_a_tenth_of_the_work_the_time_left_is_right_within_a_fifth(
    tmp_path, calls, workers, spread
):
    draw = random.Random(calls)
    found = looks(
        tmp_path,
        calls=calls,
        workers=workers,
        draw_s=lambda: 4.0 * draw.uniform(1 - spread, 1 + spread),
    )
    total_s = found[-1].at_s
    tenth = next(look for look in found if look.share >= 0.1)
    assert tenth.left_s == pytest.approx(total_s - tenth.at_s, rel=0.2)
    assert found[-1].left_s == 0
    half = next(look for look in found if look.share >= 0.5)
    assert half.left_s == pytest.approx(total_s - half.at_s, rel=0.2)
