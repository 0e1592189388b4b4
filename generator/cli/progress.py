"""What a run has come to so far: sums over its events, and the time left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from generator.chat.prices import Price
from generator.chat.wire import message_text
from generator.engine.events import Answered, Article, Event, Failed, Found, Missing, Waiting
from generator.records import Reply
from generator.replies import read_reply


class Progress:
    """Takes events in, gives figures out; knows nothing of terminals."""

    def __init__(self, price: Callable[[Reply], Price | None], clock: Callable[[], float]) -> None:
        """`price` tells what a reply cost, None for unknown; `clock` gives seconds."""
        self._price = price
        self._clock = clock
        self._began: float | None = None
        self.articles = 0
        self.missing = 0
        self.calls = 0
        self.earlier = 0
        """Calls that had a reply before this run."""
        self.answered = 0
        self.failed: Counter[str] = Counter()
        self.pairs = 0
        self.tokens = 0
        self.cost: float | None = 0.0
        """None once a reply's price is unknown."""
        self.article = ""
        self.waiting = ""
        """What everyone waits for, empty while nobody has to."""
        self._waiting_until = 0.0
        self._passages: Counter[str] = Counter()

    def take(self, event: Event) -> None:
        """Add one event."""
        match event:
            case Found():
                if self._began is None:
                    self._began = self._clock()
                self.calls += event.calls
                self.earlier += event.answered
            case Article():
                self.articles += 1
                self.article = event.title
            case Missing():
                self.missing += 1
            case Answered():
                self._take_reply(event)
            case Failed():
                self.failed[event.failure.reason] += 1
            case Waiting(everyone=True):
                self.waiting = event.reason
                self._waiting_until = self._clock() + event.wait_s
            case _:
                pass

    @property
    def done(self) -> int:
        """Calls that need no more work."""
        return self.earlier + self.answered + self.failed.total()

    @property
    def sections(self) -> int:
        """Passages that at least one reply came in for, in this run."""
        return len(self._passages)

    @property
    def wait_s(self) -> float:
        """Seconds that everyone still has to wait."""
        return max(0.0, self._waiting_until - self._clock())

    @property
    def left_s(self) -> float | None:
        """Seconds to go at the pace so far; None before there is a pace."""
        finished = self.answered + self.failed.total()
        if self._began is None or not finished:
            return None
        pace = finished / max(self._clock() - self._began, 1e-6)
        return (self.calls - self.done) / pace

    def _take_reply(self, event: Answered) -> None:
        reply = event.reply
        self.answered += 1
        self._passages[event.planned.passage.id] += 1
        self.article = event.planned.passage.article
        self.tokens += reply.usage.prompt_tokens + reply.usage.completion_tokens
        read = read_reply(message_text(reply.body), finish_reason=reply.finish_reason)
        self.pairs += len(read.pairs)
        price = self._price(reply)
        if price is None or self.cost is None:
            self.cost = None
        else:
            self.cost += price.amount
