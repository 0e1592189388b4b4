"""What patterns of sections have found in the articles of a job, and what to say where it is nothing."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from generator.records import Article, Section
from generator.wikitext.selection import Pattern, Selection, write_path

REMEMBERED = 2_000
"""Different heading paths to find near ones among; a category of operas has some thousands."""
SHOWN = 3
"""Near headings that are named."""


class _Sight(IntEnum):
    """The best that a pattern has come to."""

    NOTHING = 0
    WITHOUT_TEXT = 1
    BACK_MATTER = 2
    TEXT = 3


@dataclass(frozen=True, slots=True)
class _Told:
    option: str
    pattern: Pattern


class Headings:
    """Looks at articles as they come, and remembers which patterns meant one of their sections."""

    def __init__(self, selection: Selection, *, back_matter: bool = False) -> None:
        """`back_matter` says whether sections like References are asked about."""
        self._back_matter = back_matter
        self._sights: dict[_Told, _Sight] = {
            _Told(option, pattern): _Sight.NOTHING
            for option, patterns in (
                ("--sections", selection.include),
                ("--skip-sections", selection.skip),
            )
            for pattern in patterns
        }
        self._known: dict[str, None] = {}

    def see(self, article: Article) -> None:
        """Look at the sections of an article."""
        if not self._sights:
            return
        for section in article.sections:
            if section.text and len(self._known) < REMEMBERED:
                self._known.setdefault(write_path(section.path))
            self._look(section)

    def _look(self, section: Section) -> None:
        sight = self._sight_of(section)
        for told, before in self._sights.items():
            if before < sight and told.pattern.matches(section.path):
                self._sights[told] = sight

    def _sight_of(self, section: Section) -> _Sight:
        if not section.text:
            return _Sight.WITHOUT_TEXT
        if section.is_back_matter and not self._back_matter:
            return _Sight.BACK_MATTER
        return _Sight.TEXT

    def remarks(self) -> Iterator[str]:
        """A sentence on each pattern that has not meant any text so far."""
        for told, sight in self._sights.items():
            said = f"{told.option} {told.pattern.text!r}"
            match sight:
                case _Sight.NOTHING:
                    yield f"{said} means no section{self._near(told.pattern)}"
                case _Sight.WITHOUT_TEXT:
                    below = f"{told.pattern.text}/**"
                    yield f"{said} means a heading without text of its own; try {below!r}"
                case _Sight.BACK_MATTER if told.option == "--sections":
                    yield f"{said} means back matter, which is left out: add --back-matter"
                case _:
                    pass

    def _near(self, pattern: Pattern) -> str:
        spelled = {name.casefold(): name for name in self._known}
        found = difflib.get_close_matches(pattern.text.casefold(), spelled, n=SHOWN, cutoff=0.4)
        if found:
            return f"; the nearest are {', '.join(repr(spelled[name]) for name in found)}"
        some = list(self._known)[:SHOWN]
        return f"; there are, for instance, {', '.join(map(repr, some))}" if some else ""
