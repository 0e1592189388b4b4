"""Pairs as chats: `{"messages": [...]}`, which OpenAI, Azure, TRL, Axolotl and others read."""

from __future__ import annotations

from generator.exporters.options import ExportOptions
from generator.records import Json, Pair


class Chat:
    """The format `chat`."""

    def row(self, pair: Pair, options: ExportOptions) -> dict[str, Json]:
        """A chat of the system prompt, where there is one, the question, and the answer."""
        system = [_message("system", options.system)] if options.system else []
        return {
            "messages": [
                *system,
                _message("user", pair.prompt),
                _message("assistant", pair.completion),
            ]
        }

    def conflict(self, pair: Pair, options: ExportOptions) -> str | None:
        """Always None: a chat can hold any text."""
        return None


def _message(role: str, content: str) -> Json:
    return {"role": role, "content": content}
