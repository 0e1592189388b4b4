"""What training costs: a dated list, or the user's own price. What is not known is unknown, never 0."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from generator.tuning.check.providers import Provider, base_name

_LIST = Path(__file__).with_name("training_prices.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPrice:
    """A price for trained tokens."""

    per_million: float
    """USD."""
    date: str = ""
    """When it was looked up; empty for the user's own."""
    source: str = ""

    def cost(self, tokens: int) -> float:
        """Of so many trained tokens, in USD."""
        return tokens * self.per_million / 1_000_000


def training_price(provider: Provider, model: str, *, method: str = "supervised", own: float | None = None) -> TrainingPrice | None:  # fmt: skip
    """The price of a provider for a model; None where it is not known."""
    if own is not None:
        return TrainingPrice(per_million=own, source="your own price")
    if provider.is_free:
        return TrainingPrice(per_million=0.0, source="runs on this machine")
    listed = _prices().get(provider.name, {})
    amount = listed.get("per_million", {}).get(base_name(model))
    # Prices of other methods were never on the list.
    if amount is None or method != "supervised":
        return None
    return TrainingPrice(per_million=amount, date=listed["date"], source=listed["source"])


@cache
def _prices() -> dict[str, Any]:
    return tomllib.loads(_LIST.read_text(encoding="utf-8"))
