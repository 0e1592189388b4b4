"""Datasets read article by article: memory holds one article, and some bytes for every section and article."""

from __future__ import annotations

import hashlib
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final, NamedTuple

from pydantic import BaseModel, TypeAdapter, ValidationError

from generator.deriving.records import Context, Material
from generator.errors import Misconfigured
from generator.exporters.folder import OUTLINE
from generator.exporters.info import PageRecord
from generator.exporters.rows_in import read_pages
from generator.exporters.source import ARTICLES, PAIRS, Source, read_source
from generator.marks import Marks
from generator.records import Page, Pair
from generator.splits import Group, group_of, group_of_page

TRAIN: Final = "train"
_PAIR = TypeAdapter(Pair)
_SPLIT = re.compile(r"[a-z][a-z0-9_]{0,39}")
"""A split becomes the name of a file."""
_FILES: Final = ("pairs", "conversations", "articles")
"""Names that files have that are no split."""


class _Passage(BaseModel):
    id: str
    text: str


class _Section(BaseModel):
    """A row of an outline."""

    article: str
    site: str
    page_id: int
    revision_id: int
    language: str
    section: tuple[str, ...]
    passages: list[_Passage] = []

    @property
    def group(self) -> Group:
        page = Page(site=self.site, title=self.article, page_id=self.page_id, wikitext="")
        return group_of_page(page, self.section)


class Range(NamedTuple):
    """Bytes of a file."""

    start: int
    end: int


@dataclass(kw_only=True)
class _Article:
    """Where the rows of an article lie."""

    dataset: int
    title: str
    pairs: list[Range] = field(default_factory=list)
    outline: list[Range] = field(default_factory=list)


class _Homes:
    """The split that each section belongs to: the training set, where any dataset trains on it."""

    def __init__(self) -> None:
        self._groups = Marks()
        self._found = array("B")
        self._names: list[str] = []

    def add(self, group: Group, split: str) -> None:
        if split not in self._names:
            self._names.append(split)
        number = self._names.index(split)
        mark = _mark(group)
        if self._groups.add(mark):
            self._found.append(number)
            return
        place = self._groups.find(mark)
        if place is not None and _rank(split) < _rank(self._names[self._found[place]]):
            self._found[place] = number

    def of(self, group: Group) -> str:
        place = self._groups.find(_mark(group))
        return "" if place is None else self._names[self._found[place]]


def _rank(split: str) -> tuple[bool, str]:
    return (split != TRAIN, split)


def _mark(value: Sequence[object]) -> bytes:
    return hashlib.sha256(repr(tuple(value)).encode("utf-8", "surrogatepass")).digest()[:16]


class Datasets:
    """Datasets that further ones are made of, in the order in which they were named."""

    def __init__(self, folders: Iterable[Path]) -> None:
        """Look through all of them once.

        Raises:
            Misconfigured: none is named, one is no dataset, or a line of it cannot be read.
        """
        self.folders = tuple(folders)
        if not self.folders:
            raise Misconfigured("name at least one dataset")
        self.sources: tuple[Source, ...] = tuple(map(read_source, self.folders))
        self.digests: dict[str, str] = {}
        """Path of each file that was read -> its SHA-256."""
        self._homes = _Homes()
        self._articles: dict[tuple[int, str], _Article] = {}
        for number in range(len(self.folders)):
            self._look_at_pairs(number)
        for number in range(len(self.folders)):
            self._look_at_outline(number)

    @property
    def articles(self) -> int:
        """How many there are; one in two datasets counts twice."""
        return len(self._articles)

    def titles(self) -> Iterator[str]:
        """Of all articles."""
        return (article.title for article in self._articles.values())

    def home(self, pair: Pair) -> str:
        """The split of the pair's section over all datasets."""
        return self._homes.of(group_of(pair))

    def pages(self) -> Iterator[PageRecord]:
        """The pages of all datasets, each once."""
        seen = Marks()
        for folder in self.folders:
            for page in read_pages(folder / ARTICLES):
                if seen.add(_mark([*page.key, page.url])):
                    yield page

    def materials(self) -> Iterator[Material]:
        """The articles one by one."""
        seen = Marks()
        for (number, identity), article in self._articles.items():
            left_out: Counter[str] = Counter()
            pairs = tuple(self._pairs(article, seen, left_out))
            yield Material(
                dataset=self.sources[number].name,
                identity=identity,
                title=article.title,
                pairs=pairs,
                contexts=tuple(self._contexts(article)),
                left_out=left_out,
            )

    def contexts(self) -> Iterator[Context]:
        """All passages that belong to a split, one by one, each once."""
        shown = Marks()
        for article in self._articles.values():
            yield from (one for one in self._contexts(article) if shown.add(_mark([one.id])))

    def _pairs(self, article: _Article, seen: Marks, left_out: Counter[str]) -> Iterator[Pair]:
        path = self.folders[article.dataset] / PAIRS
        for line in _lines(path, article.pairs):
            pair = _PAIR.validate_json(line)
            if pair.split != self.home(pair):
                # Its section is trained on, or another dataset has it in another split.
                left_out["section_in_another_split"] += 1
            elif not seen.add(_mark([pair.prompt, pair.completion, pair.split])):
                left_out["repeated"] += 1
            else:
                yield pair

    def _contexts(self, article: _Article) -> Iterator[Context]:
        source = self.sources[article.dataset]
        for line in _lines(self.folders[article.dataset] / OUTLINE, article.outline):
            section = _Section.model_validate_json(line)
            split = self._homes.of(section.group)
            for passage in section.passages if split else ():
                yield Context(
                    id=passage.id,
                    dataset=source.name,
                    identity=section.group.article,
                    article=section.article,
                    section=section.section,
                    text=passage.text.strip(),
                    language=section.language,
                    split=split,
                    site=section.site,
                    page_id=section.page_id,
                    revision_id=section.revision_id,
                )

    def _look_at_pairs(self, number: int) -> None:
        path = self.folders[number] / PAIRS
        for line, at, count in self._numbered(path):
            try:
                pair = _PAIR.validate_json(line)
            except ValidationError as exc:
                raise Misconfigured(f"{path}, line {count}: no pair; build it again") from exc
            if not _SPLIT.fullmatch(pair.split) or pair.split in _FILES:
                raise Misconfigured(f"{path}, line {count}: {pair.split!r} is no name of a split")
            group = group_of(pair)
            self._homes.add(group, pair.split)
            _extend(self._article(number, group, pair.article).pairs, at)

    def _look_at_outline(self, number: int) -> None:
        path = self.folders[number] / OUTLINE
        if not path.exists():
            return
        for line, at, count in self._numbered(path):
            try:
                section = _Section.model_validate_json(line)
            except ValidationError as exc:
                raise Misconfigured(f"{path}, line {count}: no section; build it again") from exc
            _extend(self._article(number, section.group, section.article).outline, at)

    def _article(self, number: int, group: Group, title: str) -> _Article:
        key = (number, group.article)
        if key not in self._articles:
            self._articles[key] = _Article(dataset=number, title=title)
        return self._articles[key]

    def _numbered(self, path: Path) -> Iterator[_Line]:
        digest, start = hashlib.sha256(), 0
        with _open(path) as file:
            for count, line in enumerate(file, start=1):
                digest.update(line)
                end = start + len(line)
                if line.strip():
                    yield _Line(line, Range(start, end), count)
                start = end
        self.digests[str(path)] = digest.hexdigest()


class _Line(NamedTuple):
    text: bytes
    at: Range
    number: int


def _extend(ranges: list[Range], at: Range) -> None:
    """Take in the next bytes; those that follow upon the last become one with them."""
    if ranges and ranges[-1].end == at.start:
        ranges[-1] = Range(ranges[-1].start, at.end)
    else:
        ranges.append(at)


def _lines(path: Path, ranges: Sequence[Range]) -> Iterator[bytes]:
    if not ranges:
        return
    with _open(path) as file:
        for start, end in ranges:
            file.seek(start)
            yield from filter(None, map(bytes.strip, file.read(end - start).split(b"\n")))


def _open(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as exc:
        raise Misconfigured(f"{path}: cannot be read: {exc.strerror}") from exc
