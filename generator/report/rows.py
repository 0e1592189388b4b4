"""Reads the files of a dataset folder side by side, one article at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from generator.errors import StoreError
from generator.exporters.folder import MEASURES, OUTLINE, PAIRS, REJECTED, SECTIONS

Row = Mapping[str, Any]


class PageId(NamedTuple):
    """What the rows of one article have in common."""

    site: str
    page_id: int
    revision_id: int
    article: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRows:
    """All rows of one article, in the order of their files."""

    id: PageId
    sections: list[Row]
    calls: list[Row]
    kept: list[Row]
    rejected: list[Row]
    measures: list[Row]
    """Of its sections; empty in datasets of older versions."""

    @property
    def pairs(self) -> int:
        """Pairs read from replies, kept or not."""
        return len(self.kept) + len(self.rejected)

    @property
    def language(self) -> str:
        """Code of the wiki's language."""
        return str(self.sections[0]["language"])


def page_id(row: Row) -> PageId:
    """The article that a row belongs to."""
    return PageId(row["site"], row["page_id"], row["revision_id"], row["article"])


def read_articles(files: Mapping[str, Path]) -> Iterator[ArticleRows]:
    """The articles of a dataset in order; memory holds one of them.

    Raises:
        StoreError: a file cannot be read, or is not what it should be.
    """
    outline = _Rows(files[OUTLINE])
    others = [_Rows(files.get(name)) for name in (SECTIONS, PAIRS, REJECTED, MEASURES)]
    while (id := outline.next_id()) is not None:
        sections = outline.take(id)
        calls, kept, rejected, measures = (rows.take(id) for rows in others)
        yield ArticleRows(
            id=id, sections=sections, calls=calls, kept=kept, rejected=rejected, measures=measures
        )


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of one file.

    Raises:
        StoreError: it cannot be read, or is not what it should be.
    """
    try:
        with path.open(encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)
    except (OSError, ValueError) as exc:
        raise StoreError(
            f"{path}: cannot be read as rows ({exc}); build the dataset again, which is free"
        ) from exc


class _Rows:
    """One file, read until the article changes; no file is an empty one."""

    def __init__(self, path: Path | None) -> None:
        self._rows = read_rows(path) if path is not None else iter(())
        self._next = next(self._rows, None)

    def next_id(self) -> PageId | None:
        return None if self._next is None else page_id(self._next)

    def take(self, id: PageId) -> list[Row]:
        taken: list[Row] = []
        while self._next is not None and page_id(self._next) == id:
            taken.append(self._next)
            self._next = next(self._rows, None)
        return taken
