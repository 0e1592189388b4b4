"""Pairs as `prompt` and `completion` for base models, with a separator and a stop sequence."""

from __future__ import annotations

from generator.exporters import Exporter, ExportOptions
from generator.records import Json, Pair


class Completion(Exporter):
    """The format `completion`."""

    def row(self, pair: Pair, options: ExportOptions) -> dict[str, Json]:
        """The base context, the question and the separator; a blank, the answer and the stop."""
        return {"prompt": _prompt(pair, options), "completion": _completion(pair, options)}

    def conflict(self, pair: Pair, options: ExportOptions) -> str | None:
        """`contains_separator` or `contains_stop` where a text would end before its end.

        The finished row is looked at as well as its parts, since a text that ends in half a
        separator makes one more of it together with the real one.
        """
        prompt, completion = _prompt(pair, options), _completion(pair, options)
        if options.separator in completion or not _only_ends(prompt, options.separator):
            return "contains_separator"
        if options.stop in pair.prompt or not _only_ends(completion, options.stop):
            return "contains_stop"
        return None


def _prompt(pair: Pair, options: ExportOptions) -> str:
    return prompt_text(options.context(pair), pair.prompt, options)


def prompt_text(context: str, question: str, options: ExportOptions) -> str:
    """What a model that is tuned on such rows is asked; it answers up to the stop sequence."""
    return f"{context}{question}{options.separator}"


def _completion(pair: Pair, options: ExportOptions) -> str:
    return f" {pair.completion}{options.stop}"


def _only_ends(text: str, end: str) -> bool:
    return text.find(end) == len(text) - len(end)
