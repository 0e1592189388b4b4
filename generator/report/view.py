"""What the page shows of each article: its map, its passages with marks, its pairs, all numbered."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Final
from unicodedata import bidirectional

from markupsafe import Markup, escape

from generator.report.matching import Passage, Span
from generator.report.outline import Block, Entry, heading, map_article
from generator.report.overview import cost_of, total_cost
from generator.report.page import clipped, printable
from generator.report.rows import ArticleRows, PageId, Row

LONGEST_TEXT: Final = 30_000
"""Characters of a passage that are shown; `outline.jsonl` has all."""
LONGEST_PAIR: Final = 4_000
"""Characters of a question, and of an answer, that are shown."""
LONGEST_NAME: Final = 300
_LANGUAGE = re.compile("[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True, kw_only=True)
class PairView:
    """One pair in the page."""

    number: int
    id: str
    prompt: str
    completion: Markup
    kind: str
    split: str
    """Empty for a rejected pair."""
    why: str
    """Check and reason of a rejected pair, else empty."""
    marks: str
    """What checks and judges have to say of a kept pair, else empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockView:
    """One passage in the page."""

    number: int
    heading: str
    text: Markup
    joined: str
    """Headings of short sections whose text is in here."""
    pairs: list[PairView]
    kept: int
    calls: int
    tokens: int
    cost: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """One section in the map."""

    name: str
    depth: int
    words: int
    kept: int
    rejected: int
    note: str
    is_gap: bool
    is_undone: bool
    target: int
    """Number of its first passage; 0 where it has none."""
    density: float | None
    """Kept pairs for a hundred words that were sent; None where none were."""
    sentences: float | None
    """Share of its sentences that pairs cover; None where that is not known."""
    numbers: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MapView:
    """The map of one article."""

    number: int
    id: PageId
    language: str
    direction: str
    """`ltr` or `rtl`."""
    lines: list[LineView]

    @property
    def kept(self) -> int:
        """Pairs in the dataset."""
        return sum(line.kept for line in self.lines)

    @property
    def gaps(self) -> int:
        """Sections without a kept pair."""
        return sum(line.is_gap for line in self.lines)

    @property
    def highest(self) -> int:
        """Most pairs of a section."""
        return max((line.kept + line.rejected for line in self.lines), default=0) or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleView:
    """One article with its passages and pairs."""

    number: int
    id: PageId
    language: str
    direction: str
    blocks: Iterator[BlockView]


def view_maps(articles: Iterable[ArticleRows], shown: Container[PageId]) -> Iterator[MapView]:
    """The maps of the articles that are shown, numbered as `view_articles` does."""
    numbers, blocks = count(1), count(1)
    for article in articles:
        if article.id in shown:
            yield MapView(
                number=next(numbers),
                id=article.id,
                language=_language(article.language),
                direction=_direction(article),
                lines=[_line(entry, blocks) for entry in map_article(article)],
            )


def view_articles(
    articles: Iterable[ArticleRows], shown: Container[PageId]
) -> Iterator[ArticleView]:
    """The articles that are shown; their blocks are to be used up one after the other."""
    numbers, blocks, pairs = count(1), count(1), count(1)
    for article in articles:
        if article.id in shown:
            yield ArticleView(
                number=next(numbers),
                id=article.id,
                language=_language(article.language),
                direction=_direction(article),
                blocks=(
                    _block(block, next(blocks), pairs)
                    for entry in map_article(article)
                    for block in entry.blocks
                ),
            )


def _language(code: str) -> str:
    """A language code that may stand in a page; empty for what is none."""
    return code if _LANGUAGE.fullmatch(code) else ""


def _direction(article: ArticleRows) -> str:
    """`rtl` where most letters at the beginning of the article run from right to left."""
    texts = (passage["text"] for row in article.sections for passage in row["passages"])
    kinds = Counter(map(bidirectional, next(texts, "")[:500]))
    return "rtl" if kinds["R"] + kinds["AL"] > kinds["L"] else "ltr"


def _line(entry: Entry, blocks: Iterator[int]) -> LineView:
    targets = [next(blocks) for _ in entry.blocks]
    return LineView(
        name=clipped(entry.path[-1] if entry.path else "Introduction", LONGEST_NAME),
        depth=min(len(entry.path), 6),
        words=entry.words,
        kept=entry.kept,
        rejected=entry.rejected,
        note=entry.note,
        is_gap=entry.is_gap,
        is_undone=entry.is_undone,
        target=targets[0] if targets else 0,
        density=entry.density,
        sentences=entry.covered("sentences"),
        numbers=entry.covered("numbers"),
    )


def _block(block: Block, number: int, numbers: Iterator[int]) -> BlockView:
    passage = Passage(block.text[:LONGEST_TEXT])
    pairs = [_pair(row, next(numbers), passage) for row in (*block.kept, *block.rejected)]
    part = f" ({block.part} of {block.parts})" if block.parts > 1 else ""
    return BlockView(
        number=number,
        heading=clipped(heading(block.section), LONGEST_NAME) + part,
        text=mark(block.text, passage.met(), LONGEST_TEXT),
        joined=", ".join(clipped(path[-1], LONGEST_NAME) for path in block.joined if path),
        pairs=pairs,
        kept=len(block.kept),
        calls=len(block.calls),
        tokens=sum(call["prompt_tokens"] + call["completion_tokens"] for call in block.calls),
        cost=total_cost(map(cost_of, block.calls)),
    )


def _pair(row: Row, number: int, passage: Passage) -> PairView:
    is_kept = "check" not in row
    matches = passage.matches(row["completion"][:LONGEST_PAIR])
    if is_kept:
        passage.meet(matches)
    return PairView(
        number=number,
        id=row["id"],
        prompt=clipped(row["prompt"], LONGEST_PAIR),
        completion=mark(row["completion"], [match.here for match in matches], LONGEST_PAIR),
        kind=row["kind"],
        split=row.get("split", ""),
        why="" if is_kept else clipped(f"{row['check']}: {row['reason']}", LONGEST_NAME),
        marks=clipped("; ".join(row.get("marks", ())), LONGEST_NAME),
    )


def mark(text: str, spans: Iterable[Span], longest: int) -> Markup:
    """A text of at most so many characters with these spans marked, escaped as any foreign text."""
    pieces: list[str] = []
    end = 0
    for span in spans:
        pieces += (_safe(text[end : span.start]), "<mark>")
        pieces += (_safe(text[span.start : span.end]), "</mark>")
        end = span.end
    rest = text[end:] if len(text) <= longest else clipped(text, longest)[end:]
    return Markup("".join((*pieces, _safe(rest))))


def _safe(text: str) -> str:
    return str(escape(printable(text)))
