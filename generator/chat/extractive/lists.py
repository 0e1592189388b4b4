"""Sections that are one list."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.chat.extractive.candidates import Candidate
from generator.chat.extractive.prose import Prose
from generator.chat.extractive.request import Request
from generator.chat.extractive.wordings import Wordings
from generator.records import count_words

MAX_ITEM_CHARS = 200
"""Longer lines are no entries of a list."""


def find_list(
    request: Request, prose: Prose, wordings: Wordings, *, most: int, least: int = 0
) -> Iterator[Candidate]:
    """All entries of a section that is one list, where they are not too many words for an answer."""
    lines, text = prose.lines, prose.text.strip()
    if len(lines) < 3 or prose.paragraphs or not (request.section and request.is_opening):
        return
    entries = text[len(lines[0]) :].lstrip() if lines[0].endswith((":", "：")) else text
    # A blank line between entries may have the heading of a joined section behind it.
    if "\n\n" in entries or not all(map(_is_item, lines)):
        return
    if least <= count_words(text) <= most:
        topic = wordings.name_topic(request.title, request.section)
        yield Candidate(
            style="list", topic=topic, place=-1, blank="list", worth=8.0, completion=text
        )


def _is_item(line: str) -> bool:
    """Whether a line is a plain entry of a list, not a row of a table or a caption."""
    return (
        len(line) < MAX_ITEM_CHARS
        and 1 <= count_words(line) <= 25
        and not re.search(r"[<>{}|\\]|\S:\s.*;|https?:", line)
    )
