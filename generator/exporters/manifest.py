"""The manifest: what a dataset folder holds, in numbers that add up and can be checked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import BaseModel, Field, ValidationError

from generator.exporters.files import FileFacts, facts_of
from generator.exporters.info import TEMPLATES, DatasetInfo, TemplateRecord, endpoint_label
from generator.exporters.options import ExportOptions
from generator.exporters.tally import Tally
from generator.records import Json, Outcome

MANIFEST: Final = "manifest.json"
STATUSES: Final = ("done", "partial", "failed", "pending")
FORMAT_VERSION: Final = 1
"""Raised when a reader of manifests has to change."""
_PLAIN_NAME = re.compile(r"\w[\w.-]*")
TEMPLATE_FILE: Final = re.compile(TEMPLATES + r"/(?!\.)[^/\\:\x00-\x1f]+@[0-9a-f]{8}\.md")
"""Name of a prompt file that a dataset keeps."""


def build_manifest(
    info: DatasetInfo,
    tally: Tally,
    *,
    format: str,
    options: ExportOptions,
    files: Mapping[str, FileFacts],
) -> dict[str, Json]:
    """The manifest of a dataset; no clock is in it, so equal datasets have equal manifests."""
    return {
        "manifest_version": FORMAT_VERSION,
        "loremill": own_version(),
        "name": info.name,
        "model": {
            "name": info.model,
            "endpoint": endpoint_label(info.endpoint),
            "is_extractive": info.is_extractive,
            "left_out": list(info.left_out),
        },
        "sections": _sections(tally),
        "pairs": {
            "read": tally.read,
            "kept": tally.kept,
            "rejected": tally.rejected.total(),
            "splits": {split: tally.splits[split] for split in info.splits},
            "kept_by_kind": _counts(tally.kinds),
            "rejected_by_reason": _counts(tally.rejected),
            "marked_by_reason": _counts(tally.marks),
        },
        "replies": {
            "followups": tally.followups,
            "defects": _counts(info.defects),
            "repairs": _counts(info.repairs),
        },
        "measures": dict(info.measures) or None,
        "mending": dict(info.mending),
        "judging": [dict(one) for one in info.judging],
        "articles": {
            "total": len({page.key for page in info.pages}),
            "with_pairs": len(tally.articles),
        },
        "templates": [_used(one) for one in sorted(info.templates, key=lambda one: one.template)],
        "recipe": info.recipe,
        "facts": dict(info.facts),
        "splits": _splits(info),
        "sampling": dict(sorted(info.sampling.items())),
        "settings": dict(sorted(info.settings.items())),
        "export": {"format": format, "options": asdict(options)},
        "usage": asdict(info.usage) if info.usage else None,
        "cost_usd": info.cost_usd,
        "files": {name: facts._asdict() for name, facts in sorted(files.items())},
    }


def _splits(info: DatasetInfo) -> Json:
    if info.leaks:
        return {"seed": info.seed, "leaks": dict(info.leaks)}
    return {"seed": info.seed, "shares": asdict(info.shares)}


def _used(template: TemplateRecord) -> Json:
    return {
        "template": template.template,
        "kind": template.kind,
        "text_digest": template.text_digest,
        "file": template.file,
    }


def _sections(tally: Tally) -> Json:
    return {
        "planned": tally.outcomes.total(),
        **{status: tally.outcomes[status] for status in STATUSES},
        "incomplete": {
            "total": tally.unfinished_reasons.total(),
            "by_reason": _counts(tally.unfinished_reasons),
            "listed": [_listed(outcome) for outcome in tally.unfinished],
        },
    }


def _listed(outcome: Outcome) -> Json:
    return {
        "article": outcome.article,
        "section": list(outcome.section),
        "part": outcome.part,
        "template": outcome.template,
        "status": outcome.status,
        "reason": outcome.reason,
    }


def _counts(counts: Mapping[str, int]) -> dict[str, Json]:
    return dict(sorted(counts.items()))


def own_version() -> str:
    """Of this package, as it is installed."""
    try:
        return version("loremill")
    except PackageNotFoundError:
        return "unknown"


class _Sections(BaseModel):
    planned: int
    done: int
    partial: int
    failed: int
    pending: int


class _Pairs(BaseModel):
    read: int
    kept: int
    rejected: int
    splits: dict[str, int]
    kept_by_kind: dict[str, int]
    rejected_by_reason: dict[str, int]


class _File(BaseModel):
    sha256: str
    bytes: int
    lines: int


class _Manifest(BaseModel):
    """The part of a manifest that can be checked."""

    sections: _Sections
    pairs: _Pairs
    files: dict[str, _File] = Field(min_length=1)


def verify_manifest(folder: Path) -> list[str]:
    """What is wrong with a dataset folder: sums, digests, line counts. Empty where it is sound.

    Reads every file once, a piece at a time; never raises for what it finds.
    """
    try:
        manifest = _Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        return [f"{folder}: no {MANIFEST}, so the dataset was never finished; build it again"]
    except OSError as exc:
        return [f"{folder / MANIFEST}: cannot be read: {exc.strerror}"]
    except ValidationError as exc:
        where = ".".join(str(part) for part in exc.errors()[0]["loc"]) or "the file"
        return [f"{folder / MANIFEST}: not a manifest: {where}: {exc.errors()[0]['msg']}"]
    return [*_wrong_sums(manifest), *_wrong_lines(manifest), *_wrong_files(folder, manifest)]


class _Sum(NamedTuple):
    what: str
    total: int
    parts_are: str
    parts: Iterable[int]


def _wrong_sums(manifest: _Manifest) -> Iterator[str]:
    sections, pairs = manifest.sections, manifest.pairs
    ended = (sections.done, sections.partial, sections.failed, sections.pending)
    for one in (
        _Sum("sections planned", sections.planned, "done, partial, failed and pending", ended),
        _Sum("pairs read", pairs.read, "kept and rejected", (pairs.kept, pairs.rejected)),
        _Sum("pairs kept", pairs.kept, "the splits", pairs.splits.values()),
        _Sum("pairs kept", pairs.kept, "the kinds", pairs.kept_by_kind.values()),
        _Sum("pairs rejected", pairs.rejected, "the reasons", pairs.rejected_by_reason.values()),
    ):
        if one.total != sum(one.parts):
            yield f"{one.what}: {one.total}, but {one.parts_are} make {sum(one.parts)}"


def _wrong_lines(manifest: _Manifest) -> Iterator[str]:
    counted = {
        "pairs.jsonl": manifest.pairs.kept,
        "rejected.jsonl": manifest.pairs.rejected,
        "sections.jsonl": manifest.sections.planned,
        **{f"{split}.jsonl": count for split, count in manifest.pairs.splits.items()},
    }
    for name, count in counted.items():
        lines = manifest.files[name].lines if name in manifest.files else 0
        if lines != count:
            yield f"{name}: {lines} lines, but {count} were counted"


def _wrong_files(folder: Path, manifest: _Manifest) -> Iterator[str]:
    for name, said in manifest.files.items():
        # A manifest from elsewhere must not make us read outside its folder.
        if not (_PLAIN_NAME.fullmatch(name) or TEMPLATE_FILE.fullmatch(name)):
            yield f"{name!r}: not a file of a dataset folder"
        elif problem := _wrong_file(folder / name, said):
            yield f"{name}: {problem}"


def _wrong_file(path: Path, said: _File) -> str:
    try:
        facts = facts_of(path)
    except OSError as exc:
        return f"cannot be read: {exc.strerror}"
    if facts.lines != said.lines:
        return f"{facts.lines} lines, not {said.lines}"
    if facts.sha256 != said.sha256:
        return "changed since it was written (its digest differs)"
    return ""
