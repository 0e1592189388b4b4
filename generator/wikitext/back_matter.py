"""Headings of the sections at the end of an article that are not prose, in many languages."""

from __future__ import annotations

_HEADINGS = frozenset(
    """
    references|see also|external links|further reading|notes|footnotes|bibliography|sources
    """.strip().split("|")
)


def is_back_matter(heading: str) -> bool:
    """Whether a section of this title lists sources, notes or links."""
    return heading.casefold().strip() in _HEADINGS
