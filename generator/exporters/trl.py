"""Pairs as the dataset types of TRL: language modelling, prompt and completion, prompt alone.

Each is there plain, for base models, and as a chat. TRL's other types cannot be made of pairs; see
`NOT_FROM_PAIRS`.
"""

from __future__ import annotations

from generator.exporters import Exporter, ExportOptions
from generator.exporters.chat import messages
from generator.records import Json, Pair


class TrlChat(Exporter):
    """The format `trl-chat`: language modelling, as a chat."""

    def row(self, pair: Pair, options: ExportOptions) -> dict[str, Json]:
        """Question and answer in one list; trained on whole unless the trainer is told otherwise."""
        return {"messages": [*messages(pair, options)]}


class TrlText(Exporter):
    """The format `trl-text`: language modelling, plain."""

    def row(self, pair: Pair, options: ExportOptions) -> dict[str, Json]:
        """Question, a blank line, answer."""
        return {"text": f"{_plain_prompt(pair, options)}\n\n{pair.completion}"}


class TrlPromptCompletion(Exporter):
    """The format `trl-prompt-completion`: plain; the loss is on the completion alone."""

    def row(self, pair: Pair, options: ExportOptions) -> dict[str, Json]:
        """The completion begins with the blank that parts the two; the trainer adds the end."""
        return {"prompt": _plain_prompt(pair, options), "completion": f" {pair.completion}"}


class TrlChatPromptCompletion(Exporter):
    """The format `trl-chat-prompt-completion`: as a chat; the loss is on the answer alone."""

    def row(self, pair: Pair, options: ExportOptions) -> dict[str, Json]:
        """Two lists of messages."""
        *asked, answer = messages(pair, options)
        return {"prompt": [*asked], "completion": [answer]}


class TrlPromptOnly(Exporter):
    """The format `trl-prompt-only`: plain, for trainers that make the answers themselves."""

    def row(self, pair: Pair, options: ExportOptions) -> dict[str, Json]:
        """The column `answer` is handed to reward functions."""
        return {"prompt": _plain_prompt(pair, options), "answer": pair.completion}


class TrlChatPromptOnly(Exporter):
    """The format `trl-chat-prompt-only`: the same as a chat."""

    def row(self, pair: Pair, options: ExportOptions) -> dict[str, Json]:
        """The column `answer` is handed to reward functions."""
        return {"prompt": [*messages(pair, options)[:-1]], "answer": pair.completion}


def _plain_prompt(pair: Pair, options: ExportOptions) -> str:
    return f"{options.system}\n\n{pair.prompt}" if options.system else pair.prompt
