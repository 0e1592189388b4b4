"""Pairs without labels: a numbered, bold or heading line that asks, and the lines below it that answer."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from generator.records import RawPair
from generator.replies.findings import Finding, Found, defect
from generator.replies.keys import QUESTION_MARKS, asks

_LINE = re.compile(
    r"[ \t]*(?P<number>\(?\d{1,4}[.)]\s+)?(?P<heading>#{1,6}\s+)?(?P<bold>\*\*|__)?"
    r"(?:\d{1,4}[.)]\s+)?(?P<text>\S.*)"
)
_ON_ONE_LINE = re.compile(
    rf"(?P<prompt>[^{QUESTION_MARKS}]+[{QUESTION_MARKS}])(?:\*\*|__)?\s*(?:[-–—:→]+\s*)?(?P<completion>\S.*)"
)
_RULE = re.compile(r"[ \t]*(?:-{3,}|\*{3,}|_{3,}|={3,})[ \t]*")
_LEAD = re.compile(r"^(?:[-–—→*+•]\s+)")
_MIN_PAIRS = 2
"""A single line that asks may be the model asking back."""


@dataclass(slots=True)
class _Item:
    prompt: str
    lines: list[str] = field(default_factory=list)


def read_questions(text: str) -> Found:
    """Reads items that all look alike: the line asks, what follows up to the next item answers."""
    items = _items(text.split("\n"))
    if len(items) < _MIN_PAIRS or not all(any(map(str.strip, item.lines)) for item in items[:-1]):
        return Found([])
    findings: list[Finding] = []
    for item in items:
        paragraphs = [
            part for part in re.split(r"\n[ \t]*\n", "\n".join(item.lines).strip()) if part
        ]
        # Only the first paragraph is sure to belong to the answer.
        answer = _LEAD.sub("", paragraphs[0].strip()) if paragraphs else ""
        if len(paragraphs) > 1 and item is not items[-1]:
            answer = "\n\n".join(part.strip() for part in paragraphs)
        findings.append(
            RawPair(prompt=item.prompt, completion=answer, repairs=("question_line",))
            if answer
            else defect("missing_completion", item.prompt)
        )
    return Found(findings)


def _items(lines: list[str]) -> list[_Item]:
    items: list[_Item] = []
    is_open = False
    for line in lines:
        item = _item(line)
        if item is not None:
            items.append(item)
            is_open = True
        elif _RULE.fullmatch(line):
            is_open = False
        elif is_open:
            items[-1].lines.append(line.strip())
    return items


def _item(line: str) -> _Item | None:
    match = _LINE.fullmatch(line)
    if match is None or not (match["number"] or match["heading"] or match["bold"]):
        return None
    text = match["text"].rstrip()
    bare = text.removesuffix("**").removesuffix("__") if match["bold"] else text
    if asks(bare):
        return _Item(bare.strip()) if bare.count("?") < 3 else None
    split = _ON_ONE_LINE.fullmatch(text)
    if split is None or asks(split["completion"]):
        return None
    return _Item(split["prompt"].strip(), [split["completion"].strip()])
