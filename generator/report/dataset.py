"""The report on a dataset that is there already, made anew from its folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from generator.errors import Misconfigured
from generator.exporters.files import PartFile, locked
from generator.exporters.folder import OUTLINE, REPORT, Reporter
from generator.exporters.manifest import MANIFEST
from generator.report.report import render_report
from generator.store import open_store
from generator.store.store import FILE_NAME


def remake_report(
    dataset: str, workspace: Path, *, others: Mapping[str, Reporter] | None = None
) -> Path:
    """Write `report.html` of a dataset anew; returns its path.

    With the time that replies took, where the folder stands in the workspace that it was made in.

    Args:
        dataset: name of a folder in the workspace, or path of one anywhere.
        workspace: where datasets are looked for first.
        others: reporters of datasets that were not built, by the setting that only those have.

    Raises:
        Misconfigured: it is no dataset, or one of an older version.
        StoreError: a file cannot be read or written.
    """
    folder = workspace / dataset
    folder = folder if (folder / MANIFEST).exists() else Path(dataset)
    manifest = _read_manifest(folder)
    for setting, reporter in (others or {}).items():
        if setting in manifest.get("settings", {}):
            return _write(folder, manifest, reporter)
    home = folder.resolve().parent
    if not (home / FILE_NAME).exists():
        return _write(folder, manifest, render_report)
    with open_store(home) as store:
        return _write(folder, manifest, partial(render_report, find_reply=store.get_reply))


def _write(folder: Path, manifest: Mapping[str, Any], reporter: Reporter) -> Path:
    files = {path.name: path for path in folder.iterdir()}
    with ExitStack() as stack:
        stack.enter_context(locked(folder))
        page = PartFile(folder / REPORT)
        stack.callback(page.discard)
        for piece in reporter(files, manifest):
            page.write(piece)
        page.close()
        page.publish()
    return folder / REPORT


def _read_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise Misconfigured(
            f"no dataset at {str(folder)!r}: `loremill status` lists those of a workspace"
        ) from exc
    if OUTLINE not in manifest.get("files", {}):
        raise Misconfigured(
            f"{folder.name!r} was written before datasets had an {OUTLINE}: run its build command "
            "again, which asks for nothing anew and writes the report, too"
        )
    return manifest
