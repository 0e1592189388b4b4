"""What is made of a finished dataset: exports, further training sets, its report."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from generator.api.dataset import Dataset
from generator.config import resolve
from generator.deriving import Derived, DeriveOptions, derive_dataset
from generator.exporters import ExportOptions
from generator.exporters.export import Export, export_dataset
from generator.exporters.hub import check_push, push_folder
from generator.exporters.manifest import MANIFEST
from generator.importing.page import render_import_report
from generator.report.dataset import remake_report


def make_report(dataset: Path | str, workspace: Path | str | None = None) -> Path:
    """Make `report.html` of a dataset anew, with the time that replies took; returns its path.

    Args:
        dataset: its name in the workspace, or its folder.
        workspace: `outputs/` where not given.

    Raises:
        Misconfigured: it is no dataset, or one of an older version.
        StoreError: a file cannot be read or written.
    """
    home = resolve({"workspace": workspace}, os.environ).workspace
    return remake_report(str(dataset), home, others={"import": render_import_report})


def export(
    dataset: Dataset | Path | str,
    *,
    format: str = "chat",
    out: Path | str | None = None,
    workspace: Path | str | None = None,
    bom: bool = False,
    push: str | None = None,
    public: bool = False,
    **settings: str | bool | None,
) -> Export:
    """Write a dataset in the format of a tool, into a folder of its own; makes no call to a model.

    Args:
        dataset: as `build` returned it, its name in the workspace, or its folder.
        format: a name in `generator.exporters.EXPORTERS`, or `module:attribute` of one's own.
        out: the folder to write; `exports/FORMAT` in the dataset's where not given.
        workspace: `outputs/` where not given.
        bom: begin files with a byte order mark, as Azure asks for.
        push: `USER/NAME` of a dataset on the Hugging Face Hub to upload it to; private unless
            `public`. The token is in HF_TOKEN.
        settings: fields of `ExportOptions` (`system`, `weight`, `separator`, `base_model`, …); those
            not given are as they were at the build.

    Raises:
        Misconfigured: no dataset, no such format, settings that cannot be, a package that is missing.
        StoreError: a file cannot be written.
        ProviderRefuses: the Hub refuses.
        Transient: the Hub does not answer.
    """
    if push is not None:
        check_push(push)
    home = dataset.folder if isinstance(dataset, Dataset) else _folder_of(dataset, workspace)
    made = export_dataset(
        home, format=format, out=None if out is None else Path(out), bom=bom, settings=settings
    )
    if push is None:
        return made
    names = (MANIFEST, *made.manifest["files"])
    return replace(made, url=push_folder(made.folder, names, repository=push, public=public))


def derive(
    kind: str,
    datasets: Dataset | Path | str | Iterable[Dataset | Path | str],
    *,
    out: Path | str | None = None,
    workspace: Path | str | None = None,
    format: str = "chat",
    wordings: Path | str | None = None,
    system: str = "",
    weight: bool = False,
    **options: Any,
) -> Derived:
    """Write a further training set made of datasets; makes no call to a model.

    Args:
        kind: a name in `generator.deriving.KINDS`: `context-qa`, `discriminator`, `classification`,
            `conversation`.
        datasets: one or more, as `build` returned them, their names in the workspace, or their folders.
        out: the folder to write; `derived/KIND` in the dataset's where there is one dataset.
        workspace: `outputs/` where not given.
        format: of the split files, one of `export`'s that is rows alone; conversations are chats.
        wordings: a file like `prompts/derive.toml` with words of one's own.
        system: system prompt of every row.
        weight: weight 1 on every answer of the format `chat`.
        options: fields of `generator.deriving.DeriveOptions`: `seed`, `shares`, `texts`, `classes`,
            `per_class`, `fewest`, `mask_titles`, `turns`.

    Raises:
        Misconfigured: no such kind, no dataset, settings that cannot be, nothing that can be made.
        StoreError: a file cannot be written.
    """
    given = [datasets] if isinstance(datasets, (Dataset, Path, str)) else [*datasets]
    homes = [
        one.folder if isinstance(one, Dataset) else _folder_of(one, workspace) for one in given
    ]
    return derive_dataset(
        kind,
        homes,
        out=None if out is None else Path(out),
        wordings=None if wordings is None else Path(wordings),
        format=format,
        options=DeriveOptions(**options),
        export=ExportOptions(base_context="", system=system, weight=weight),
    )


def _folder_of(dataset: Path | str, workspace: Path | str | None) -> Path:
    folder = resolve({"workspace": workspace}, os.environ).workspace / dataset
    return folder if (folder / MANIFEST).exists() else Path(dataset)
