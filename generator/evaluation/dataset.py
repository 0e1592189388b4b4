"""A dataset folder as an evaluation and a question want it: pairs, passages, and the manner of its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from generator.errors import Misconfigured
from generator.evaluation.manner import Manner, manner_of
from generator.exporters.folder import OUTLINE
from generator.exporters.manifest import MANIFEST
from generator.exporters.options import ExportOptions
from generator.exporters.rows_in import PairsIn
from generator.exporters.source import PAIRS, read_source
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


class _Dataset(BaseModel):
    name: str


class _Exported(BaseModel):
    """The manifest of an export."""

    export_version: int
    format: str
    options: dict[str, str | bool]
    dataset: _Dataset


@dataclass(frozen=True, kw_only=True)
class Rows:
    """How the training rows of a folder are written: a dataset, a derived set, or an export."""

    name: str
    """Of the dataset."""
    format: str
    options: ExportOptions
    home: Path | None
    """The folder with the pairs; None for an export that lies apart from its dataset."""

    def manner(self, *, form: str | None = None, system: str | None = None) -> Manner:
        """How they ask; see `manner_of`."""
        return manner_of(self.format, self.options, form=form, system=system)


@dataclass(frozen=True, kw_only=True)
class Material:
    """All of a dataset; memory holds its pairs and its passages."""

    folder: Path
    rows: Rows
    pairs: Sequence[Pair]
    passages: Mapping[str, Passage] = field(default_factory=dict)
    """By id, in the order of the outline; empty where the dataset has none, as an imported one."""
    digest: str = ""
    """SHA-256 of the pairs."""

    @property
    def name(self) -> str:
        """Of the dataset."""
        return self.rows.name


def read_rows(folder: Path) -> Rows:
    """How the rows of a folder are written.

    Raises:
        Misconfigured: it is no dataset and no export of one, or an older one.
    """
    try:
        exported = _Exported.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError):
        source = read_source(folder)
        return Rows(
            name=source.name, format=source.export.format, options=source.options({}), home=folder
        )  # fmt: skip
    known = {one.name for one in fields(ExportOptions)}
    options: dict[str, Any] = {k: v for k, v in exported.options.items() if k in known}
    above = folder.resolve().parent.parent
    return Rows(
        name=exported.dataset.name, format=exported.format, options=ExportOptions(**options),
        home=above if (above / PAIRS).is_file() else None,
    )  # fmt: skip


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
    rows = read_rows(folder)
    if rows.home is None:
        raise Misconfigured(
            f"{folder}: is an export of {rows.name!r} and has no questions by itself: name the dataset"
        )
    lines = PairsIn(rows.home / PAIRS)
    pairs = list(lines)
    return Material(
        folder=folder,
        rows=rows,
        pairs=pairs,
        passages=read_passages(rows.home),
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
