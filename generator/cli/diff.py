"""A page's wikitext with what the cleaner left out marked in it: in colour, or in brackets without."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rich.text import Text

from generator.wikitext.removed import Removed

SHOWN_CHARACTERS = 300
"""Of one removed stretch; an infobox or a table would fill screens."""
COLOURS = {
    "reference": "cyan",
    "template": "red",
    "table": "magenta",
    "file": "blue",
    "category": "green",
    "comment": "yellow",
}
"""By the first word of the kind; everything else is `OTHER`."""
OTHER = "bright_black"


class Stretch(NamedTuple):
    """A piece of wikitext, kept or removed."""

    text: str
    kind: str
    """Empty for what was kept."""


def stretches(wikitext: str, removed: Iterable[Removed]) -> Iterator[Stretch]:
    """The whole page in pieces, in order: put together again they are the page."""
    at = 0
    for one in removed:
        if one.start > at:
            yield Stretch(wikitext[at : one.start], "")
        yield Stretch(wikitext[one.start : one.end], one.kind)
        at = one.end
    if at < len(wikitext):
        yield Stretch(wikitext[at:], "")


def render(wikitext: str, removed: Iterable[Removed], *, in_colour: bool) -> Text:
    """The page with removed stretches struck out in the colour of their kind, or `[-kind: …-]`."""
    text = Text()
    for stretch in stretches(wikitext, removed):
        if not stretch.kind:
            text.append(stretch.text)
        elif in_colour:
            text.append(_shortened(stretch.text), style=f"{_colour(stretch.kind)} strike")
        else:
            text.append(f"[-{stretch.kind}: {_shortened(stretch.text)}-]")
    return text


def legend() -> Text:
    """Which colour stands for what."""
    text = Text("left out: ")
    for kind, colour in [*COLOURS.items(), ("other", OTHER)]:
        text.append(kind, style=f"{colour} strike")
        text.append("  ")
    return text


def _colour(kind: str) -> str:
    return COLOURS.get(kind.replace(":", " ").split()[0], OTHER)


def _shortened(text: str) -> str:
    if len(text) <= SHOWN_CHARACTERS:
        return text
    return f"{text[:SHOWN_CHARACTERS]} … ({len(text) - SHOWN_CHARACTERS:,} more characters)"
