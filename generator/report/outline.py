"""An article as a map: its sections in order, the pairs of each, and why there are none where none are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from generator.records import count_words
from generator.report.rows import ArticleRows, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One passage with its calls and pairs."""

    id: str
    section: tuple[str, ...]
    part: int
    parts: int
    joined: tuple[tuple[str, ...], ...]
    text: str
    calls: tuple[Row, ...]
    kept: tuple[Row, ...]
    rejected: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One section of the map."""

    path: tuple[str, ...]
    words: int
    blocks: tuple[Block, ...]
    note: str
    """What is to be known of it: why it has no pairs, or what is not done; else empty."""
    is_gap: bool
    """True where pairs were wanted and none is kept."""
    measures: Row | None = None
    """What its pairs cover, where that was measured."""

    @property
    def is_undone(self) -> bool:
        """True where a call about it is not done."""
        return any(call["status"] != "done" for block in self.blocks for call in block.calls)

    @property
    def kept(self) -> int:
        """Pairs in the dataset."""
        return sum(len(block.kept) for block in self.blocks)

    @property
    def rejected(self) -> int:
        """Pairs that were left out."""
        return sum(len(block.rejected) for block in self.blocks)

    @property
    def density(self) -> float | None:
        """Kept pairs for a hundred words that were sent; None where none were."""
        sent = sum(count_words(block.text) for block in self.blocks)
        return 100 * self.kept / sent if sent else None

    def covered(self, what: str) -> float | None:
        """Share of its `sentences` or `numbers` that pairs cover; None where that is not known."""
        if self.measures is None or not self.measures[what]:
            return None
        return float(self.measures[f"covered_{what}"] / self.measures[what])


def map_article(article: ArticleRows) -> list[Entry]:
    """The sections of an article in order."""
    calls, kept, rejected = (
        _by_passage(rows) for rows in (article.calls, article.kept, article.rejected)
    )
    joined_with = {
        tuple(path): row["section"]
        for row in article.sections
        for passage in row["passages"]
        for path in passage["joined"]
    }
    measured = {row["passage"]: row for row in article.measures}
    entries = []
    for row in article.sections:
        path = tuple(row["section"])
        blocks = tuple(
            Block(
                id=passage["id"],
                section=path,
                part=passage["part"],
                parts=passage["parts"],
                joined=tuple(tuple(one) for one in passage["joined"]),
                text=passage["text"],
                calls=tuple(calls[passage["id"]]),
                kept=tuple(kept[passage["id"]]),
                rejected=tuple(rejected[passage["id"]]),
            )
            for passage in row["passages"]
        )
        is_gap = bool(blocks) and not any(block.kept for block in blocks)
        note = _note(blocks) if blocks else _why_not_asked(row, joined_with.get(path))
        entries.append(
            Entry(
                path=path,
                words=row["words"],
                blocks=blocks,
                note=note,
                is_gap=is_gap,
                measures=measured.get(blocks[0].id) if blocks else None,
            )
        )
    return entries


def heading(path: Iterable[str]) -> str:
    """A path as people read it."""
    return " › ".join(path) or "Introduction"


def _by_passage(rows: Iterable[Row]) -> defaultdict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["passage"]].append(row)
    return found


def _why_not_asked(row: Row, joined_with: list[str] | None) -> str:
    if joined_with is not None:
        return f"asked about with {joined_with[-1] if joined_with else 'Introduction'}"
    if not row["words"]:
        return ""
    return "back matter, not asked about" if row["is_back_matter"] else "not asked about"


def _note(blocks: tuple[Block, ...]) -> str:
    said = _said(call for block in blocks for call in block.calls)
    if any(block.kept for block in blocks):
        return "; ".join(said)
    if any(block.rejected for block in blocks):
        said.insert(0, "all pairs were rejected")
    elif not any(block.calls for block in blocks):
        said.insert(0, "not asked about")
    return "; ".join(said) or "the replies hold no pairs"


def _said(calls: Iterable[Row]) -> list[str]:
    """How calls ended that are not simply done, with the prompt files that they came of."""
    names: defaultdict[str, list[str]] = defaultdict(list)
    for call in calls:
        if ending := _ending(call):
            names[ending].append(template_name(call))
    return [f"{', '.join(dict.fromkeys(found))}{ending}" for ending, found in names.items()]


def _ending(call: Row) -> str:
    """How a call ended where it is not simply done, as it follows on the name of its prompt file."""
    state = "" if call["status"] == "done" else f" {call['status']}"
    reason = str(call["reason"]).replace("_", " ")
    return f"{state}: {reason}" if reason else state


def template_name(row: Row) -> str:
    """Name of the prompt file that a row came of, without its digest."""
    return str(row["template"]).partition("@")[0]
