"""Pairs that a model wrote in another form than JSON: the forms, and which is tried first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from generator.records import RawPair
from generator.replies.findings import Finding, defect
from generator.replies.keys import is_ended
from generator.replies.labelled import read_labelled
from generator.replies.questions import read_questions
from generator.replies.tables import read_separated, read_table
from generator.replies.tags import read_tags

Form = Callable[[str, bool], list[Finding]]
"""Reads a text of one form; True says that its end may be missing. Empty where it is not that form."""

_FORMS: Final[tuple[Form, ...]] = (
    read_tags,
    read_table,
    read_separated,
    read_labelled,
    read_questions,
)
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[^\n`]*$", re.MULTILINE)
_QUOTE = re.compile(r"^[ \t]*>[ \t]?", re.MULTILINE)


def read_prose(text: str, *, is_cut: bool, is_complete: bool) -> Iterator[Finding]:
    """Yields what the first form finds that finds a pair.

    Nothing closes a pair in these forms, so the last one counts only if it may be whole: not where the
    endpoint says that the reply was cut, and, unless it says that it is complete, not where it alone
    stops short of the end of a sentence.
    """
    plain = _without_frame(text)
    for form in _FORMS:
        findings = form(plain, is_cut)
        if any(isinstance(finding, RawPair) for finding in findings):
            yield from findings if is_complete else _without_cut_end(findings)
            return


def _without_frame(text: str) -> str:
    """The text without fences and without the marks of a quotation round all of it."""
    fences = list(_FENCE.finditer(text))
    if len(fences) == 2:
        text = text[fences[0].end() : fences[1].start()]
    elif fences:
        text = _FENCE.sub("", text)
    lines = [line for line in text.split("\n") if line.strip()]
    if lines and all(line.lstrip().startswith(">") for line in lines):
        text = _QUOTE.sub("", text)
    return text


def _without_cut_end(findings: list[Finding]) -> list[Finding]:
    """Without the last pair where it alone does not end like a sentence."""
    pairs = [finding for finding in findings if isinstance(finding, RawPair)]
    last = pairs[-1]
    is_odd = not is_ended(last.completion) and all(is_ended(one.completion) for one in pairs[:-1])
    if len(pairs) < 2 or not is_odd or findings[-1] is not last:
        return findings
    return [*findings[:-1], defect("truncated", last.completion)]
