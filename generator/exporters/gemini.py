"""Pairs as `contents` for the supervised tuning of Gemini on Google Cloud."""

from __future__ import annotations

from generator.exporters import Exporter, ExportOptions
from generator.records import Json, Pair


class Gemini(Exporter):
    """The format `gemini`."""

    def row(self, pair: Pair, options: ExportOptions) -> dict[str, Json]:
        """Turns of `user` and `model`; the system prompt stands beside them."""
        system: dict[str, Json] = (
            {"systemInstruction": _turn("system", options.system)} if options.system else {}
        )
        return {**system, "contents": [_turn("user", pair.prompt), _turn("model", pair.completion)]}


def _turn(role: str, text: str) -> Json:
    return {"role": role, "parts": [{"text": text}]}
