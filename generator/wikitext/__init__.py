"""Wikitext to an article of plain text in sections, as faithful as MediaWiki's own page."""

from __future__ import annotations

from generator.wikitext.article import clean
from generator.wikitext.bulk import clean_many
from generator.wikitext.options import CleanOptions
from generator.wikitext.passages import passages
from generator.wikitext.removed import Removed, removed_spans
from generator.wikitext.sentences import sentences

__all__ = [
    "CleanOptions",
    "Removed",
    "clean",
    "clean_many",
    "passages",
    "removed_spans",
    "sentences",
]
