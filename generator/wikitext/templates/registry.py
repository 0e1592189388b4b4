"""The table of templates that carry text: what each shows, by name and language.

A template that only arranges its arguments is one line, `show("{2}", "lang")`; one that computes is
a function, `@template("convert", "cvt")`. A name without a language holds everywhere; a language's
own entry comes first, then those of the languages it falls back to. What is not in the table is left
out and counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from generator.wikitext.names import names
from generator.wikitext.options import Choice

Handler = Callable[["Use"], str | None]
"""Gives wikitext to show, None where the template shows nothing here."""

_HANDLERS: dict[tuple[str, str], Handler] = {}
_FAMILIES: dict[tuple[str, str], Handler] = {}
"""By the beginning of the name: `lang-` for `lang-de`, `lang-it`, …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One use of a template: its arguments are expanded when they are asked for."""

    name: str
    """As written on the page."""
    raw: Mapping[str, Callable[[], str]] = field(default_factory=dict)
    """Case-folded names, or numbers from 1, to what gives the expanded argument."""
    language: str = "en"
    title: str = ""
    """Of the page."""
    conversions: Choice = "drop"
    """Whether converted values are wanted beside what the page's authors wrote."""
    in_parentheses: bool = False
    """Whether it stands in a parenthesis that began on the same line."""

    def get(self, *keys: str) -> str:
        """Text of the first of these arguments that is not empty, else empty."""
        for key in keys:
            if key in self.raw and (text := self.raw[key]().strip()):
                return text
        return ""

    @property
    def positional(self) -> list[str]:
        """Unnamed arguments in order, up to the first one missing."""
        found: list[str] = []
        while (key := str(len(found) + 1)) in self.raw:
            found.append(self.raw[key]().strip())
        return found


def fold(name: str) -> str:
    """Template names are compared without case, underscores and a `Template:` in any language."""
    name = " ".join(name.replace("_", " ").split()).casefold()
    prefix, colon, rest = name.partition(":")
    return rest.lstrip() if colon and prefix.rstrip() in names().template else name


def template(*wanted: str, language: str = "") -> Callable[[Handler], Handler]:
    """Register a function as what these templates show; a name that ends in `*` is a family."""

    def register(handler: Handler) -> Handler:
        for name in wanted:
            table = _FAMILIES if name.endswith("*") else _HANDLERS
            table[language, name.rstrip("*").casefold()] = handler
        return handler

    return register


def show(pattern: str, *wanted: str, language: str = "") -> None:
    """Register templates that arrange their arguments.

    `{2}` is the second argument, `{text|1}` the one named text or else the first, and a stretch in
    square brackets is shown only when an argument in it is there: `{1}[ ({2}[, {3}])]`.
    """
    template(*wanted, language=language)(_arrangement(pattern))


def pack(language: str, patterns: dict[str, str]) -> None:
    """Register many templates at once: comma-separated names under the pattern that they show."""
    for pattern, listed in patterns.items():
        show(pattern, *(name.strip() for name in listed.split(",")), language=language)


def handler_for(name: str, language: str) -> Handler | None:
    """What shows a template of this folded name in a language."""
    for code in (*fallback_chain(language), ""):
        if handler := _HANDLERS.get((code, name)):
            return handler
    for code in (*fallback_chain(language), ""):
        for at in (index + 1 for index, letter in enumerate(name[:24]) if not letter.isalnum()):
            if handler := _FAMILIES.get((code, name[:at])):
                return handler
    return None


def fallback_chain(language: str) -> list[str]:
    """A language and those whose habits it follows: `als` -> als, gsw, de."""
    chain: list[str] = []
    while language and language not in chain:
        chain.append(language)
        language = names().fallbacks.get(language, language.rpartition("-")[0])
    return chain


_PART = re.compile(r"\{([^{}]+)\}|\[|\]|[^\[\]{}]+")


def _arrangement(pattern: str) -> Handler:
    parts = [
        (part[0], tuple(part[1].split("|")) if part[1] else ()) for part in _PART.finditer(pattern)
    ]

    def arrange(use: Use) -> str | None:
        # One level per open bracket: the pieces so far, and whether an argument was there.
        levels: list[list[str]] = [[]]
        there = [False]
        for literal, keys in parts:
            if keys:
                text = use.get(*keys)
                levels[-1].append(text)
                there[-1] = there[-1] or bool(text)
            elif literal == "[":
                levels.append([])
                there.append(False)
            elif literal == "]":
                inner, was_there = levels.pop(), there.pop()
                levels[-1] += inner if was_there else []
            else:
                levels[-1].append(literal)
        has_arguments = any(keys for _, keys in parts)
        return "".join(levels[0]) if there[0] or not has_arguments else None

    return arrange
