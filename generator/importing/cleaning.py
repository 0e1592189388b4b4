"""Mends a text that people copied from elsewhere; every mending has a name and is counted."""

from __future__ import annotations

import html
import re
from typing import Final, NamedTuple

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b\ufeff\ufffe\uffff]")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_UNSHOWN: Final = (
    (re.compile("<!--"), re.compile("-->")),
    (re.compile(r"<script\b", re.IGNORECASE), re.compile(r"</script\s{0,20}>", re.IGNORECASE)),
    (re.compile(r"<style\b", re.IGNORECASE), re.compile(r"</style\s{0,20}>", re.IGNORECASE)),
)
"""Where what no reader sees begins and ends."""
_ITEM = re.compile(r"\s{0,20}<li\b[^<>]{0,1000}>\s*", re.IGNORECASE)
_BREAK = re.compile(
    r"\s{0,20}</?(?:p|br|div|ul|ol|tr|table|tbody|thead|h[1-6]|blockquote|pre|hr|section|article)\b[^<>]{0,1000}>\s*",
    re.IGNORECASE,
)
_TAG = re.compile(
    r"</?(?:p|br|b|i|u|s|em|strong|ref|div|span|sup|sub|li|ul|ol|h[1-6]|table|tbody|thead|tr|td|th|small|big|font|center|a|img|hr|blockquote|pre|section|article|html|body|label|mark|abbr|cite)\b[^<>]{0,1000}>",
    re.IGNORECASE,
)
_LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")
_BLANKS = re.compile(r"[^\S\n]+")
_ALIGNED = re.compile(r"^(?:\t|  )", re.MULTILINE)
_MANY_LINES = re.compile(r"\n{3,}")
_LINK = re.compile(r"(?:(?:https?|ftp)://|www\.)\S+", re.IGNORECASE)
_NOTHING: Final = frozenset({"nan", "null", "n/a", "#n/a", "<na>", "nil", "undefined"})
"""What programs write for a value that is not there."""


class Cleaned(NamedTuple):
    """A text and what was done to it."""

    text: str
    repairs: tuple[str, ...]


def clean(text: str) -> Cleaned:
    """The text without controls, HTML and stray blanks. Code in backticks keeps its tags and blanks."""
    repairs = []
    for name, mend in _MENDINGS:
        mended = mend(text)
        if mended != text:
            repairs.append(name)
            text = mended
    return Cleaned(text, tuple(repairs))


def is_nothing(text: str) -> bool:
    """Whether it stands for a value that is not there: `nan`, `null`."""
    return text.strip().casefold() in _NOTHING


def is_only_links(text: str) -> bool:
    """Whether nothing is left of a text without its addresses."""
    return bool(_LINK.search(text)) and not re.search(r"\w", _LINK.sub("", text))


def _without_controls(text: str) -> str:
    return _CONTROLS.sub("", text)


def _with_plain_line_ends(text: str) -> str:
    return _LINE_ENDS.sub("\n", text)


def _without_tags(text: str) -> str:
    if "<" not in text or "`" in text:
        return text
    for begin, end in _UNSHOWN:
        text = _without_stretches(text, begin, end)
    return _TAG.sub("", _BREAK.sub("\n", _ITEM.sub("\n- ", text)))


def _without_stretches(text: str, begin: re.Pattern[str], end: re.Pattern[str]) -> str:
    # Not one pattern for both: looking for an end that is not there, from every beginning, takes
    # time with the square of their number.
    kept, at = [], 0
    while (first := begin.search(text, at)) and (last := end.search(text, first.end())):
        kept.append(text[at : first.start()])
        at = last.end()
    return "".join((*kept, text[at:])) if kept or at else text


def _without_entities(text: str) -> str:
    if "&" not in text or "`" in text:
        return text
    # Twice: what was escaped by two programs, one after the other, reads `&amp;lt;`.
    for _ in range(2):
        text = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    return text


def _without_stray_blanks(text: str) -> str:
    text = text.strip()
    if "`" in text or _ALIGNED.search(text):
        return text
    lines = (_BLANKS.sub(" ", line).strip() for line in text.split("\n"))
    return _MANY_LINES.sub("\n\n", "\n".join(lines))


_MENDINGS: Final = (
    ("line_ends", _with_plain_line_ends),
    ("control_characters", _without_controls),
    ("html_tags", _without_tags),
    ("html_entities", _without_entities),
    ("escaped_html_tags", _without_tags),
    ("blanks", _without_stray_blanks),
)
