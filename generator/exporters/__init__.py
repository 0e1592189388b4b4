"""Exporters: a pair as a row for a tuning tool, one small file per format, behind one table."""

from __future__ import annotations

from typing import Protocol

from generator.exporters.options import ExportOptions
from generator.records import Json, Pair
from generator.registry import load

__all__ = ["EXPORTERS", "ExportOptions", "Exporter", "load_exporter"]


class Exporter(Protocol):
    """One format. Pure: the same pair and options give the same row."""

    def row(self, pair: Pair, options: ExportOptions) -> dict[str, Json]:
        """The pair as one JSON object."""
        ...

    def conflict(self, pair: Pair, options: ExportOptions) -> str | None:
        """Why the pair cannot be told in this format, a word to count by; None where it can."""
        ...


EXPORTERS: dict[str, str] = {
    "chat": "generator.exporters.chat:Chat",
    "completion": "generator.exporters.completion:Completion",
}
"""Format -> `module:attribute` of what makes an `Exporter` when called."""


def load_exporter(format: str) -> Exporter:
    """The exporter of a format in `EXPORTERS`, or of a `module:attribute` of one's own.

    Raises:
        Misconfigured: a format that is not there.
    """
    exporter: Exporter = load(format, EXPORTERS, what="format")()
    return exporter
