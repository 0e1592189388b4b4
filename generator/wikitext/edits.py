"""Replacing stretches of a text without losing where everything came from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple


class Edit(NamedTuple):
    """A stretch of the old text and what stands there in the new one."""

    start: int
    end: int
    replacement: str
    kind: str = ""
    """What was left out, empty where nothing was."""


class Edited(NamedTuple):
    """A text after edits, with the way back."""

    text: str
    edits: list[Edit]
    ends: list[int]
    """Where each edit ends in the new text."""

    def origin(self, position: int) -> int:
        """Offset in the old text of an offset in the new one."""
        found = bisect_right(self.ends, position)
        if not found:
            before = position
        else:
            before = self.edits[found - 1].end + position - self.ends[found - 1]
        if found < len(self.edits):
            return min(before, self.edits[found].start)
        return before


def apply(text: str, edits: Iterable[Edit]) -> Edited:
    """Make edits that are in order and do not overlap."""
    done, pieces, ends, cursor, length = list(edits), [], [], 0, 0
    for edit in done:
        pieces += [text[cursor : edit.start], edit.replacement]
        length += edit.start - cursor + len(edit.replacement)
        ends.append(length)
        cursor = edit.end
    pieces.append(text[cursor:])
    return Edited("".join(pieces), done, ends)
