from __future__ import annotations

import json

import pytest

from generator.chat.prices import Price
from generator.cli.display import sentence
from generator.engine.events import (
    Answered,
    Article,
    Batched,
    Duplicate,
    Failed,
    Found,
    Listed,
    Missing,
    Waiting,
)
from generator.engine.plan import Planned
from generator.prompts import Template
from generator.records import Call, Failure, Message, Passage, Reply, Usage
from generator.telling.progress import Progress, Snapshot

TEMPLATE = Template(name="t", kind="basic", system="", user="{{ passage }}")


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def progress(clock):
    return Progress(lambda reply: None, clock)


def planned(article, number=0):
    call = Call(model="m", messages=(Message("user", f"{article} {number}"),))
    passage = Passage(article=article, section=(str(number),), text="Text.")
    return Planned(call=call, passage=passage, template=TEMPLATE, pairs=2)


def answered(article, number=0):
    pairs = [{"prompt": "Who?", "completion": "Ada."}, {"prompt": "When?", "completion": "1871."}]
    message = {"content": json.dumps({"pairs": pairs})}
    body = json.dumps({"choices": [{"message": message}]})
    one = planned(article, number)
    usage = Usage(prompt_tokens=10, completion_tokens=5)
    return Answered(planned=one, reply=Reply(call=one.call.digest, body=body, usage=usage))


def failed(article):
    one = planned(article)
    return Failed(planned=one, failure=Failure(call=one.call.digest, reason="timeout"))


def article(title, calls):
    return Article(title=title, sections=1, passages=1, calls=calls)


def test_answers_that_look_like_pairs_are_not_counted_where_none_are_asked_for(clock):
    progress = Progress(lambda reply: None, clock, asks_for_pairs=False)
    progress.take(answered("A"))
    shown = progress.snapshot()
    assert (shown.answered, shown.pairs, shown.is_pairs_estimate) == (1, 0, False)
    assert "pairs" not in sentence(shown)
    assert "0 pairs" in sentence(Snapshot(calls=1))


def test_an_article_is_done_when_no_call_of_it_is_left(progress):
    progress.take(Listed(titles=3))
    progress.take(article("A", 2))
    progress.take(Found(article="A", calls=2, answered=0))
    progress.take(answered("A", 0))
    assert progress.snapshot().articles == 0
    progress.take(failed("A"))
    assert progress.snapshot().articles == 1
    assert progress.snapshot().titles_done == 1


def test_an_article_whose_calls_are_planned_in_pieces_is_not_done_after_the_first(progress):
    progress.take(article("A", 3))
    progress.take(Found(article="A", calls=2, answered=2))
    assert progress.snapshot().articles == 0
    progress.take(Found(article="A", calls=1, answered=1))
    assert progress.snapshot().articles == 1


def test_a_call_that_leads_to_another_opens_its_article_again(progress):
    progress.take(article("A", 1))
    progress.take(Found(article="A", calls=1, answered=0))
    progress.take(answered("A", 0))
    progress.take(Found(article="A", calls=1, answered=0))
    assert progress.snapshot().articles == 0
    progress.take(answered("A", 1))
    assert progress.snapshot().articles == 1
    assert progress.snapshot().done == progress.snapshot().calls == 2


def test_calls_that_a_batch_is_done_with_count_once(progress):
    progress.take(Listed(titles=1))
    progress.take(Article(title="A", sections=4, passages=4, calls=8))
    progress.take(Batched(done=3))
    progress.take(Batched(done=6))
    assert (progress.snapshot().done, progress.snapshot().calls) == (6, 8)
    progress.take(Found(article="A", calls=8, answered=8))
    assert (progress.snapshot().done, progress.snapshot().articles) == (8, 1)


def test_titles_that_lead_nowhere_or_to_the_same_count_as_done(progress):
    progress.take(Listed(titles=4))
    progress.take(Missing(asked="X", kind="missing", detail=""))
    progress.take(Duplicate(asked="a", title="A"))
    assert progress.snapshot().titles_done == 2
    assert progress.snapshot().share == 0.5


def test_the_time_left_counts_articles_that_are_still_to_come(progress, clock):
    progress.take(Listed(titles=10))
    progress.take(article("A", 4))
    progress.take(Found(article="A", calls=4, answered=0))
    for number in range(4):
        clock.now += 10
        progress.take(answered("A", number))
    # Four calls in forty seconds, and nine more articles of four calls each.
    assert progress.snapshot().left_s == pytest.approx(360)


def test_calls_of_an_earlier_run_say_nothing_about_the_pace(progress, clock):
    progress.take(Listed(titles=1))
    progress.take(article("A", 110))
    progress.take(Found(article="A", calls=110, answered=100))
    clock.now += 5
    progress.take(answered("A"))
    assert progress.snapshot().left_s == pytest.approx(45)


def test_the_pace_is_that_of_the_last_ten_minutes(progress, clock):
    progress.take(Listed(titles=1))
    progress.take(article("A", 10_000))
    progress.take(Found(article="A", calls=10_000, answered=0))
    clock.now += 8 * 3600  # nothing came all night, then one a second
    for number in range(1000):
        clock.now += 1
        progress.take(answered("A", number))
    assert progress.snapshot().left_s == pytest.approx(9000, rel=0.05)


def test_a_wait_of_everyone_is_shown_until_it_is_over(progress, clock):
    progress.take(Waiting(reason="rate_limited", wait_s=30, everyone=True))
    assert progress.snapshot().wait_s == 30
    clock.now += 40
    assert progress.snapshot().wait_s == 0


def test_in_a_flood_of_replies_only_some_are_read_and_the_figure_says_so(progress, clock):
    progress.take(article("A", 100))
    for number in range(10):
        progress.take(answered("A", number))
    snapshot = progress.snapshot()
    assert (snapshot.pairs, snapshot.is_pairs_estimate) == (20, True)


def test_costs_add_up_until_one_is_unknown(clock):
    known = [Price(amount=0.5), Price(amount=0.25), None]
    progress = Progress(lambda reply: known.pop(0), clock)
    progress.take(answered("A", 0))
    progress.take(answered("A", 1))
    assert progress.snapshot().cost == 0.75
    progress.take(answered("A", 2))
    assert progress.snapshot().cost is None
