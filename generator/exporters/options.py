"""What can be set about the rows of an export."""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

from generator.errors import Misconfigured
from generator.names import nearest

VARIABLES = ("article", "section", "path")
"""What a base context may name; see `ExportOptions.base_context`."""


class Placed(Protocol):
    """Whatever belongs to a section of an article: a `Pair`, a question about one."""

    @property
    def article(self) -> str: ...
    @property
    def section(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, kw_only=True)
class ExportOptions:
    """Settings of the formats; each format uses those that concern it."""

    system: str = ""
    """System prompt of every chat; none where empty."""
    separator: str = "\n\n###\n\n"
    """Ends every prompt of the completion format, and occurs nowhere else."""
    stop: str = " END"
    """Ends every completion of the completion format, and occurs nowhere else in completions."""
    base_context: str = "Answer the following question about {article}, {section}:"
    """First line of every prompt of the completion format; none where empty.

    `{article}` is the title; `{section}` reads `Section Synopsis, subsection Act 1`, or
    `Introduction`; `{path}` is the same for other languages: `Synopsis > Act 1`. Braces of its own
    are doubled.
    """
    weight: bool = False
    """Give every answer of the format `chat` the weight 1, for tools that want it said."""
    base_model: str = "Qwen/Qwen2.5-0.5B-Instruct"
    """What the configurations of `axolotl` and `llama-factory` tune: a name on a hub, or a folder."""

    def __post_init__(self) -> None:
        """Raises Misconfigured for settings that cannot be, or cannot be together."""
        for name, value in asdict(self).items():
            if isinstance(value, str):
                _require_unicode(name, value)
        if not self.base_model.strip():
            raise Misconfigured("the base model is empty; give its name on a hub, or its folder")
        _require_variables(self.base_context)
        _require_distinct(self)

    def context(self, pair: Placed) -> str:
        """The base context of a pair, with the line break that ends it; empty where none is set."""
        if not self.base_context:
            return ""
        values = {
            "article": pair.article,
            "section": _section_words(pair.section),
            "path": " > ".join(pair.section) or "Introduction",
        }
        parsed = string.Formatter().parse(self.base_context)
        # Not str.format: a title such as `{section}` is a text and must stay one.
        return "".join(text + (values[name] if name else "") for text, name, _, _ in parsed) + "\n"


def _section_words(path: Sequence[str]) -> str:
    if not path:
        return "Introduction"
    return ", ".join([f"Section {path[0]}", *(f"subsection {heading}" for heading in path[1:])])


def _require_unicode(name: str, value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError as exc:
        raise Misconfigured(f"{name} {value!r} is not valid Unicode; type it again") from exc


def _require_variables(base_context: str) -> None:
    try:
        fields = list(string.Formatter().parse(base_context))
    except ValueError as exc:
        raise Misconfigured(
            f"base context {base_context!r}: {exc}; write {{{{ and }}}} for braces"
        ) from exc
    for _, name, spec, conversion in fields:
        if name is None:
            continue
        if name not in VARIABLES or spec or conversion:
            raise Misconfigured(
                f"base context: unknown variable {name!r}{nearest(name, VARIABLES)} "
                f"(known: {', '.join(f'{{{one}}}' for one in VARIABLES)})"
            )


def _require_distinct(options: ExportOptions) -> None:
    separator, stop = options.separator, options.stop
    if not separator:
        raise Misconfigured(r"the separator is empty; give a text such as '\n\n###\n\n'")
    if not stop.strip(" "):
        raise Misconfigured("the stop sequence is blank; give a text such as ' END'")
    if separator in stop or stop in separator:
        raise Misconfigured(
            f"separator {separator!r} and stop sequence {stop!r} contain each other; "
            "a model could not tell them apart"
        )
    literal = "".join(text for text, *_ in string.Formatter().parse(options.base_context))
    if options.base_context and separator in literal + "\n":
        raise Misconfigured(
            f"separator {separator!r} is part of the base context, which ends in a line break; "
            "choose another one"
        )
