"""Writes a dataset folder: rows as they come, then all files get their names at once.

Everything goes to temporary names in the folder. `finish` brings them to the disk, takes away the
manifest of an older dataset, renames, and names the new manifest last: where there is a manifest,
the dataset is whole. Until then an older dataset stays as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Protocol, Self

from generator.checks import reason_word, refusal
from generator.exporters import ExportOptions, load_row_exporter
from generator.exporters.card import render_card
from generator.exporters.files import FileFacts, PartFile, explained, locked, sync_folder
from generator.exporters.info import (
    TEMPLATES,
    Asked,
    DatasetInfo,
    FactRecord,
    PageRecord,
    TemplateRecord,
)
from generator.exporters.jsonl import is_unicode, json_line, json_text
from generator.exporters.manifest import MANIFEST, TEMPLATE_FILE, build_manifest
from generator.exporters.outline import outline_rows
from generator.exporters.tally import Tally
from generator.heldout import HELD_OUT_SPLITS
from generator.records import Article, Json, Outcome, Pair, Passage, Verdict
from generator.splits import SPLITS

PAIRS: Final = "pairs.jsonl"
REJECTED: Final = "rejected.jsonl"
SECTIONS: Final = "sections.jsonl"
OUTLINE: Final = "outline.jsonl"
FACTS: Final = "facts.jsonl"
MEASURES: Final = "measures.jsonl"
ARTICLES: Final = "articles.jsonl"
CARD: Final = "README.md"
REPORT: Final = "report.html"
_STREAMED = (PAIRS, REJECTED, SECTIONS, OUTLINE)
_SOMETIMES = (FACTS, MEASURES, *(f"{split}.jsonl" for split in {*SPLITS, *HELD_OUT_SPLITS}))
"""Files that a dataset of another recipe may have left behind."""

Reporter = Callable[[Mapping[str, Path], Mapping[str, Any]], Iterable[str]]
"""Makes a page to look at of the files, by name, and the manifest; in pieces."""

NOT_SAID: Final = Asked()


class CardRenderer(Protocol):
    """Makes the dataset card as Markdown."""

    def __call__(
        self, info: DatasetInfo, tally: Tally, /, *, format: str, options: ExportOptions
    ) -> str: ...


class DatasetWriter:
    """Writes one dataset folder; use it in a `with` block and call `finish` at its end.

    A block that is left without `finish`, or by an exception, leaves the folder as it was. To learn
    early whether a folder can be written, enter and leave a block.
    """

    def __init__(
        self,
        folder: Path,
        *,
        format: str = "chat",
        options: ExportOptions | None = None,
        splits: Sequence[str] = SPLITS,
        has_facts: bool = False,
    ) -> None:
        """Choose the folder and the format of the split files; nothing is written yet.

        Args:
            folder: of the dataset.
            format: of the split files.
            options: of the format.
            splits: names of the splits, each a file.
            has_facts: whether there is a file of facts.

        Raises:
            Misconfigured: a format that is not there.
        """
        self._folder = folder
        self._format = format
        self._options = options or ExportOptions()
        self._splits = tuple(splits)
        self._has_facts = has_facts
        self._exporter = load_row_exporter(format)
        self._tally = Tally()
        self._files: dict[str, PartFile] = {}
        self._open = ExitStack()

    def __enter__(self) -> Self:
        """Make the folder, lock it, and begin the files.

        Raises:
            StoreError: the folder cannot be written, or another process is writing it.
        """
        with self._open as stack, explained(self._folder):
            is_new = not self._folder.exists()
            self._folder.mkdir(parents=True, exist_ok=True)
            if is_new:
                stack.callback(_remove_if_empty, self._folder)
            stack.enter_context(locked(self._folder))
            extra = (FACTS,) if self._has_facts else ()
            for name in (*_STREAMED, *extra, *(f"{split}.jsonl" for split in self._splits)):
                self._begin(name, stack)
            self._open = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()

    def keep(self, pair: Pair, verdicts: Iterable[Verdict] = ()) -> bool:
        """Write a pair with its split; False where the format cannot hold it and it is rejected.

        `verdicts` are those of the checks: what they say of a pair that they keep is written, too, and
        counted.

        Raises:
            ValueError: the pair has no split.
            StoreError: the file cannot be written.
        """
        if pair.split not in self._splits:
            raise ValueError(f"pair {pair.id}: {pair.split!r} is not a split")
        if reason := self._conflict(pair):
            verdict = Verdict(
                pair=pair.id, check=f"format:{self._format}", keep=False, reason=reason
            )
            self.reject(pair, [verdict])
            return False
        marks = [one for one in verdicts if one.keep and one.reason]
        self._write(
            PAIRS, {**_tagged(pair), "marks": [f"{one.check}: {one.reason}" for one in marks]}
        )
        self._write(f"{pair.split}.jsonl", self._exporter.row(pair, self._options))
        self._tally.keep(pair)
        for one in marks:
            self._tally.mark(one.check, reason_word(one.reason))
        return True

    def reject(self, pair: Pair, verdicts: Iterable[Verdict]) -> None:
        """Write a pair that is not to be in the dataset, with what every check said of it.

        Raises:
            ValueError: no verdict refuses the pair.
            StoreError: the file cannot be written.
        """
        verdicts = tuple(verdicts)
        decided = refusal(verdicts)
        if decided is None:
            raise ValueError(f"pair {pair.id}: rejected, but no check refuses it")
        reason = decided.reason or decided.check
        row = _tagged(pair)
        del row["split"]
        row["check"], row["reason"] = decided.check, reason
        row["verdicts"] = [_told(verdict) for verdict in verdicts]
        self._write(REJECTED, row)
        self._tally.reject(reason_word(reason))

    def article(self, page: PageRecord, article: Article, passages: Sequence[Passage]) -> None:
        """Write the outline of an article with its text, before anything else about it.

        Raises:
            StoreError: the file cannot be written.
        """
        for row in outline_rows(page, article, passages):
            self._write(OUTLINE, row)

    def fact(self, record: FactRecord) -> None:
        """Write a fact that pairs may be about.

        Raises:
            StoreError: the file cannot be written.
        """
        self._write(FACTS, asdict(record))

    def measure(self, page: PageRecord, row: Mapping[str, Json]) -> None:
        """Write what was measured of one section of an article.

        Raises:
            StoreError: the file cannot be written.
        """
        if MEASURES not in self._files:
            self._begin(MEASURES, self._open)
        own = {name: getattr(page, name) for name in ("site", "page_id", "revision_id")}
        self._write(MEASURES, {"article": page.title, **own, **row})

    def outcome(self, outcome: Outcome, asked: Asked = NOT_SAID) -> None:
        """Write how one planned (passage, template) ended.

        Raises:
            StoreError: the file cannot be written.
        """
        self._write(SECTIONS, {**asdict(outcome), **asdict(asked)})
        self._tally.add(outcome)

    def finish(
        self,
        info: DatasetInfo,
        *,
        reporter: Reporter | None = None,
        card: CardRenderer = render_card,
    ) -> dict[str, Json]:
        """Write articles, card and manifest, and put the new dataset in place of an older one.

        Args:
            info: what the rows do not tell.
            reporter: makes the page to look at; without one there is none.
            card: makes the dataset card, for datasets that no article is behind.

        Returns:
            The manifest.

        Raises:
            StoreError: a file cannot be written; the folder is as it was.
            RuntimeError: the counts do not add up, which is a bug of the caller.
        """
        pages = sorted({page.key: page for page in info.pages}.items())
        if problems := self._tally.problems(key for key, _ in pages):
            raise RuntimeError(f"this is a bug, please report it: {'; '.join(problems)}")
        for name in (ARTICLES, CARD, MANIFEST):
            self._begin(name, self._open)
        for key, page in pages:
            self._write(ARTICLES, _credited(page, self._tally.articles[key]))
        self._keep_templates(info.templates)
        text = card(info, self._tally, format=self._format, options=self._options)
        self._files[CARD].write(text)
        manifest = build_manifest(
            info, self._tally, format=self._format, options=self._options, files=self._close_rows()
        )
        self._files[MANIFEST].write(json_text(manifest))
        self._files[MANIFEST].close()
        if reporter is not None:
            self._report(reporter, manifest)
        self._publish()
        return manifest

    def _keep_templates(self, templates: Iterable[TemplateRecord]) -> None:
        sources = {one.file: one.source for one in templates if one.file}
        if not sources:
            return
        folder = self._folder / TEMPLATES
        with explained(folder):
            folder.mkdir(exist_ok=True)
        self._open.callback(_remove_if_empty, folder)
        for name, source in sources.items():
            self._begin(name, self._open)
            self._files[name].write(source if source.endswith("\n") else f"{source}\n")

    def _report(self, reporter: Reporter, manifest: Mapping[str, Any]) -> None:
        parts = {name: file.part for name, file in self._files.items()}
        self._begin(REPORT, self._open)
        for piece in reporter(parts, manifest):
            self._files[REPORT].write(piece)
        self._files[REPORT].close()

    def _conflict(self, pair: Pair) -> str | None:
        if not is_unicode(pair.prompt + pair.completion):
            return "not_unicode"
        return self._exporter.conflict(pair, self._options)

    def _begin(self, name: str, stack: ExitStack) -> None:
        self._files[name] = PartFile(self._folder / name)
        stack.callback(self._files[name].discard)

    def _write(self, name: str, row: dict[str, Json]) -> None:
        self._files[name].write(json_line(row))

    def _close_rows(self) -> dict[str, FileFacts]:
        return {name: file.close() for name, file in self._files.items() if name != MANIFEST}

    def _publish(self) -> None:
        with explained(self._folder):
            (self._folder / MANIFEST).unlink(missing_ok=True)
            # The manifest does not name the report, which can be made anew: an old one must not stay.
            (self._folder / REPORT).unlink(missing_ok=True)
            sync_folder(self._folder)
            for name, file in self._files.items():
                if name != MANIFEST:
                    file.publish()
            self._remove_older_templates()
            for name in _SOMETIMES:
                if name not in self._files:
                    (self._folder / name).unlink(missing_ok=True)
            sync_folder(self._folder)
            self._files[MANIFEST].publish()
            sync_folder(self._folder)

    def _remove_older_templates(self) -> None:
        folder = self._folder / TEMPLATES
        if not folder.is_dir():
            return
        for path in folder.iterdir():
            name = f"{TEMPLATES}/{path.name}"
            is_old = name not in self._files and TEMPLATE_FILE.fullmatch(name)
            if is_old or path.suffix == ".part":
                path.unlink(missing_ok=True)
        sync_folder(folder)


def _remove_if_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def _tagged(pair: Pair) -> dict[str, Json]:
    return {
        "id": pair.id,
        "prompt": pair.prompt,
        "completion": pair.completion,
        "kind": pair.kind,
        "article": pair.article,
        "section": list(pair.section),
        "page_id": pair.page_id,
        "revision_id": pair.revision_id,
        "url": pair.url,
        "template": pair.template,
        "model": pair.model,
        "call": pair.call,
        "split": pair.split,
        "language": pair.language,
        "site": pair.site,
        "passage": pair.passage,
        "position": pair.position,
        "repairs": list(pair.repairs),
        "facts": list(pair.facts),
        "quote": pair.quote,
        "of": pair.of,
        "other_section": None if pair.other_section is None else list(pair.other_section),
    }


def _told(verdict: Verdict) -> Json:
    score = verdict.score if verdict.score is not None and isfinite(verdict.score) else None
    return {
        "check": verdict.check,
        "keep": verdict.keep,
        "reason": verdict.reason,
        "score": score,
    }


def _credited(page: PageRecord, pairs: int) -> dict[str, Json]:
    return {**asdict(page), "pairs": pairs}
