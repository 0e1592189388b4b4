"""From datasets to a derived set: read article by article, made row by row, written as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from generator.deriving.asked import Maker
from generator.deriving.card import Told, render_derived_card, splits_of
from generator.deriving.classification import Classifier
from generator.deriving.contexts import Pool
from generator.deriving.folder import TALKS, DerivedFolder
from generator.deriving.options import KINDS, DeriveOptions
from generator.deriving.reading import Datasets
from generator.deriving.records import LeftOut, Row, Talk
from generator.deriving.talks import talks
from generator.deriving.wordings import read_wordings
from generator.errors import Misconfigured
from generator.exporters import ExportOptions
from generator.exporters.credits import Credits
from generator.exporters.folder import CARD
from generator.exporters.jsonl import json_line
from generator.exporters.manifest import own_version
from generator.exporters.source import ARTICLES, PAIRS
from generator.names import nearest
from generator.records import Json

DERIVED: Final = "derived"
"""Folder in a dataset folder where derived sets land by default, one folder per kind."""
VERSION: Final = 1
OFF: Final = 0.05
"""So far a share may be from what was asked for, before it is said."""


@dataclass(frozen=True, kw_only=True)
class Derived:
    """A derived set."""

    folder: Path
    kind: str
    manifest: Mapping[str, Any]
    """What its `manifest.json` holds."""

    @property
    def rows(self) -> Mapping[str, Mapping[str, int]]:
        """Rows by split and label: the kind of context, the class."""
        rows: Mapping[str, Mapping[str, int]] = self.manifest["rows"]["splits"]
        return rows

    @property
    def left_out(self) -> Mapping[str, int]:
        """What no row was made of, by reason."""
        left_out: Mapping[str, int] = self.manifest["rows"]["left_out"]
        return left_out

    @property
    def warnings(self) -> Sequence[str]:
        """What is not as it was asked for."""
        warnings: Sequence[str] = self.manifest["warnings"]
        return warnings


@dataclass(kw_only=True)
class _Made:
    """Rows to come, and what can be told once they have come."""

    rows: Iterator[Row | Talk | LeftOut]
    refused: Counter[str] = field(default_factory=Counter)
    classifier: Classifier | None = None


def derive_dataset(
    kind: str,
    datasets: Iterable[Path],
    *,
    out: Path | None = None,
    wordings: Path | None = None,
    format: str = "chat",
    options: DeriveOptions | None = None,
    export: ExportOptions | None = None,
) -> Derived:
    """Write a derived set of one or more datasets; see `KINDS`.

    Args:
        kind: a name in `KINDS`.
        datasets: their folders.
        out: the folder to write; `derived/KIND` in the dataset's where there is one dataset.
        wordings: a file of one's own in place of `prompts/derive.toml`.
        format: of the split files: one in `EXPORTERS` that is rows alone. Conversations are chats.
        options: the settings of the kinds.
        export: the settings of the format.

    Raises:
        Misconfigured: no such kind, no dataset, settings that cannot be, nothing to be made.
        StoreError: a file cannot be written.
    """
    if kind not in KINDS:
        raise Misconfigured(f"no kind {kind!r}{nearest(kind, KINDS)} (known: {', '.join(KINDS)})")
    if kind == "conversation" and format != "chat":
        raise Misconfigured(f"conversations have several turns, which the format {format!r} cannot hold; use chat")  # fmt: skip
    folders = [*datasets]
    chosen = options or DeriveOptions()
    words = read_wordings(wordings)
    sources = Datasets(folders)
    folder = out or _home(kind, folders)
    made = _make(kind, sources, chosen, words)
    tagged = TALKS if kind == "conversation" else PAIRS
    rows_as = export or ExportOptions(base_context="")
    with DerivedFolder(folder, format=format, options=rows_as, tagged=tagged) as writer:
        for row in made.rows:
            writer.add(row)
        if not writer.rows:
            raise Misconfigured(_nothing(kind, writer.left_out, made.refused))
        warnings = tuple(_warnings(kind, writer.rows, chosen, made.classifier))
        credits = Credits()
        for page in sources.pages():
            credits.add(page)
            writer.text(ARTICLES, json_line(asdict(page)))
        infos = tuple(source.info for source in sources.sources)
        name = f"{' + '.join(info.name for info in infos[:3])}{' + …' if len(infos) > 3 else ''}: {kind}"
        told = Told(
            kind=kind, name=name, infos=infos, credits=credits, rows=writer.rows, tagged=tagged,
            warnings=warnings,
        )  # fmt: skip
        writer.text(CARD, render_derived_card(told))
        manifest = writer.publish(
            {
                "derive_version": VERSION,
                "loremill": own_version(),
                "name": name,
                "kind": kind,
                "model": _model(told),
                "derived_from": [
                    {"name": info.name, "pairs_sha256": sources.digests[str(one / PAIRS)]}
                    for info, one in zip(infos, folders, strict=True)
                ],
                "options": {**asdict(chosen), "wordings": words.digest},
                "export": {"format": format, "options": asdict(rows_as)},
                "rows": _counts(writer.rows, writer.left_out),
                "contexts_refused": dict(sorted(made.refused.items())),
                "warnings": [*warnings],
            }
        )
    return Derived(folder=folder, kind=kind, manifest=manifest)


def _home(kind: str, folders: Sequence[Path]) -> Path:
    if len(folders) != 1:
        raise Misconfigured("several datasets: say with --out where the derived set is to lie")
    return folders[0] / DERIVED / kind


def _make(kind: str, datasets: Datasets, options: DeriveOptions, words: Any) -> _Made:
    if kind == "conversation":
        return _Made(rows=talks(datasets.materials(), options))
    if kind == "classification":
        classifier = Classifier(options=options, wordings=words, datasets=datasets)
        return _Made(rows=classifier.rows(), classifier=classifier)
    pool = Pool(datasets.contexts(), seed=options.seed)
    maker = Maker(kind=kind, options=options, wordings=words, pool=pool)
    return _Made(rows=maker.rows(datasets.materials()), refused=maker.refused)


def _model(told: Told) -> dict[str, Json]:
    """Who wrote the pairs, as the manifest of a dataset has it."""
    info = min(told.infos, key=lambda one: one.is_extractive)
    return {"name": info.model, "endpoint": info.endpoint, "is_extractive": info.is_extractive}


def _counts(rows: Counter[tuple[str, str]], left_out: Counter[str]) -> dict[str, Json]:
    return {
        "total": rows.total(),
        "splits": {
            split: {label: n for (own, label), n in sorted(rows.items()) if own == split}
            for split in splits_of(rows)
        },
        "left_out": dict(sorted(left_out.items())),
    }


def _warnings(
    kind: str, rows: Counter[tuple[str, str]], options: DeriveOptions, made: Classifier | None
) -> Iterator[str]:
    if kind == "context-qa":
        for name, wanted in options.shares.items():
            share = sum(n for (_, label), n in rows.items() if label == name) / rows.total()
            if abs(share - wanted) > OFF:
                yield f"the share {name} is {share:.2f} instead of {wanted:.2f}: too few contexts of some kinds"
    if made is not None:
        if made.unknown:
            yield f"titles with a class that no dataset has: {_some(made.unknown)}"
        if made.left_out:
            yield f"classes left out with fewer than {options.fewest} texts to train on: {_some(made.left_out)}"
        for split, labels in made.without.items():
            yield f"classes without a text in {split}: {_some(labels)}"


def _some(names: Iterable[str]) -> str:
    every = [*names]
    return ", ".join(every[:5]) + (f" and {len(every) - 5} more" if len(every) > 5 else "")


def _nothing(kind: str, left_out: Counter[str], refused: Counter[str]) -> str:
    reasons = ", ".join(f"{reason} {n}" for reason, n in (left_out + refused).most_common(5))
    return f"no row of the kind {kind} can be made of this" + (f" ({reasons})" if reasons else ": it holds no pairs")  # fmt: skip
