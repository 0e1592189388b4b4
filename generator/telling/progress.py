"""How far a run has come: sums over its events, and the time left."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import fmean
from typing import NamedTuple

from generator.chat.prices import Price
from generator.chat.wire import message_text
from generator.engine.events import (
    Answered,
    Article,
    Batched,
    Began,
    Duplicate,
    Event,
    Failed,
    Found,
    Listed,
    Missing,
    Unselected,
    Waiting,
    Writing,
)
from generator.engine.flight import Flight
from generator.engine.foresight import count_ahead
from generator.records import Reply
from generator.replies import read_reply

READ_EVERY_S = 0.02
"""Reading a reply takes some 0.4 ms, a fifth of what a call costs in all; for a figure on a screen
fifty replies a second are enough, the others are taken to be like them."""
PACE_S = 600.0
"""The pace is that of the last ten minutes: a pause in the evening says nothing about the morning…"""
PACE_SHARE = 0.5
"""…and of the later half of a run that is younger: it begins with few calls at once."""
MARKS = 100
"""Points of a run at which its pace is noted, evenly over `PACE_S` or what there is of it."""
LATENCIES = 50
"""A call takes what the last so many took."""
ROUNDS = 8
"""After so many times what a call takes, the calls at once have grown to what they will be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """How far a run has come at one moment; what displays show and other processes can read."""

    is_writing: bool = False
    """True once the dataset is being put together."""
    titles: int = 0
    """Titles and files asked for; 0 where that is not known."""
    articles: int = 0
    """Articles of which no call is left to make."""
    missing: int = 0
    """Titles that cannot be had."""
    duplicates: int = 0
    """Titles that led to an article that was there already."""
    unselected: int = 0
    """Articles of which no section was selected."""
    calls: int = 0
    """Calls of the articles so far; articles to come will add to them."""
    ahead: int = 0
    """Further calls of these articles that replies to come are expected to lead to."""
    earlier: int = 0
    """Calls that had a reply before this run."""
    answered: int = 0
    """In this run; those that a batch is done with are among them while it is waited for."""
    failed: Mapping[str, int] = field(default_factory=dict)
    """Calls given up in this run, by reason."""
    pairs: int = 0
    """Pairs in the replies of this run, before checks."""
    is_pairs_estimate: bool = False
    """True where not every reply was read for it."""
    asks_for_pairs: bool = True
    """False where replies are answers or opinions, and there are no pairs to count."""
    tokens: int = 0
    cost: float | None = 0.0
    """In the currency of the price list, of this run; None once a reply's price is unknown."""
    article: str = ""
    """One that is being worked on."""
    waiting: str = ""
    """What everyone waits for, empty while nobody has to."""
    wait_s: float = 0.0
    left_s: float | None = None
    """Seconds to go at the pace of late; None before there is a pace."""

    @property
    def done(self) -> int:
        """Calls that need no more work."""
        return self.earlier + self.answered + sum(self.failed.values())

    @property
    def titles_done(self) -> int:
        """Titles and files that need no more work."""
        return self.articles + self.missing + self.duplicates + self.unselected

    @property
    def share(self) -> float:
        """The part of the work that is done, 0 to 1."""
        if self.titles > 1:
            return self.titles_done / self.titles
        return self.done / (self.calls + self.ahead) if self.calls else 0.0


class _Mark(NamedTuple):
    """How far a run was at one moment."""

    at: float
    finished: int
    flying: int
    age_s: float
    """Of the calls in flight, on average."""

    def work(self, latency_s: float) -> float:
        """In calls: those finished, and those in flight by how far they should have been."""
        share = min(1.0, self.age_s / latency_s) if latency_s else 0.0
        return self.finished + self.flying * share


class Progress:
    """Takes events in, from any thread, gives figures out; knows nothing of terminals."""

    def __init__(
        self,
        price: Callable[[Reply], Price | None],
        clock: Callable[[], float],
        *,
        asks_for_pairs: bool = True,
    ) -> None:
        """`price` tells what a reply cost, None for unknown; `clock` gives seconds, never backwards."""
        self._asks_for_pairs = asks_for_pairs
        self._price = price
        self._clock = clock
        self._lock = threading.Lock()
        self._is_writing = False
        self._titles = self._found = self._missing = self._duplicates = self._unselected = 0
        self._is_total_known = True
        self._calls = self._earlier = self._answered = self._batched = self._tokens = 0
        self._ahead = 0
        """Calls that those in the plan which have no reply are expected to lead to."""
        self._first = self._first_ahead = 0
        """Calls that articles were announced with and that had no reply, and what they were expected
        to lead to."""
        self._pairs = self._read = 0
        """Pairs in the replies that were read, and how many were."""
        self._read_at = float("-inf")
        self._failed: Counter[str] = Counter()
        self._cost: float | None = 0.0
        self._article = self._waiting = ""
        self._waiting_until = 0.0
        self._open: Counter[str] = Counter()
        """Calls not yet done, by article, for those found and not finished."""
        self._unplanned: Counter[str] = Counter()
        """Calls that an article was announced with and that are not in the plan yet."""
        self._marks: deque[_Mark] = deque()
        self._flight = Flight()
        self._latencies: deque[float] = deque(maxlen=LATENCIES)

    def take(self, event: Event) -> None:
        """Add one event."""
        # Read before the lock is taken: reading is what takes time, and needs nobody's figures.
        pairs: int | None = None
        if (
            self._asks_for_pairs
            and isinstance(event, Answered)
            and self._clock() - self._read_at >= READ_EVERY_S
        ):
            self._read_at = self._clock()
            pairs = _count_pairs(event.reply)
        with self._lock:
            if pairs is not None:
                self._pairs += pairs
                self._read += 1
            self._take(event)

    def snapshot(self) -> Snapshot:
        """The figures now."""
        with self._lock:
            return Snapshot(
                is_writing=self._is_writing,
                titles=self._titles,
                articles=self._found - len(self._open),
                missing=self._missing,
                duplicates=self._duplicates,
                unselected=self._unselected,
                calls=self._known_calls,
                ahead=round(self._expected),
                earlier=self._earlier,
                answered=self._answered + self._batched,
                failed=dict(self._failed),
                pairs=round(self._pairs * self._answered / max(1, self._read)),
                is_pairs_estimate=self._asks_for_pairs and self._read < self._answered,
                asks_for_pairs=self._asks_for_pairs,
                tokens=self._tokens,
                cost=self._cost,
                article=self._article,
                waiting=self._waiting,
                wait_s=max(0.0, self._waiting_until - self._clock()),
                left_s=self._left_s(),
            )

    # Inside: the lock is held ---------------------------------------------------------------------

    def _take(self, event: Event) -> None:
        match event:
            case Listed():
                self._titles = event.titles
                self._is_total_known = event.titles > 0
            case Article():
                self._found += 1
                self._unplanned[event.title] = self._open[event.title] = event.calls
                self._article = event.title
            case Missing():
                self._missing += 1
            case Duplicate():
                self._duplicates += 1
            case Unselected():
                self._unselected += 1
            case Began():
                self._flight = event.flight
            case Batched():
                self._batched = event.done
            case Found():
                self._batched = 0  # what batches have brought is found among the answered calls
                self._calls += event.calls
                self._earlier += event.answered
                self._look_ahead(event)
                self._plan(event.article, event.calls)
                self._finish(event.article, event.answered)
            case Answered():
                self._answered += 1
                self._ahead -= count_ahead(event.planned)
                self._latencies.append(event.reply.latency_s)
                self._add_cost(event.reply)
                self._article = event.planned.passage.article
                self._finish(self._article, 1)
            case Failed():
                self._failed[event.failure.reason] += 1
                self._ahead -= count_ahead(event.planned)
                self._finish(event.planned.passage.article, 1)
            case Waiting(everyone=True):
                self._waiting = event.reason
                self._waiting_until = self._clock() + event.wait_s
            case Writing():
                self._is_writing = True
            case _:
                pass
        self._mark()

    def _look_ahead(self, event: Found) -> None:
        self._ahead += event.ahead
        if self._unplanned[event.article] and not event.answered:
            self._first += event.calls
            self._first_ahead += event.ahead

    def _plan(self, article: str, calls: int) -> None:
        """Some of the calls that were announced, or further ones that a reply has led to."""
        announced = min(calls, self._unplanned[article])
        self._unplanned[article] -= announced
        if not self._unplanned[article]:
            del self._unplanned[article]
        self._open[article] += calls - announced

    def _finish(self, article: str, calls: int) -> None:
        self._open[article] -= calls
        if self._open[article] <= 0:
            del self._open[article]

    def _add_cost(self, reply: Reply) -> None:
        self._tokens += reply.usage.prompt_tokens + reply.usage.completion_tokens
        price = self._price(reply)
        if price is None or self._cost is None:
            self._cost = None
        else:
            self._cost += price.amount

    def _mark(self) -> None:
        """Note how far the run is, unless that was noted just before."""
        mark = self._now()
        if not self._marks:
            self._marks.append(mark)
        elif mark.at - self._marks[-1].at >= min(PACE_S, mark.at - self._marks[0].at) / MARKS:
            self._marks.append(mark)
            while mark.at - self._marks[1].at >= PACE_S:
                self._marks.popleft()

    def _now(self) -> _Mark:
        now = self._clock()
        return _Mark(now, self._finished, self._flight.calls, self._flight.age_s(now))

    @property
    def _finished(self) -> int:
        return self._answered + self._failed.total()

    @property
    def _latency_s(self) -> float:
        return fmean(self._latencies) if self._latencies else 0.0

    def _left_s(self) -> float | None:
        """Until the last call is sent at the pace of late, and then until the slowest is back."""
        now = self._now()
        if not self._is_total_known or not now.finished or not (pace := self._pace(now)):
            return None
        to_finish = max(0.0, self._calls_to_come() - now.finished)
        to_send = max(0.0, to_finish - now.flying)
        drain_s = max(self._latencies, default=0.0) if to_finish else 0.0
        if not to_send:
            drain_s = max(0.0, drain_s - now.age_s)
        return to_send / pace + drain_s

    def _pace(self, now: _Mark) -> float:
        """Calls a second, 0 before there is a pace."""
        latency_s = self._latency_s
        age_s = now.at - self._marks[0].at
        since = self._mark_before(now.at - max(PACE_SHARE * age_s, 2 * latency_s))
        took_s = now.at - since.at
        pace = (now.work(latency_s) - since.work(latency_s)) / took_s if took_s > 0 else 0.0
        if latency_s and age_s < ROUNDS * latency_s:
            # The calls at once are still growing; that many, each taking so long, make this pace.
            pace = max(pace, now.flying / latency_s)
        return pace

    def _mark_before(self, at: float) -> _Mark:
        """The last mark before a moment, else the first one."""
        earlier = [mark for mark in self._marks if mark.at <= at]
        return earlier[-1] if earlier else self._marks[0]

    def _calls_to_come(self) -> float:
        """Calls of the whole run that this run has to make, those of articles to come estimated."""
        known = self._known_calls + self._expected
        reached = self._found + self._missing + self._duplicates + self._unselected
        to_come = self._titles - reached
        return known - self._earlier + max(0, to_come) * known / max(1, self._found)

    @property
    def _expected(self) -> float:
        """Calls of later steps, those of calls that are not in the plan yet taken for the same on average."""
        each = self._first_ahead / self._first if self._first else 0.0
        return max(0.0, self._ahead + each * self._unplanned.total())

    @property
    def _known_calls(self) -> int:
        """Those in the plan, and those that articles were announced with."""
        return self._calls + self._unplanned.total()


def _count_pairs(reply: Reply) -> int:
    text = message_text(reply.body)
    return len(read_reply(text, finish_reason=reply.finish_reason).pairs)
