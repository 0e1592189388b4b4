"""Pairs as `instruction`, `input` and `output`, as Stanford's Alpaca had them."""

from __future__ import annotations

from generator.exporters import Exporter, ExportOptions
from generator.records import Json, Pair


class Alpaca(Exporter):
    """The format `alpaca`."""

    def row(self, pair: Pair, options: ExportOptions) -> dict[str, Json]:
        """The question is the instruction; `system` is there only where there is a system prompt."""
        system: dict[str, Json] = {"system": options.system} if options.system else {}
        return {"instruction": pair.prompt, "input": "", "output": pair.completion, **system}
