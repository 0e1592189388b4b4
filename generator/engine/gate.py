"""How many calls may be in flight at once: more with every success, fewer when an endpoint refuses."""

from __future__ import annotations

import asyncio

START_AT_ONCE = 100
"""Calls at once to begin with, before an endpoint has shown what it takes; doubled with every round
of replies, 1,000 are reached in four rounds."""
EASE_OFF = 0.6
"""Factor on calls at once when an endpoint says that it is too much."""
NEAR = 0.9
"""From this share of what was refused on, the gate opens slowly; until there in a round or two."""
BEYOND = 1.1
"""Where so much more than was refused goes well, the refusal is forgotten."""
SLOWLY = 0.02
"""Growth with every round of replies near a refusal, and at least half a call."""


class Gate:
    """Calls at once. `inside` counts those that wait for their pace as well."""

    def __init__(self, most: int) -> None:
        """At most `most` at once; starts at `START_AT_ONCE` or below."""
        self._most = most
        self.allowed = float(min(most, START_AT_ONCE))
        self.inside = 0
        self.held = 0
        """The most calls in flight that went well."""
        self.refused_at: int | None = None
        """Calls in flight when the endpoint said that it is too much."""
        self._changed = asyncio.Condition()

    def start_from(self, held: int, refused_at: int | None) -> None:
        """Take what was learnt before."""
        self.held, self.refused_at = held, refused_at
        wanted = max(held, START_AT_ONCE) if refused_at is None else min(held, NEAR * refused_at)
        self.allowed = max(1.0, min(float(self._most), wanted))

    async def enter(self) -> None:
        """Return when there is room for one more."""
        async with self._changed:
            while self.inside >= int(self.allowed):
                await self._changed.wait()
            self.inside += 1

    async def leave(self) -> None:
        """Make room."""
        async with self._changed:
            self.inside -= 1
            self._changed.notify(max(1, int(self.allowed) - self.inside))

    def praise(self, in_flight: int) -> None:
        """A call went well while so many were in flight."""
        self.held = max(self.held, in_flight)
        if 2 * in_flight < self.allowed:
            return  # it is not the gate that holds calls back
        self.allowed = min(float(self._most), self.allowed + self._step())
        if self.refused_at is not None and in_flight > BEYOND * self.refused_at:
            self.refused_at = None

    def refuse(self, in_flight: int) -> bool:
        """The endpoint says that it is too much; False where as many at once have gone well."""
        if self.refused_at is not None and in_flight < NEAR * self.refused_at:
            return False
        self.refused_at = in_flight
        self.held = min(self.held, in_flight)
        self.allowed = max(1.0, EASE_OFF * min(self.allowed, in_flight))
        return True

    def _step(self) -> float:
        if self.refused_at is None or self.allowed < NEAR * self.refused_at:
            return 1.0
        return max(0.5 / self.allowed, SLOWLY)
