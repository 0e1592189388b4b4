"""Cut an article into passages that a prompt can carry: no longer than a budget, not too short to ask."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from generator.records import Article, Passage, Section, count_words
from generator.wikitext.sentences import sentence_spans

MAX_WORDS = 900
"""About 1,200 tokens of English; see `count_words` for scripts without blanks."""
MIN_WORDS = 40
"""Two or three sentences: below that there is hardly a question that the heading does not answer."""


def passages(
    article: Article,
    *,
    max_words: int = MAX_WORDS,
    min_words: int = MIN_WORDS,
    back_matter: bool = False,
) -> list[Passage]:
    """Passages of an article in order; together they hold every section's text once, none overlap.

    A section over `max_words` is cut between paragraphs, else between sentences; only a sentence that
    is over the budget by itself is cut between words. A section under `min_words` is joined with its
    parent or its siblings while there is room, its heading on a line before it.
    """
    if not 0 < max_words or not 0 <= min_words:
        raise ValueError(
            f"max_words={max_words!r} must be positive, min_words={min_words!r} not negative"
        )
    kept = [one for one in article.sections if one.text and (back_matter or not one.is_back_matter)]
    occurrences = _occurrences(article.sections)
    found: list[Passage] = []
    for group in _join(kept, max_words, min(min_words, max_words)):
        first, *others = group
        parts = _cut(_text(group), max_words)
        found += (
            Passage(
                article=article.title,
                language=article.language,
                section=first.path,
                text=text,
                part=number,
                parts=len(parts),
                joined=tuple(one.path for one in others),
                occurrence=occurrences[first.index],
            )
            for number, text in enumerate(parts, start=1)
        )
    return found


def _occurrences(sections: Iterable[Section]) -> dict[int, int]:
    """How many sections with the same path there are up to each one, by index."""
    seen: Counter[tuple[str, ...]] = Counter()
    found: dict[int, int] = {}
    for one in sections:
        seen[one.path] += 1
        found[one.index] = seen[one.path]
    return found


def _text(group: list[Section]) -> str:
    first, *others = group
    return "\n\n".join([first.text, *(f"{one.title}\n{one.text}" for one in others)])


def _join(sections: list[Section], max_words: int, min_words: int) -> list[list[Section]]:
    """Group short sections with a parent or with siblings, first to the left, then to the right."""
    groups: list[list[Section]] = []
    for section in sections:
        last = groups[-1] if groups else []
        is_short = section.words < min_words and _is_parent(last, section)
        if last and (is_short or _words(last) < min_words) and _fits(last, [section], max_words):
            last.append(section)
        else:
            groups.append([section])
    return _join_leftovers(groups, max_words, min_words)


def _join_leftovers(
    groups: list[list[Section]], max_words: int, min_words: int
) -> list[list[Section]]:
    joined: list[list[Section]] = []
    for group in groups:
        is_short = _words(group) < min_words
        if joined and is_short and _fits(joined[-1], group, max_words):
            joined[-1] += group
        else:
            joined.append(group)
    return joined


def _fits(left: list[Section], right: list[Section], max_words: int) -> bool:
    return _are_related(left, right[0]) and _words(left) + _words(right) <= max_words


def _is_parent(group: list[Section], section: Section) -> bool:
    return any(one.index == section.parent for one in group)


def _are_related(group: list[Section], section: Section) -> bool:
    return _is_parent(group, section) or any(one.parent == section.parent for one in group)


def _words(group: list[Section]) -> int:
    return sum(one.words + count_words(one.title) for one in group)


def _cut(text: str, max_words: int) -> list[str]:
    """Parts of about equal size, each within the budget."""
    total = count_words(text)
    if total <= max_words:
        return [text]
    pieces = list(_pieces(text, max_words))
    parts = _pack(pieces, max_words, goal=max_words)
    even = _pack(pieces, max_words, goal=total / len(parts))
    return even if len(even) == len(parts) else parts


def _pack(pieces: list[Piece], max_words: int, goal: float) -> list[str]:
    """Fill parts with pieces; the n-th part ends near n times the goal, and none is over the budget."""
    parts: list[str] = []
    current, size, total = "", 0, 0
    for piece in pieces:
        # Counting again what is joined could differ by rounding in scripts without blanks: hence +1.
        is_full = size + piece.words + 1 > max_words
        if current and (is_full or total + piece.words / 2 > goal * (len(parts) + 1)):
            parts.append(current)
            current, size = "", 0
        current = f"{current}{piece.glue}{piece.text}" if current else piece.text
        size += piece.words
        total += piece.words
    return [*parts, current] if current else parts


class Piece(NamedTuple):
    """A paragraph, a sentence or a stretch of one, and what stands before it inside a part."""

    text: str
    glue: str
    words: int


def _pieces(text: str, max_words: int) -> Iterator[Piece]:
    """Paragraphs, sentences of long paragraphs, stretches of long sentences."""
    for paragraph in text.split("\n\n"):
        words = count_words(paragraph)
        if words <= max_words:
            yield Piece(paragraph, "\n\n", words)
            continue
        glue, cursor = "\n\n", 0
        for start, end in sentence_spans(paragraph):
            before = glue or paragraph[cursor:start]
            for stretch in _stretches(paragraph[start:end], max_words):
                yield Piece(stretch, before, count_words(stretch))
                before = " "
            glue, cursor = "", end


_CHUNK = re.compile(r"\S+\s*|\s+")


def _stretches(sentence: str, max_words: int) -> Iterator[str]:
    """A sentence within the budget as it is; another cut between words, or characters, as a last resort."""
    if count_words(sentence) <= max_words:
        yield sentence
        return
    current: list[str] = []
    size = 0
    for word in _CHUNK.findall(sentence):
        for bit in _bits(word, max_words):
            words = count_words(bit)
            if current and size + words + 1 > max_words:
                yield "".join(current).rstrip()
                current, size = [], 0
            current.append(bit)
            size += words
    yield "".join(current).rstrip()


def _bits(word: str, max_words: int) -> Iterator[str]:
    if count_words(word) <= max_words:
        yield word
        return
    for start in range(0, len(word), max_words):
        yield word[start : start + max_words]
