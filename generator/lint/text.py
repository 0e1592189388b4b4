"""Text as the rules about wording read it: blocks, sentences, and one form for all spellings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

# Accents of Latin letters, and the signs above and below Arabic ones; kana keep theirs.
_MARKS = re.compile("[\u0300-\u036f\u064b-\u0655\u0670\u0640]")
_APOSTROPHES = str.maketrans("’‘ʼ", "'''")


def fold(text: str) -> str:
    """The text in small letters, without accents, Arabic vowel signs and typographic apostrophes."""
    plain = _MARKS.sub("", unicodedata.normalize("NFD", text.casefold()))
    return unicodedata.normalize("NFC", plain).translate(_APOSTROPHES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph, a heading or an item of a list."""

    text: str
    start: int
    """Offset in the text that it was taken from."""
    is_item: bool
    is_heading: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of a block."""

    text: str
    start: int
    """Offset in the text that the block was taken from."""


_ITEM = re.compile(r"[ \t]*(?:[-*•‣–+・]|\(?\d{1,2}[.)、]|[a-z]\))[ \t]*(?=\S)")
_HEADING = re.compile(r"[ \t]*#{1,6}[ \t]+\S")
_OWN_LINE = re.compile(r"[ \t]*[\[{\"'“„«「『`]")
"""Examples stand on lines of their own, with no bullet before them."""
_ENDED = re.compile(r"[.!?:：。！？}\]\"”»」』`]\s*\Z")


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a text: cut at blank lines, headings, items and examples."""
    start, lines = 0, list[str]()
    place = 0
    for line in text.split("\n"):
        is_new = bool(_ITEM.match(line) or _HEADING.match(line) or _is_example(line, lines))
        ends_before = not line.strip() or is_new or (lines and _ends_alone(lines[-1]))
        if ends_before and lines:
            yield _block(lines, start)
            lines = []
        if line.strip():
            if not lines:
                start = place
            lines.append(line)
        place += len(line) + 1
    if lines:
        yield _block(lines, start)


def _is_example(line: str, before: list[str]) -> bool:
    """A line that begins with a quote or a bracket, and does not go on with the one before it."""
    return bool(_OWN_LINE.match(line)) and (not before or bool(_ENDED.search(before[-1])))


def _ends_alone(line: str) -> bool:
    """A heading, or a line that leads to a list, is over at its end."""
    return bool(_HEADING.match(line)) or line.rstrip().rstrip("*_").endswith((":", "："))


def _block(lines: list[str], start: int) -> Block:
    first = lines[0]
    return Block(
        text="\n".join(lines),
        start=start,
        is_item=bool(_ITEM.match(first) or _OWN_LINE.match(first)),
        is_heading=bool(_HEADING.match(first)),
    )


# A stop, but none after a short form, a single letter, or another stop.
_STOP = re.compile(
    r"(?<!\b\w)(?<!\betc)(?<!\bbzw)(?<!\busw)(?<!\bex)(?<!\bej)(?<!\bvs)(?<!\bcf)(?<!\.)[.!?؟](?=\s)"
    r"|[。！？]"
)


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of a text, block by block."""
    for block in blocks(text):
        yield from block_sentences(block)


def block_sentences(block: Block) -> Iterator[Sentence]:
    """The sentences of a block."""
    start = 0
    for match in _STOP.finditer(block.text):
        yield Sentence(text=block.text[start : match.end()], start=block.start + start)
        start = match.end()
    if block.text[start:].strip():
        yield Sentence(text=block.text[start:], start=block.start + start)
