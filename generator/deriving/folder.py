"""The folder of a derived set: rows by split, rows with their tags, card and manifest, written as a whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import fields
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from pydantic import BaseModel, ValidationError

from generator.deriving.records import LeftOut, Row, Talk
from generator.errors import Misconfigured
from generator.exporters import ExportOptions, load_row_exporter
from generator.exporters.files import PartFile, explained, locked, sync_folder
from generator.exporters.jsonl import is_unicode, json_line, json_text
from generator.exporters.manifest import MANIFEST
from generator.marks import Marks
from generator.records import Json, Pair

TALKS: Final = "conversations.jsonl"
_COLUMNS: Final = tuple(one.name for one in fields(Pair))
_PLAIN_NAME = re.compile(r"\w[\w.-]*")


class _Older(BaseModel):
    derive_version: int
    files: dict[str, object]


class DerivedFolder:
    """Takes rows one by one; nothing shows under its final name before `publish`."""

    def __init__(self, folder: Path, *, format: str, options: ExportOptions, tagged: str) -> None:
        """Choose the folder; `tagged` is the file of the rows with their tags.

        Raises:
            Misconfigured: a format that is not there or no rows, or a folder that holds other things.
        """
        self.folder = folder
        self.options = options
        self.format = format
        self.rows: Counter[tuple[str, str]] = Counter()
        """By split and label."""
        self.left_out: Counter[str] = Counter()
        self._exporter = load_row_exporter(format)
        self._tagged = tagged
        self._older = _older_files(folder)
        self._files: dict[str, PartFile] = {}
        self._seen = Marks()
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack, explained(self.folder):
            for new in reversed([one for one in (self.folder, *self.folder.parents) if not one.exists()]):  # fmt: skip
                stack.callback(_remove_if_empty, new)
            self.folder.mkdir(parents=True, exist_ok=True)
            stack.enter_context(locked(self.folder))
            self._stack = stack.pop_all()
        self._file(self._tagged)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def add(self, made: Row | Talk | LeftOut) -> None:
        """Write a row to its split and to the tagged ones; count what is none, or cannot be one."""
        match made:
            case LeftOut():
                self.left_out[made.reason] += made.count
            case Row():
                self._add_row(made)
            case Talk():
                self._add_talk(made)

    def _add_row(self, row: Row) -> None:
        pair = row.pair
        texts = (pair.prompt, pair.completion)
        reason = "" if all(map(is_unicode, texts)) else "not_unicode"
        reason = reason or self._exporter.conflict(pair, self.options) or ""
        if self._is_new(pair.id, reason):
            tagged = {**{name: getattr(pair, name) for name in _COLUMNS}, **row.extra}
            self._write(row.pair.split, row.label, self._exporter.row(pair, self.options), tagged)

    def _add_talk(self, talk: Talk) -> None:
        reason = "" if all(is_unicode(one.content) for one in talk.messages) else "not_unicode"
        if self._is_new(talk.id, reason):
            tagged = {"id": talk.id, "messages": _turns(talk), "split": talk.split, **talk.tags}
            self._write(talk.split, talk.label, {"messages": _turns(talk, self.options)}, tagged)

    def _is_new(self, own: str, reason: str) -> bool:
        if not reason and not self._seen.add(bytes.fromhex(own)):
            reason = "repeated"
        if reason:
            self.left_out[reason] += 1
        return not reason

    def _write(
        self, split: str, label: str, row: Mapping[str, Json], tagged: Mapping[str, Json]
    ) -> None:
        self._file(f"{split}.jsonl").write(json_line(row))
        self._file(self._tagged).write(json_line(tagged))
        self.rows[split, label] += 1

    def _file(self, name: str) -> PartFile:
        if name not in self._files:
            self._files[name] = PartFile(self.folder / name)
            self._stack.callback(self._files[name].discard)
        return self._files[name]

    def text(self, name: str, text: str) -> None:
        """Append to a further file."""
        self._file(name).write(text)

    def publish(self, manifest: Mapping[str, Json]) -> dict[str, Json]:
        """Give all files their names, the manifest last; it gets the digests of all others."""
        facts = {name: file.close() for name, file in sorted(self._files.items())}
        whole: dict[str, Json] = {
            **manifest,
            "files": {name: own._asdict() for name, own in facts.items()},
        }
        last = PartFile(self.folder / MANIFEST)
        self._stack.callback(last.discard)
        last.write(json_text(whole))
        last.close()
        with explained(self.folder):
            (self.folder / MANIFEST).unlink(missing_ok=True)
            for name in self._older - facts.keys() - {MANIFEST}:
                (self.folder / name).unlink(missing_ok=True)
            for file in self._files.values():
                file.publish()
            sync_folder(self.folder)
            last.publish()
            sync_folder(self.folder)
        return whole


def _turns(talk: Talk, options: ExportOptions | None = None) -> list[Json]:
    turns: list[Json] = []
    if options and options.system:
        turns.append({"role": "system", "content": options.system})
    for role, content in talk.messages:
        is_weighted = options is not None and options.weight and role == "assistant"
        turns.append({"role": role, "content": content, **({"weight": 1} if is_weighted else {})})
    return turns


def _older_files(folder: Path) -> set[str]:
    """Files of an older derived set, which is replaced; any other file is not ours to touch."""
    if not folder.exists():
        return set()
    if not folder.is_dir():
        raise Misconfigured(f"{folder}: is no folder; give another one with --out")
    found = {one.name for one in folder.iterdir() if not (one.name[:1] == "." and one.suffix == ".part")}  # fmt: skip
    found -= {"exports", "evaluation"}
    older: set[str] = set()
    with suppress(OSError, ValidationError):
        named = _Older.model_validate_json((folder / MANIFEST).read_bytes()).files
        older = {MANIFEST, *filter(_PLAIN_NAME.fullmatch, named)}
    if others := sorted(found - older):
        raise Misconfigured(
            f"{folder}: holds {others[0]!r}, which is of no derived set: give an empty folder with --out"
        )
    return older


def _remove_if_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()
