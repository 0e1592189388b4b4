"""The store's memory of what endpoints take of a model: requests and tokens per minute, calls at once."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from generator.store.access import Access


@dataclass(frozen=True, slots=True, kw_only=True)
class LearntLimits:
    """What an endpoint takes of one model, all runs of the workspace together."""

    endpoint: str
    """A label without secrets."""
    model: str
    requests_per_minute: float | None = None
    """None where no limit was met."""
    tokens_per_minute: float | None = None
    is_told: bool = False
    """True where the endpoint names its requests per minute, False where they were found from its
    refusals; tokens are never found so."""
    at_once: int = 0
    """The most calls in flight that went well."""
    refused_at: int | None = None
    """Calls in flight that were too many; None where none were."""
    learnt_at: str
    """ISO 8601, UTC."""


_COLUMNS = [field.name for field in fields(LearntLimits)]
_PUT = f"INSERT OR REPLACE INTO limits ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"
_ALL = f"SELECT {', '.join(_COLUMNS)} FROM limits"


class LimitBook:
    """Learnt limits of one workspace; a part of `Store`."""

    def __init__(self, access: Access) -> None:
        """Take what the store reads and writes with."""
        self._access = access

    def put(self, learnt: LearntLimits) -> None:
        """Keep what was learnt in the place of what was known; returns before it is durable."""
        self._access.writer.put(_PUT, lambda: tuple(asdict(learnt).values()))

    def get(self, endpoint: str, model: str) -> LearntLimits | None:
        """What is known of a model at an endpoint."""
        rows = self._access.ask(f"{_ALL} WHERE endpoint = ? AND model = ?", (endpoint, model))
        return _from(rows[0]) if rows else None

    def all(self) -> list[LearntLimits]:
        """All that is known, the latest first."""
        return [_from(row) for row in self._access.ask(f"{_ALL} ORDER BY learnt_at DESC", ())]


def _from(row: Any) -> LearntLimits:
    values = dict(zip(_COLUMNS, row, strict=True))
    return LearntLimits(**{**values, "is_told": bool(values["is_told"])})
