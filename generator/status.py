"""What a workspace holds, and whether its datasets are whole."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generator.errors import ExitCode, Misconfigured
from generator.exporters.manifest import MANIFEST, verify_manifest
from generator.metrics import judge
from generator.store import Store, open_store
from generator.store.limits import LearntLimits
from generator.store.store import FILE_NAME
from generator.telling.pulse import Run, read_runs

_MADE = {"export_version", "derive_version"}
"""Keys of manifests that are of no dataset, but of what was made of one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetStatus:
    """One dataset folder."""

    name: str
    pairs: int
    planned: int
    """Calls planned, and done; of an imported dataset files."""
    done: int
    cost_usd: float | None
    measures: dict[str, Any]
    """Figures by their names, each with its goal and whether that is met; empty in older ones."""
    problems: tuple[str, ...]
    """What does not check: sums, digests, missing files; empty for a whole one."""
    is_imported: bool = False
    """Whether its pairs were there before, so that no model was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelStatus:
    """What one model has answered in the workspace, over all runs."""

    model: str
    replies: int
    prompt_tokens: int
    completion_tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A workspace."""

    workspace: str
    datasets: tuple[DatasetStatus, ...]
    pages: int = 0
    models: tuple[ModelStatus, ...] = ()
    failures: dict[str, int] = field(default_factory=dict)
    """Calls without a reply to this day, by reason."""
    limits: tuple[LearntLimits, ...] = ()
    """What endpoints take, as far as runs have learnt it; the latest first."""
    runs: tuple[Run, ...] = ()
    """What is working here, and the last word of what was; the oldest first."""

    @property
    def exit_code(self) -> ExitCode:
        """1 where a dataset does not check."""
        has_problems = any(one.problems for one in self.datasets)
        return ExitCode.INCOMPLETE if has_problems else ExitCode.OK


def look_at(workspace: Path) -> Status:
    """The status of a workspace; reads every file of its datasets once.

    Raises:
        Misconfigured: there is no workspace.
        StoreError: its file cannot be read.
    """
    manifests = workspace.glob(f"*/{MANIFEST}")
    folders = sorted(path.parent for path in manifests if not _is_of_other(path))
    datasets = tuple(_dataset(folder) for folder in folders)
    if (workspace / FILE_NAME).exists():
        with open_store(workspace) as store:
            return _status(workspace, datasets, store)
    if not datasets:
        raise Misconfigured(
            f"no workspace at {workspace}: build or import something first, or give --workspace"
        )
    # Whoever has only imported has asked no wiki and no model.
    return Status(workspace=str(workspace), datasets=datasets)


def _status(workspace: Path, datasets: tuple[DatasetStatus, ...], store: Store) -> Status:
    return Status(
        workspace=str(workspace),
        datasets=datasets,
        pages=store.count_pages(),
        models=tuple(
            ModelStatus(
                model=one.model,
                replies=one.replies,
                prompt_tokens=one.usage.prompt_tokens,
                completion_tokens=one.usage.completion_tokens,
            )
            for one in store.totals()
        ),
        failures=store.count_failures(),
        limits=tuple(store.limits.all()),
        runs=tuple(read_runs(workspace)),
    )


def _is_of_other(path: Path) -> bool:
    """True for the manifest of what was made of a dataset, which is none itself."""
    try:
        return not _MADE.isdisjoint(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return False


def _dataset(folder: Path) -> DatasetStatus:
    problems = tuple(verify_manifest(folder))
    manifest = _read(folder / MANIFEST)
    if manifest is None:
        return DatasetStatus(
            name=folder.name, pairs=0, planned=0, done=0, cost_usd=None, measures={},
            problems=problems,
        )  # fmt: skip
    return DatasetStatus(
        name=folder.name,
        pairs=manifest["pairs"]["kept"],
        planned=manifest["sections"]["planned"],
        done=manifest["sections"]["done"],
        cost_usd=manifest["cost_usd"],
        measures={
            one.name: {"value": one.value, "goal": one.goal, "state": one.state}
            for one in judge(manifest.get("measures"))
        },
        problems=problems,
        is_imported="import" in manifest.get("settings", {}),
    )


def _read(path: Path) -> Any:
    """A manifest, None where it is not one; `verify_manifest` has said why."""
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        return manifest if {"pairs", "sections", "cost_usd"} <= manifest.keys() else None
    except (OSError, ValueError, AttributeError):
        return None
