"""Which sections are asked about: patterns over heading paths, `Synopsis/**`.

A path is the headings from the top level down, with `/` between them. In a pattern `*` stands for any
text within one heading, `**` for any number of headings, also none, and `(lead)` is the text before
the first heading. Case, Unicode form and the number of blanks do not matter. A backslash takes the
meaning from the character after it: `AC\\/DC`, `\\*`, `\\(lead)`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from generator.records import Passage

LEAD = "(lead)"

Path = tuple[str, ...]

_TOKEN = re.compile(r"\\(.)|(\\)|(/)|(\*+)|([^\\/*]+)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Glob:
    """One heading of a pattern: stretches of text with anything between them."""

    stretches: tuple[str, ...]

    def matches(self, heading: str) -> bool:
        first, *rest = self.stretches
        if not rest:
            return heading == first
        *middle, last = rest
        if len(heading) < len(first) + len(last) or not heading.startswith(first):
            return False
        position = len(first)
        for stretch in middle:
            position = heading.find(stretch, position)
            if position < 0:
                return False
            position += len(stretch)
        return position <= len(heading) - len(last) and heading.endswith(last)


_ANY = None
"""`**` among the elements of a pattern."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A pattern as it was written, and what it means."""

    text: str
    elements: tuple[_Glob | None, ...]
    """None stands for any number of headings."""

    def matches(self, path: Path) -> bool:
        """Whether a section's path is meant; the lead has the empty path."""
        return _match(self.elements, tuple(_fold(heading).strip() for heading in path))


def _match(elements: Sequence[_Glob | None], path: Path) -> bool:
    """Keeps the places in the pattern at which it may be after each heading: linear in both."""
    places = _skip(elements, {0})
    for heading in path:
        stay = {place for place in places if place < len(elements) and elements[place] is _ANY}
        moved = {
            place + 1
            for place in places - stay
            if place < len(elements) and (glob := elements[place]) and glob.matches(heading)
        }
        places = _skip(elements, stay | moved)
    return len(elements) in places


def _skip(elements: Sequence[_Glob | None], places: set[int]) -> set[int]:
    """The places, and those behind every `**` that may stand for nothing."""
    todo = list(places)
    while todo:
        place = todo.pop()
        if place < len(elements) and elements[place] is _ANY and place + 1 not in places:
            places.add(place + 1)
            todo.append(place + 1)
    return places


def read_pattern(text: str) -> Pattern:
    """Read a pattern as people write it.

    Raises:
        ValueError: it cannot mean anything; the message says why and what to write.
    """
    if text.strip().casefold() == LEAD:
        return Pattern(text=text, elements=())
    elements: list[_Glob | None] = []
    for part in _parts(text):
        said = [one for one in part if one.text.strip()]
        if not said:
            raise ValueError(
                f"{text!r} has an empty heading: write 'A/B', and 'A/**' for all that is below"
            )
        elements.append(_ANY if said == [_ANY_TOKEN] else _glob(part))
    return Pattern(text=text, elements=tuple(elements))


class _Token(NamedTuple):
    """A stretch of text in a heading, or stars."""

    text: str
    are_stars: bool = False


_ANY_TOKEN = _Token("**", are_stars=True)


def _parts(text: str) -> list[list[_Token]]:
    """The tokens between the slashes."""
    parts: list[list[_Token]] = [[]]
    for escaped, backslash, slash, stars, plain in _TOKEN.findall(text):
        if backslash:
            raise ValueError(f"{text!r} ends with a backslash: write two for the character itself")
        if slash:
            parts.append([])
        elif stars:
            parts[-1].append(_Token("*" if len(stars) == 1 else "**", are_stars=True))
        else:
            parts[-1].append(_Token(escaped or plain))
    return parts


def _glob(tokens: Iterable[_Token]) -> _Glob:
    stretches = [""]
    for token in tokens:
        if token.are_stars:
            stretches.append("")
        else:
            stretches[-1] += token.text
    folded = [_fold(stretch) for stretch in stretches]
    folded[0] = folded[0].lstrip()
    folded[-1] = folded[-1].rstrip()
    return _Glob(stretches=tuple(folded))


def _fold(text: str) -> str:
    """What is the same in two spellings of a heading."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    return re.sub(r"\s+", " ", folded)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Sections to ask about: those that one of `include` means, all where it is empty, but no `skip`."""

    include: tuple[Pattern, ...] = ()
    skip: tuple[Pattern, ...] = ()

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        """All of them."""
        return self.include + self.skip

    def takes(self, path: Path) -> bool:
        """Whether a section is asked about."""
        is_in = not self.include or any(one.matches(path) for one in self.include)
        return is_in and not any(one.matches(path) for one in self.skip)

    def choose(self, passages: Iterable[Passage]) -> list[Passage]:
        """The passages that hold a section to ask about, each as it is.

        An article is cut first and chosen from afterwards, so that a passage, and with it what was
        paid for it, is the same whatever else is chosen. A section too short for a passage of its
        own stays with the neighbour that it was joined with.
        """
        if not self.patterns:
            return list(passages)
        return [
            one for one in passages if any(self.takes(path) for path in (one.section, *one.joined))
        ]


def select(include: Iterable[str], skip: Iterable[str]) -> Selection:
    """The selection of patterns as people write them; raises as `read_pattern` does."""
    return Selection(
        include=tuple(read_pattern(text) for text in include),
        skip=tuple(read_pattern(text) for text in skip),
    )


def write_path(path: Path) -> str:
    """The pattern that means exactly this section."""
    if not path:
        return LEAD
    text = "/".join(re.sub(r"[\\/*]", r"\\\g<0>", heading) for heading in path)
    return f"\\{text}" if text.strip().casefold() == LEAD else text
