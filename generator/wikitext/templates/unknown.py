"""Templates that nobody knows but that wrap text of the article: lists in columns, long quotations.

Every wiki has its own names for these. Two shapes are safe to read without knowing the name: an
unnamed argument that is a list, and a template alone on its lines whose first argument is prose.
"""

from __future__ import annotations

import re

from mwparserfromhell.nodes import Template
from mwparserfromhell.wikicode import Wikicode

from generator.records import count_words

_LIST_ARGUMENT = re.compile(r"\|\s*[*#][^*#|]")
_PROSE_ARGUMENT = re.compile(r"\{\{[^|{}]*\|\s*[^|={}\s][^|={}]{60}")
_LIST = re.compile(r"\s*[*#][^\n]*\n[ \t]*[*#]")
_SHORTEST_QUOTATION = 20
"""Words. Notes to the reader above an article are shorter, block quotations rarely are."""


def may_wrap_text(text: str, start: int, end: int) -> bool:
    """A quick look that spares most templates being parsed."""
    if _is_alone(text, start, end) and _PROSE_ARGUMENT.match(text, start, end):
        return True
    return bool(_LIST_ARGUMENT.search(text, start, end))


def wrapped_text(template: Template) -> Wikicode | None:
    """The argument that is a list or long prose, None where there is none."""
    unnamed = [one.value for one in template.params if not one.showkey]
    for value in unnamed:
        if _LIST.match(str(value)):
            return value
    if unnamed and not template.has(2) and count_words(str(unnamed[0])) >= _SHORTEST_QUOTATION:
        return unnamed[0]
    return None


def _is_alone(text: str, start: int, end: int) -> bool:
    """Whether nothing else is on the lines of a template, but for the marker of a list or indent."""
    line = text.rfind("\n", max(0, start - 20), start) + 1
    line = line or max(0, start - 20)
    return not text[line:start].strip(" \t:*#") and text[end : end + 1] in {"", "\n"}
