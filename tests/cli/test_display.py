from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from generator.cli.display import REMARKS, block, display, duration, money, sentence
from generator.engine.events import Answered, Article, Missing, Note, Waiting
from generator.records import Reply, Usage
from generator.telling.progress import Progress, Snapshot
from tests.engine.scripted import planned

BUSY = Snapshot(
    titles=10_000,
    articles=9_876,
    missing=123,
    calls=240_000,
    answered=239_000,
    failed={"timeout": 321},
    pairs=1_987_654,
    tokens=345_678_901,
    cost=1234.5678,
    article="The article with the longest title that anyone has ever given to one, " * 3,
    left_s=7500,
)


def rendered(snapshot, width=80):
    console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
    console.print(block(snapshot))
    return console.file.getvalue().splitlines()


def test_the_block_has_three_lines_at_any_width_from_eighty_columns():
    for snapshot in (Snapshot(), BUSY):
        lines = rendered(snapshot)
        assert len(lines) == 3
        assert max(map(len, lines)) <= 80
    assert "9,999 of 10,000 articles about 2 h 5 min left" in rendered(BUSY)[0]


def test_a_wait_is_shown_in_place_of_the_article():
    waiting = Snapshot(titles=3, waiting="rate_limited", wait_s=12)
    assert rendered(waiting)[2].strip() == "rate limited: everyone waits 12 s"
    assert "everyone waits 12 s" in sentence(waiting)


def test_writing_the_dataset_is_said():
    writing = Snapshot(titles=3, articles=3, is_writing=True, wait_s=5, waiting="x", left_s=0)
    assert "putting the dataset together" in rendered(writing)[2]
    assert sentence(writing).endswith("putting the dataset together")


def test_one_article_is_counted_by_calls():
    assert sentence(Snapshot(titles=1, calls=12, answered=3)).startswith("3 of 12 calls")


@pytest.fixture
def plain():
    return Console(file=io.StringIO(), width=80)


def test_of_many_troubles_of_a_kind_the_first_are_shown(plain):
    with display(plain, Progress(lambda reply: None, lambda: 0.0)) as observe:
        for number in range(1000):
            observe(Missing(asked="x", kind="missing", detail=f"no page {number}"))
            observe(Note(text=f"'{number}' points at a section"))
        observe(Note(text="the wiki is gone"))
    lines = plain.file.getvalue().splitlines()
    assert len(lines) == 2 * (REMARKS + 1) + 1
    assert lines[-1] == "the wiki is gone"


def test_quiet_is_quiet(plain):
    with display(plain, Progress(lambda reply: None, lambda: 0.0), quiet=True) as observe:
        observe(Note(text="x"))
    assert plain.file.getvalue() == ""


def test_with_verbose_everything_that_happens_has_a_line(plain):
    one = planned(1)
    reply = Reply(
        call=one.call.digest,
        body="{}",
        usage=Usage(prompt_tokens=1200, completion_tokens=300),
        latency_s=2.25,
    )
    with display(plain, Progress(lambda reply: None, lambda: 0.0), verbose=True) as observe:
        observe(Article(title="[A]", sections=3, passages=2, calls=4))
        for _ in range(REMARKS + 5):
            observe(Answered(planned=one, reply=reply))
        observe(Waiting(reason="rate_limited", wait_s=3, everyone=False))
        observe(Note(text="a note"))
    lines = plain.file.getvalue().splitlines()
    assert lines[0] == "read [A]: 3 sections, 2 passages, 4 calls"
    assert lines[1:-2] == ["answered A > 1 (t): 1,200 + 300 tokens, 2.2 s"] * (REMARKS + 5)
    assert lines[-2:] == ["rate limited: one call waits 3.0 s", "a note"]


def test_no_color_is_obeyed(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    console = Console(file=io.StringIO(), width=80, force_terminal=True)
    console.print(block(BUSY))
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]", console.file.getvalue())


def test_text_of_others_is_no_markup(plain):
    with display(plain, Progress(lambda reply: None, lambda: 0.0)) as observe:
        observe(Note(text="[bold]x[/] [/red]"))
    assert plain.file.getvalue() == "[bold]x[/] [/red]\n"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (7500, "2 h 5 min"), (200_000, "2 days")],
)
def test_durations(seconds, said):
    assert duration(seconds) == said


@pytest.mark.parametrize(
    ("amount", "said"), [(None, "cost unknown"), (0, "free"), (0.5, "$0.5000")]
)
def test_amounts(amount, said):
    assert money(amount) == said
