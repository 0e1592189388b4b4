"""What MediaWiki calls files, categories, redirects and magic words in every language.

The tables come from `names.json`, which `scripts/localized_names.py` makes from MediaWiki itself.
Names of all languages are recognised in every text: a wiki knows English names beside its own, and
a text from disk may come with the wrong language or none.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class Separators(NamedTuple):
    """How a language writes numbers."""

    group: str = ","
    decimal: str = "."


class Names(NamedTuple):
    """Localized names, all case-folded."""

    file: frozenset[str]
    category: frozenset[str]
    media: frozenset[str]
    languages: frozenset[str]
    """Prefixes of interlanguage links."""
    switches: frozenset[str]
    """Behaviour switches with their underscores: `__notoc__`."""
    redirects: tuple[str, ...]
    """Words after the `#` of a redirect, longest first."""
    image_options: frozenset[str]
    """Options of an image that are whole words, and those with a number, the number as `$1`."""
    functions: dict[str, str]
    """From any localized name of a function or variable to its English one."""
    template: frozenset[str]
    separators: dict[str, Separators]
    fallbacks: dict[str, str]


@cache
def names() -> Names:
    """The tables, read on first use (about 3 ms)."""
    data = json.loads((files(__package__) / "names.json").read_text(encoding="utf-8"))
    functions = {word: name for name, words in data["functions"].items() for word in words}
    return Names(
        file=frozenset(data["file"]),
        category=frozenset(data["category"]),
        media=frozenset(data["media"]),
        languages=frozenset(data["languages"]),
        switches=frozenset(data["switches"]),
        redirects=tuple(sorted(data["redirects"], key=len, reverse=True)),
        image_options=frozenset(word.casefold() for word in data["image_options"]),
        functions=functions | {name: name for name in data["functions"]},
        template=frozenset(data["template"]),
        separators={code: Separators(*signs) for code, signs in data["separators"].items()},
        fallbacks=data["fallbacks"],
    )


@cache
def separators(language: str) -> Separators:
    """Grouping and decimal signs of a language, `,` and `.` where MediaWiki has none of its own."""
    tables = names()
    seen: set[str] = set()
    while language and language not in seen:
        seen.add(language)
        if language in tables.separators:
            return tables.separators[language]
        language = tables.fallbacks.get(language, language.partition("-")[0])
    return Separators()
