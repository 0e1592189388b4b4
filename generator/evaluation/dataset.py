"""A dataset folder as an evaluation and a question want it: pairs, passages, and the manner of its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pydantic import BaseModel, ValidationError

from generator.errors import Misconfigured
from generator.evaluation.manner import Manner, Place, manner_of
from generator.exporters.folder import OUTLINE
from generator.exporters.manifest import MANIFEST
from generator.exporters.rows_in import PairsIn
from generator.exporters.source import PAIRS, Source, read_source
from generator.names import nearest
from generator.records import Pair, Passage


class _Passage(BaseModel):
    id: str
    text: str
    part: int = 1
    parts: int = 1


class _Section(BaseModel):
    """A row of an outline."""

    article: str
    language: str
    section: tuple[str, ...]
    passages: list[_Passage] = []


@dataclass(frozen=True, kw_only=True)
class Material:
    """All of a dataset; memory holds its pairs and its passages."""

    folder: Path
    source: Source
    pairs: Sequence[Pair]
    passages: Mapping[str, Passage] = field(default_factory=dict)
    """By id, in the order of the outline; empty where the dataset has none, as an imported one."""
    digest: str = ""
    """SHA-256 of the pairs."""

    @property
    def name(self) -> str:
        """Of the dataset."""
        return self.source.name

    @cached_property
    def articles(self) -> tuple[str, ...]:
        """Titles, in the order in which they first come."""
        return tuple(dict.fromkeys(pair.article for pair in self.pairs))

    def manner(self, *, form: str | None = None, system: str | None = None) -> Manner:
        """How its rows ask; see `manner_of`."""
        return read_manner(self.source, form=form, system=system)


def read_manner(source: Source, *, form: str | None = None, system: str | None = None) -> Manner:
    """How the rows of a dataset ask; see `manner_of`."""
    return manner_of(source.export.format, source.options({}), form=form, system=system)


def find_dataset(asked: Path | str, workspace: Path) -> Path:
    """The folder of a dataset, by its name in the workspace or its path.

    Raises:
        Misconfigured: there is none; the message names the nearest.
    """
    for folder in (workspace / asked, Path(asked)):
        try:
            if (folder / MANIFEST).is_file():
                return folder
        except (OSError, ValueError):
            continue
    known = [path.parent.name for path in sorted(workspace.glob(f"*/{MANIFEST}"))]
    raise Misconfigured(
        f"no dataset {str(asked)!r} in {workspace}{nearest(str(asked), known)}; `loremill status` "
        "lists those that are there"
    )


def read_material(folder: Path) -> Material:
    """All of a dataset.

    Raises:
        Misconfigured: it is no dataset, an older one, or one with a line that cannot be read.
    """
    source = read_source(folder)
    lines = PairsIn(folder / PAIRS)
    pairs = list(lines)
    return Material(
        folder=folder,
        source=source,
        pairs=pairs,
        passages=read_passages(folder),
        digest=lines.sha256,
    )


def read_passages(folder: Path) -> dict[str, Passage]:
    """The passages of a dataset by their id; none where it has no outline.

    Raises:
        Misconfigured: a line cannot be read.
    """
    path = folder / OUTLINE
    found: dict[str, Passage] = {}
    if not path.exists():
        return found
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                section = _Section.model_validate_json(line)
            except ValidationError as exc:
                raise Misconfigured(
                    f"{path}, line {number}: no section; build the dataset again"
                ) from exc
            for one in section.passages:
                found[one.id] = Passage(
                    article=section.article, language=section.language, section=section.section,
                    text=one.text, part=one.part, parts=one.parts,
                )  # fmt: skip
    return found


def place_of(pair: Pair) -> Place:
    """What a pair is about."""
    return Place(article=pair.article, section=pair.section)
