"""Pairs that a model wrote in another form than JSON: the forms, and which is tried first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from generator.records import RawPair
from generator.replies.findings import Finding, Found, defect
from generator.replies.keys import is_ended
from generator.replies.labelled import read_labelled
from generator.replies.questions import read_questions
from generator.replies.tables import read_separated, read_table
from generator.replies.tags import read_tags

Form = Callable[[str], Found]
"""Reads a text of one form; finds nothing in a text of another."""

_FORMS: Final[tuple[Form, ...]] = (
    read_tags,
    read_table,
    read_separated,
    read_labelled,
    read_questions,
)
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[^\n`]*$", re.MULTILINE)


def read_prose(text: str, *, is_cut: bool, is_complete: bool) -> Iterator[Finding]:
    """Yields what the first form finds that finds a pair.

    Most of these forms do not show where a pair ends. There the last one counts only if it may be
    whole: not where the endpoint says that the reply was cut, and, unless it says that the reply is
    complete, not where the last answer alone stops short of the end of a sentence.
    """
    plain = _without_frame(text)
    for form in _FORMS:
        found = form(plain)
        if any(isinstance(finding, RawPair) for finding in found.findings):
            if found.is_end_proven or is_complete:
                yield from found.findings
            else:
                yield from _without_cut_end(found.findings, is_cut=is_cut)
            return


def _without_frame(text: str) -> str:
    """The text without fences."""
    text = text.replace("\r\n", "\n")
    fences = list(_FENCE.finditer(text))
    if len(fences) == 2:
        text = text[fences[0].end() : fences[1].start()]
    elif fences:
        text = _FENCE.sub("", text)
    return text


def _without_cut_end(findings: list[Finding], *, is_cut: bool) -> list[Finding]:
    *before, last = findings
    if not isinstance(last, RawPair):
        return findings
    others = [finding for finding in before if isinstance(finding, RawPair)]
    stops_short = bool(others) and not is_ended(last.completion)
    if is_cut or (stops_short and all(is_ended(other.completion) for other in others)):
        return [*before, defect("truncated", last.completion)]
    return findings
