"""From wikitext lines to paragraphs: lists, indents, poems and rules."""

from __future__ import annotations

import re

from generator.wikitext.marks import HOLE, POEM_CLOSE, POEM_OPEN

_LIST = re.compile(r"([*#:;]+)[ \t]*")
_RULE = re.compile(r"-{4,}")
_TERM = re.compile(r"(?m)^[*#:;]*;[^\n]*")
_COLON = re.compile(r"\[\[[^\[\]\n]*\]\]|\[[^\[\]\n]*\]|://|:")
# Ideographs, kana and full-width forms, which are written without blanks between lines.
_UNSPACED = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")


def split_terms(text: str) -> str:
    """Give the definition in `;term: definition` a line of its own."""
    return _TERM.sub(_split_term, text) if ";" in text else text


def _split_term(found: re.Match[str]) -> str:
    line = found[0]
    marker = len(line) - len(line.lstrip("*#:;"))
    for colon in _COLON.finditer(line, marker):
        if colon[0] == ":":
            term, definition = line[: colon.start()].rstrip(), line[colon.end() :].lstrip()
            return f"{term}\n{line[: marker - 1]}:{definition}"
    return line


class Paragraphs:
    """Collects lines into blocks: paragraphs are joined, lists and poems keep their lines."""

    def __init__(self, *, markers: bool) -> None:
        self._markers = markers
        self._blocks: list[list[str]] = [[]]
        self._is_open = False
        """Whether the last line was running text, which the next one continues."""
        self._in_poem = False

    def add(self, raw: str) -> None:
        """Take the next line."""
        if POEM_OPEN in raw:
            self._in_poem, raw = True, raw.replace(POEM_OPEN, "")
        is_last = POEM_CLOSE in raw
        self._add(raw.replace(POEM_CLOSE, "") if is_last else raw)
        self._in_poem = self._in_poem and not is_last

    def _add(self, raw: str) -> None:
        if found := _LIST.match(raw):
            self._item(found[1], raw[found.end() :].rstrip())
        elif found := _RULE.match(raw):
            self._break()
            self._running(raw[found.end() :].strip())
        elif not raw.replace(HOLE, "").strip():
            self._break()
        elif self._in_poem or raw[0] == " ":
            self._own(raw.strip())
        else:
            self._running(raw.strip())

    def _item(self, marker: str, text: str) -> None:
        if not text.replace(HOLE, "").strip():
            return
        is_item = marker[-1] in "*#"
        self._own(f"{'  ' * (len(marker) - 1)}- {text}" if self._markers and is_item else text)

    def _own(self, line: str) -> None:
        self._blocks[-1].append(line)
        self._is_open = False

    def _running(self, line: str) -> None:
        if not line:
            return
        if self._is_open:
            before = self._blocks[-1].pop()
            joint = "" if _UNSPACED.match(before[-1]) and _UNSPACED.match(line) else " "
            line = f"{before}{joint}{line}"
        self._blocks[-1].append(line)
        self._is_open = True

    def _break(self) -> None:
        if self._blocks[-1]:
            self._blocks.append([])
        self._is_open = False

    def text(self) -> str:
        """All blocks, separated by blank lines."""
        return "\n\n".join("\n".join(block) for block in self._blocks if block)


def paragraphs(text: str, *, markers: bool) -> str:
    """Paragraphs of a text whose links and tags are gone."""
    collected = Paragraphs(markers=markers)
    for line in text.split("\n"):
        collected.add(line)
    return collected.text()
