"""Pairs as chats: `{"messages": [...]}`, which OpenAI, Azure, TRL, Axolotl and others read."""

from __future__ import annotations

from generator.exporters import Exporter, ExportOptions
from generator.records import Json, Pair


class Chat(Exporter):
    """The format `chat`."""

    def row(self, pair: Pair, options: ExportOptions) -> dict[str, Json]:
        """A chat of the system prompt, where there is one, the question, and the answer."""
        *asked, answer = messages(pair, options)
        return {"messages": [*asked, {**answer, "weight": 1} if options.weight else answer]}


def messages(pair: Pair, options: ExportOptions) -> list[dict[str, Json]]:
    """The turns of a pair, the answer last."""
    system = [_message("system", options.system)] if options.system else []
    return [*system, _message("user", pair.prompt), _message("assistant", pair.completion)]


def _message(role: str, content: str) -> dict[str, Json]:
    return {"role": role, "content": content}
