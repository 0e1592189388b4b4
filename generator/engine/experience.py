"""What a run learns about prompt files, for the estimates of later ones."""

from __future__ import annotations

from generator.engine.plan import Planned
from generator.records import Usage
from generator.store import Experience, Store

KEEP_EVERY = 200
"""Replies after which it is stored: losing as many in a crash changes no average."""

NOTHING = Experience(replies=0, pairs=0, estimated_tokens=0, prompt_tokens=0, completion_tokens=0)


class Gains:
    """Sums up usage by model and prompt file, and stores it now and then."""

    def __init__(self, store: Store) -> None:
        """Nothing is learnt yet."""
        self._store = store
        self._sums: dict[tuple[str, str], Experience] = {}
        self._added = 0

    def add(self, planned: Planned, usage: Usage, *, estimated: int) -> None:
        """Take in what one reply used; `estimated` are the tokens of its prompt as we had thought.

        A follow-up adds its tokens to those of the call that led to it, so that what a planned call
        takes in the end is known.
        """
        is_first = not (planned.halvings or planned.continuations or planned.redraws)
        key = planned.call.model, planned.template.label
        had = self._sums.get(key, NOTHING)
        self._sums[key] = Experience(
            replies=had.replies + is_first,
            pairs=had.pairs + is_first * planned.pairs,
            estimated_tokens=had.estimated_tokens + is_first * estimated,
            prompt_tokens=had.prompt_tokens + usage.prompt_tokens,
            completion_tokens=had.completion_tokens + usage.completion_tokens,
        )
        self._added += 1
        if self._added % KEEP_EVERY == 0:
            self.keep()

    def keep(self) -> None:
        """Store what was learnt since the last time."""
        for (model, template), gained in self._sums.items():
            self._store.put_experience(model, template, gained)
        self._sums.clear()
