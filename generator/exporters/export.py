"""Exports a dataset folder in another format: a folder of its own, row by row, the manifest last.

As with a dataset, everything goes to temporary names first; where there is a manifest, the export is
whole. Rows are streamed: memory does not grow with them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from generator.errors import Misconfigured
from generator.exporters import (
    Exporter,
    ExportOptions,
    FolderExporter,
    RowFile,
    load_exporter,
)
from generator.exporters.credits import Credits
from generator.exporters.export_card import Exported, render_export_card
from generator.exporters.files import FileFacts, PartFile, explained, locked, sync_folder
from generator.exporters.jsonl import json_line, json_text
from generator.exporters.manifest import MANIFEST, own_version
from generator.exporters.row_files import JsonLines
from generator.exporters.rows_in import PairsIn, read_pages
from generator.exporters.source import ARTICLES, PAIRS, Digest, Source, read_source
from generator.names import slug
from generator.records import Json, Pair

EXPORTS: Final = "exports"
"""Folder in a dataset folder where exports land by default, one folder per format."""
EXPORT_VERSION: Final = 1
CARD: Final = "README.md"
SPLIT_ORDER: Final = ("train", "validation", "test")
_PLAIN_NAME = re.compile(r"\w[\w.-]*")
_BOM_FORMATS: Final = ("chat", "completion")


@dataclass(frozen=True, kw_only=True)
class Export:
    """A folder in the format of a tool."""

    folder: Path
    format: str
    manifest: Mapping[str, Any]
    """What its `manifest.json` holds."""
    url: str = ""
    """Where it was pushed to; empty where it was not."""

    @property
    def rows(self) -> Mapping[str, int]:
        """Rows by split."""
        rows: Mapping[str, int] = self.manifest["rows"]["splits"]
        return rows

    @property
    def left_out(self) -> Mapping[str, int]:
        """Pairs that the format cannot hold, by reason."""
        left_out: Mapping[str, int] = self.manifest["rows"]["left_out"]
        return left_out


def export_dataset(
    dataset: Path,
    *,
    format: str = "chat",
    out: Path | None = None,
    bom: bool = False,
    settings: Mapping[str, Any] | None = None,
) -> Export:
    """Write a dataset in a format.

    Args:
        dataset: its folder.
        format: a name in `EXPORTERS`, or `module:attribute` of one's own.
        out: the folder to write; `exports/FORMAT` in the dataset where not given.
        bom: begin the files with a byte order mark.
        settings: fields of `ExportOptions`; those not given are as they were at the build.

    Raises:
        Misconfigured: no dataset, no such format, settings that cannot be, or a folder that holds
            other things.
        StoreError: a file cannot be written.
    """
    source = read_source(dataset)
    exporter = load_exporter(format)
    if bom and format not in _BOM_FORMATS:
        raise Misconfigured(f"a byte order mark is for the formats {' and '.join(_BOM_FORMATS)}")
    options = source.options(settings or {})
    folder = dataset / EXPORTS / slug(format) if out is None else out
    job = _Job(
        dataset=dataset, source=source, folder=folder, format=format, exporter=exporter,
        options=options, bom=bom,
    )  # fmt: skip
    with ExitStack() as stack, explained(folder):
        older = _older_files(folder)
        _make(folder, stack)
        stack.enter_context(locked(folder))
        return Export(folder=folder, format=format, manifest=_write(job, older, stack))


def _older_files(folder: Path) -> set[str]:
    """Files of an older export, which is replaced.

    Raises:
        Misconfigured: the folder holds something else, which is not ours to touch.
    """
    if not folder.is_dir():
        return set()
    found = {path.name for path in folder.iterdir() if not _is_part(path)}
    older = _exported_files(folder / MANIFEST) if MANIFEST in found else set()
    if others := sorted(found - older):
        raise Misconfigured(
            f"{folder}: holds {others[0]!r}, which is of no export: give an empty folder with --out"
        )
    return older


def _make(folder: Path, stack: ExitStack) -> None:
    """Make a folder with those above it; what stays empty is taken away again."""
    for new in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
        stack.callback(_remove_if_empty, new)
    folder.mkdir(parents=True, exist_ok=True)


def _remove_if_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def _is_part(path: Path) -> bool:
    return path.name.startswith(".") and path.suffix == ".part"


class _Older(BaseModel):
    export_version: int
    files: dict[str, Digest]


def _exported_files(manifest: Path) -> set[str]:
    try:
        files = _Older.model_validate_json(manifest.read_bytes()).files
    except (OSError, ValidationError):
        return set()
    return {MANIFEST, *filter(_PLAIN_NAME.fullmatch, files)}


@dataclass(frozen=True, kw_only=True)
class _Job:
    dataset: Path
    source: Source
    folder: Path
    format: str
    exporter: Exporter
    options: ExportOptions
    bom: bool

    def open(self, split: str) -> RowFile:
        if isinstance(self.exporter, FolderExporter):
            return self.exporter.open(self.folder / split)
        return JsonLines(self.folder / split, bom=self.bom)

    def companions(self, files: Mapping[str, str]) -> dict[str, str]:
        if isinstance(self.exporter, FolderExporter):
            return self.exporter.companions(files, self.options)
        return {}

    @property
    def header(self) -> str:
        return self.exporter.header() if isinstance(self.exporter, FolderExporter) else ""

    @property
    def usage(self) -> str:
        return self.exporter.usage() if isinstance(self.exporter, FolderExporter) else ""


@dataclass(kw_only=True)
class _Rows:
    """The splits while they are written."""

    files: dict[str, RowFile] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    sha256: str = ""
    """Of the pairs that were read."""


def _write(job: _Job, older: set[str], stack: ExitStack) -> dict[str, Json]:
    rows = _write_rows(job, stack)
    names = {split: rows.files[split].name for split in sorted(rows.files, key=_split_order)}
    companions = job.companions(names)
    texts = {name: _begin(job.folder / name, stack) for name in (*companions, ARTICLES, CARD)}
    credits = _write_articles(job.dataset / ARTICLES, texts[ARTICLES])
    for name, text in companions.items():
        texts[name].write(text)
    card = Exported(
        info=job.source.info, credits=credits, format=job.format, usage=job.usage, header=job.header, files=names,
        rows=rows.counts, companions=tuple(companions),
    )  # fmt: skip
    texts[CARD].write(render_export_card(card))
    facts = {
        **{names[split]: file.close() for split, file in rows.files.items()},
        **{name: file.close() for name, file in texts.items()},
    }
    manifest = _manifest(job, rows, names, facts)
    own = _begin(job.folder / MANIFEST, stack)
    own.write(json_text(manifest))
    own.close()
    _publish(job.folder, older - facts.keys(), [*rows.files.values(), *texts.values()], own)
    return manifest


def _split_order(split: str) -> tuple[int, str]:
    known = SPLIT_ORDER.index(split) if split in SPLIT_ORDER else len(SPLIT_ORDER)
    return known, split


def _write_rows(job: _Job, stack: ExitStack) -> _Rows:
    rows, pairs = _Rows(), PairsIn(job.dataset / PAIRS)
    for pair in pairs:
        if reason := job.exporter.conflict(pair, job.options):
            rows.left_out[reason] += 1
            continue
        _file_of(pair, job, rows, stack).write(job.exporter.row(pair, job.options))
        rows.counts[pair.split] += 1
    if not rows.counts:
        said = f" (left out: {dict(rows.left_out)})" if rows.left_out else ""
        raise Misconfigured(f"{job.dataset}: no pair to export in the format {job.format!r}{said}")
    rows.sha256 = pairs.sha256
    return rows


def _file_of(pair: Pair, job: _Job, rows: _Rows, stack: ExitStack) -> RowFile:
    if pair.split not in rows.files:
        rows.files[pair.split] = job.open(pair.split)
        stack.callback(rows.files[pair.split].discard)
    return rows.files[pair.split]


def _begin(path: Path, stack: ExitStack) -> PartFile:
    file = PartFile(path)
    stack.callback(file.discard)
    return file


def _write_articles(path: Path, out: PartFile) -> Credits:
    credits = Credits()
    for page in read_pages(path):
        credits.add(page)
        out.write(json_line(asdict(page)))
    return credits


def _manifest(
    job: _Job, rows: _Rows, names: Mapping[str, str], facts: Mapping[str, FileFacts]
) -> dict[str, Json]:
    return {
        "export_version": EXPORT_VERSION,
        "loremill": own_version(),
        "format": job.format,
        "options": {**asdict(job.options), "bom": job.bom},
        "dataset": {
            "name": job.source.name,
            "pairs_sha256": rows.sha256,
            "is_as_built": rows.sha256 == job.source.files[PAIRS].sha256,
        },
        "rows": {
            "total": rows.counts.total(),
            "splits": {split: rows.counts[split] for split in names},
            "left_out": dict(sorted(rows.left_out.items())),
        },
        "files": {name: facts[name]._asdict() for name in sorted(facts)},
    }


def _publish(
    folder: Path, stale: set[str], files: list[RowFile | PartFile], manifest: PartFile
) -> None:
    (folder / MANIFEST).unlink(missing_ok=True)
    for name in stale - {MANIFEST}:
        (folder / name).unlink(missing_ok=True)
    sync_folder(folder)
    for file in files:
        file.publish()
    sync_folder(folder)
    manifest.publish()
    for left in filter(_is_part, folder.iterdir()):
        left.unlink(missing_ok=True)  # By a run that was killed; the lock says that none is on.
    sync_folder(folder)
