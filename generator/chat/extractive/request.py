"""What a call asks for: the header and the passage that the shipped templates put into the user message."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from generator.records import Message

LEAD = "Introduction"
"""What `Passage.heading` calls the text before the first heading."""

DEFAULT_PAIRS = {"basic": 6, "detailed": 2}
"""Pairs where the message does not say how many: about what the shipped templates ask of 120 words."""

MAX_PAIRS = 200
"""The most that a template can ask for."""

_FIELD = re.compile(r"^(Article|Section|Language|Kind|Pairs|Part): *(\S.*)$", re.MULTILINE)
_OPEN = re.compile(r"^[ \t]*<passage>[ \t]*$", re.MULTILINE)
_CLOSE = re.compile(r"^[ \t]*</passage>[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One call, understood."""

    title: str
    """Title of the article; empty where the message has none."""
    section: tuple[str, ...]
    """Path of the section; empty for the lead."""
    language: str
    """MediaWiki language code, lower case; empty where unknown."""
    is_detailed: bool
    pairs: int
    """The most that are wanted."""
    passage: str
    is_opening: bool
    """False for the later parts of a section that was too long for one call."""


def read_request(messages: Sequence[Message]) -> Request:
    """The request in the last user message; what it leaves out is filled in with defaults.

    Without the tags the passage is what follows the header; without both there is no passage, since
    a template's own words must never be asked about.
    """
    text = next((one.content for one in reversed(messages) if one.role == "user"), "")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    head, passage = _split(text)
    fields = {field[1]: field[2].strip() for field in _FIELD.finditer(head)}
    is_detailed = fields.get("Kind", "").lower() == "detailed"
    return Request(
        title=fields.get("Article", ""),
        section=_read_path(fields.get("Section", "")),
        language=fields.get("Language", "").lower(),
        is_detailed=is_detailed,
        pairs=_read_count(fields.get("Pairs", ""), is_detailed),
        passage=passage.strip(),
        is_opening=fields.get("Part", "1").split()[0] == "1",
    )


def _split(text: str) -> tuple[str, str]:
    """Header and passage. The first opening and the last closing tag count: look-alikes are text."""
    opening = _OPEN.search(text)
    if opening:
        closings = list(_CLOSE.finditer(text, opening.end()))
        end = closings[-1].start() if closings else len(text)
        return text[: opening.start()], text[opening.end() : end]
    lines = list(_FIELD.finditer(text))
    if not lines:
        return "", ""
    return text[: lines[-1].end()], text[lines[-1].end() :]


def _read_path(text: str) -> tuple[str, ...]:
    path = tuple(part.strip() for part in text.split(" > ") if part.strip())
    return () if path == (LEAD,) else path


def _read_count(text: str, is_detailed: bool) -> int:
    digits = re.match(r"[0-9]{1,6}", text)
    if not digits:
        return DEFAULT_PAIRS["detailed" if is_detailed else "basic"]
    return min(int(digits[0]), MAX_PAIRS)
