"""The store's memory of parameters that endpoints did not take, so that a dataset can say what it lacks."""

from __future__ import annotations

from generator.store.access import Access

_PUT = "INSERT OR IGNORE INTO unwanted_parameters VALUES (?, ?, ?)"
_GET = (
    "SELECT parameter FROM unwanted_parameters WHERE endpoint = ? AND model = ? ORDER BY parameter"
)


class Unwanted:
    """Parameters of one workspace's calls that were left out; a part of `Store`."""

    def __init__(self, access: Access) -> None:
        """Take what the store reads and writes with."""
        self._access = access

    def put(self, endpoint: str, model: str, parameter: str) -> None:
        """Remember one; returns before it is durable."""
        self._access.writer.put(_PUT, lambda: (endpoint, model, parameter))

    def of(self, endpoint: str, model: str) -> list[str]:
        """Those that an endpoint did not take with a model, by name."""
        return [name for (name,) in self._access.ask(_GET, (endpoint, model))]
