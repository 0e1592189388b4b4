"""What can be asked about in a sentence: dates, years, numbers with their units, names, quotations."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.chat.extractive.dates import find_dates
from generator.chat.extractive.names import find_names
from generator.chat.extractive.quantities import find_quantities
from generator.chat.extractive.term import Term
from generator.chat.extractive.wordings import Wordings

_QUOTED = re.compile(
    r"[“„«「『《‘]([^“”„«»「」『』《》‘’\n]{3,40})[”“»」』》’]|\"([^\"\n]{3,40})\""
)


def find_terms(sentence: str, wordings: Wordings, names: frozenset[str]) -> list[Term]:
    """All terms of a sentence, none overlapping another, in the order of the text.

    `names` are the capital words that the passage also has in mid-sentence; see `collect_names`.
    """
    found: list[Term] = []
    for term in (
        *find_dates(sentence, wordings),
        *find_quantities(sentence, wordings),
        *find_names(sentence, wordings, names),
        *_find_quoted(sentence),
    ):
        if all(term.end <= one.start or one.end <= term.start for one in found):
            found.append(term)
    return sorted(found, key=lambda term: term.start)


def _find_quoted(sentence: str) -> Iterator[Term]:
    for match in _QUOTED.finditer(sentence):
        group = 1 if match[1] else 2
        yield Term(start=match.start(group), end=match.end(group), kind="term", worth=2.0)
