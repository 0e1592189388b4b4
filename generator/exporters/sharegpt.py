"""Pairs as `conversations` of `human` and `gpt`, as ShareGPT had them."""

from __future__ import annotations

from generator.exporters import Exporter, ExportOptions
from generator.exporters.chat import messages
from generator.records import Json, Pair

NAMES = {"system": "system", "user": "human", "assistant": "gpt"}


class ShareGPT(Exporter):
    """The format `sharegpt`."""

    def row(self, pair: Pair, options: ExportOptions) -> dict[str, Json]:
        """The turns by these names; the system prompt, where there is one, comes first."""
        turns = messages(pair, options)
        return {
            "conversations": [
                {"from": NAMES[str(turn["role"])], "value": turn["content"]} for turn in turns
            ]
        }
