"""What the dataset folder behind a training file tells: leaks between splits, licences, missed measures."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from generator.digests import digest
from generator.errors import Misconfigured, SourceError
from generator.exporters.folder import ARTICLES, PAIRS
from generator.exporters.licences import is_share_alike, licence_id
from generator.exporters.manifest import MANIFEST
from generator.exporters.rows_in import read_pages
from generator.exporters.training import EVALUATED, TRAINING
from generator.marks import Marks
from generator.metrics import judge
from generator.names import nearest
from generator.tuning.check.findings import Spot


class Files(NamedTuple):
    """The files that a job takes."""

    training: Path
    validation: Path | None = None
    folder: Path | None = None
    """Of the dataset that they belong to, where they were asked for by its name."""


def find_files(given: str, workspace: Path) -> Files:
    """What a dataset's name, its folder, or a file stands for.

    Raises:
        Misconfigured: there is no such thing, or no training file in it.
    """
    path = Path(given)
    if path.is_file():
        return Files(path)
    named = workspace / given
    folder = named if (named / MANIFEST).exists() else path
    if not folder.is_dir():
        known = [one.parent.name for one in workspace.glob(f"*/{MANIFEST}")]
        raise Misconfigured(
            f"there is no dataset, folder or file {given!r}{nearest(given, known)}; `loremill status` "
            "lists the datasets of a workspace"
        )
    return _files_of(folder)


def _files_of(folder: Path) -> Files:
    training = folder / f"{TRAINING}.jsonl"
    if not training.exists():
        raise Misconfigured(
            f"{folder}: no {training.name} in it: give the folder of a dataset, or the file itself"
        )
    found = (folder / f"{split}.jsonl" for split in EVALUATED)
    validation = next((one for one in found if one.exists() and one.stat().st_size), None)
    return Files(training, validation, folder)


def look_at_folder(folder: Path) -> Iterator[Spot]:
    """`section_on_both_sides`, `measure_missed`, `share_alike`; nothing of what is no dataset."""
    manifest = _manifest(folder)
    if not manifest:
        return
    yield from (Spot("section_on_both_sides", one) for one in _leaks(folder / PAIRS))
    for one in judge(manifest.get("measures")):
        if one.state == "not met":
            yield Spot("measure_missed", f"{one.label}: {one.shown}, goal {one.goal}")
    articles = folder / ARTICLES
    if articles.exists():
        licences = {licence_id(page) for page in read_pages(articles)}
        if shared := sorted(filter(is_share_alike, licences)):
            yield Spot("share_alike", ", ".join(shared))


def _leaks(pairs: Path) -> Iterator[str]:
    """Sections of which pairs are trained on and others validate."""
    if not pairs.exists():
        return
    trained = Marks()
    for row in _rows(pairs):
        if row.get("passage") and row.get("split") == TRAINING:
            trained.add(_section(row))
    told = Marks()
    for row in _rows(pairs):
        if row.get("passage") and row.get("split") == EVALUATED[0]:
            own = _section(row)
            if trained.find(own) is not None and told.add(own):
                yield f"{row.get('article', '')}: {' / '.join(row.get('section') or ['introduction'])}"


def _section(row: dict[str, Any]) -> bytes:
    parts = [str(row.get("site")), str(row.get("article")), *map(str, row.get("section") or ())]
    return bytes.fromhex(digest(parts))


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)
    except (OSError, ValueError) as exc:
        raise SourceError(
            f"{path} cannot be read: {exc}; `loremill status` tells what is broken"
        ) from exc


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
