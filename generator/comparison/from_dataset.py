"""A side from a dataset folder: its rows, and what the workspace's store still knows of its replies."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generator.chat.wire import message_text
from generator.comparison.sides import ComparedPair, SectionKey, SectionSide, Side
from generator.errors import Misconfigured
from generator.exporters.folder import OUTLINE, PAIRS, REJECTED, SECTIONS
from generator.exporters.manifest import MANIFEST
from generator.replies import read_reply
from generator.store import Store, open_store
from generator.store.store import FILE_NAME


def read_dataset(folder: Path, *, label: str = "") -> Side:
    """The side that a dataset is.

    Defects are in no file of the folder: they are read once more out of the replies, where the store
    of its workspace has them.

    Raises:
        Misconfigured: it is no dataset folder, or one that was changed by hand into something else.
    """
    manifest = _manifest(folder)
    with store_if_there(folder.parent) as store:
        sections = _sections(folder, store)
    notes = []
    if any(section.defects is None for section in sections.values()):
        notes.append("its replies are not in the workspace around it, so defects are not known")
    if not any(section.passages for section in sections.values()):
        notes.append(f"it has no {OUTLINE}, so coverage is not known: build it again, at no cost")
    return Side(
        label=label or folder.name,
        detail=_detail(folder, manifest),
        sections=sections,
        notes=notes,
    )


def store_if_there(workspace: Path) -> AbstractContextManager[Store | None]:
    """The store of a workspace; None where there is none, and none is made."""
    return open_store(workspace) if (workspace / FILE_NAME).is_file() else nullcontext()


@dataclass(kw_only=True)
class _Gathered:
    """One section while its rows are read."""

    language: str = "en"
    passages: dict[str, str] = field(default_factory=dict)
    calls: int = 0
    unanswered: int = 0
    pairs: list[ComparedPair] = field(default_factory=list)
    defects: Counter[str] | None = field(default_factory=Counter)
    tokens: int | None = 0
    cost: float | None = 0.0

    def add_call(self, row: dict[str, Any], store: Store | None) -> None:
        self.calls += 1
        defects = _defects([row["call"], *row.get("followup_calls", ())], store)
        if row["status"] == "pending" or (row["status"] == "failed" and not _has_reply(row, store)):
            self.unanswered += 1
        elif defects is None or self.defects is None:
            self.defects = None
        else:
            self.defects += defects
        if "prompt_tokens" not in row:
            self.tokens = self.cost = None
        if self.tokens is not None:
            self.tokens += row["prompt_tokens"] + row["completion_tokens"]
        if self.cost is not None:
            self.cost = None if row["cost_usd"] is None else self.cost + row["cost_usd"]

    def finish(self, texts: dict[str, str]) -> SectionSide:
        known = [texts[id] for id in self.passages if id in texts]
        return SectionSide(
            language=self.language,
            passages=known if len(known) == len(self.passages) else (),
            calls=self.calls,
            unanswered=self.unanswered,
            pairs=self.pairs,
            defects=self.defects,
            tokens=self.tokens,
            cost=self.cost,
        )


def _sections(folder: Path, store: Store | None) -> dict[SectionKey, SectionSide]:
    gathered: defaultdict[SectionKey, _Gathered] = defaultdict(_Gathered)
    texts: dict[str, str] = {}
    languages: dict[str, str] = {}
    try:
        for row in _rows(folder / OUTLINE) if (folder / OUTLINE).exists() else ():
            languages[row["article"]] = row["language"]
            texts.update((passage["id"], passage["text"]) for passage in row["passages"])
        for row in _rows(folder / SECTIONS):
            own = gathered[_key(row)]
            own.language = languages.get(row["article"], "en")
            own.passages[row.get("passage", "")] = ""
            own.add_call(row, store)
        for name in (PAIRS, REJECTED):
            for row in _rows(folder / name):
                gathered[_key(row)].pairs.append(_pair(row))
    except (KeyError, TypeError, AttributeError) as error:
        raise Misconfigured(
            f"{folder} is not as a build writes it ({error}): build it again, at no cost"
        ) from error
    return {key: own.finish(texts) for key, own in gathered.items()}


def _key(row: dict[str, Any]) -> SectionKey:
    return SectionKey(row["article"], tuple(row["section"]))


def _pair(row: dict[str, Any]) -> ComparedPair:
    return ComparedPair(
        prompt=row["prompt"],
        completion=row["completion"],
        kind=row["kind"],
        rejected=row.get("reason", ""),
    )


def _defects(calls: Iterable[str], store: Store | None) -> Counter[str] | None:
    """By reason, over the replies to these calls; None where the first of them is not in the store."""
    found: Counter[str] = Counter()
    for place, call in enumerate(calls):
        reply = None if store is None else store.get_reply(call)
        if reply is None and place == 0:
            return None
        if reply is not None:
            read = read_reply(message_text(reply.body), finish_reason=reply.finish_reason)
            found.update(defect.reason for defect in read.defects)
    return found


def _has_reply(row: dict[str, Any], store: Store | None) -> bool:
    if store is None:
        return bool(row.get("completion_tokens"))
    return bool(store.answered([row["call"], *row.get("followup_calls", ())]))


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        return dict(manifest)
    except (OSError, ValueError, TypeError) as error:
        raise Misconfigured(f"{path} cannot be read: {error}") from error


def _detail(folder: Path, manifest: dict[str, Any]) -> str:
    try:
        templates = ", ".join(
            f"{name}@{version[:8]}"
            for name, _, version in (
                one["template"].partition("@") for one in manifest["templates"]
            )
        )
        return f"dataset {folder}: {manifest['model']['name']}, {templates}"
    except (KeyError, TypeError, AttributeError):
        return f"dataset {folder}"


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                try:
                    yield json.loads(line)
                except ValueError as error:
                    raise Misconfigured(f"{path}, line {number} is no row: {error}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{path} cannot be read: {error}") from error
