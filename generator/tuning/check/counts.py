"""Whether there are enough examples, and not too many."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.tuning.check.findings import Spot
from generator.tuning.check.providers import Provider

FEW: Final = 50
"""OpenAI's guide: clear improvements from 50 to 100 examples on."""
ADVISED: Final = 200
"""From a few hundred on what is learnt grows with each doubling, said OpenAI's `prepare_data`."""
MOST_VALIDATION: Final = 1_000
"""Examples of a validation file that `prepare_data` wrote at most; more cost time and tell no more."""


def look_at_count(examples: int, provider: Provider) -> Iterator[Spot]:
    """`too_few`, `few`, `below_advised`, `too_many`."""
    if examples < provider.least_examples or not examples:
        least = max(provider.least_examples, 1)
        yield Spot("too_few", f"{examples:,}, {provider.title} takes {least:,} or more")
    elif examples < FEW:
        yield Spot("few", f"{examples:,}, advised are {FEW} to 100 to begin with")
    elif examples < ADVISED:
        yield Spot("below_advised", f"{examples:,} of {ADVISED}")
    if provider.most_examples and examples > provider.most_examples:
        yield Spot("too_many", f"{examples:,}, {provider.title} takes {provider.most_examples:,}")
