"""The import: every row is read, mended and checked once, then the chosen ones are split and written.

Clean pairs wait on the disk until the last row was read: only then is it known which are in the
sample, and which belong together.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

from generator.checks import reason_word, refusal
from generator.errors import ExitCode, SourceError
from generator.exporters.folder import PAIRS, REJECTED, DatasetWriter
from generator.exporters.info import Asked, DatasetInfo, PageRecord, TemplateRecord
from generator.importing.card import render_import_card
from generator.importing.drawing import Drawn, draw_pairs
from generator.importing.fields import look_up
from generator.importing.formats import Format
from generator.importing.groups import Groups, Splits, content_mark, keys_of
from generator.importing.judging import Judge
from generator.importing.leaks import Leaks
from generator.importing.mapping import Map, draw_mapped, load_map
from generator.importing.opening import BROKEN, Opened, opened
from generator.importing.options import MODEL, ImportOptions, read_options
from generator.importing.page import render_import_report
from generator.importing.reading import LOOKED_AT, Reading, begin_reading
from generator.importing.rows import Row
from generator.importing.sampling import Sample
from generator.importing.spool import Spool, Spooled
from generator.importing.tagging import SITE, name_files, row_digest, tag
from generator.importing.told import Example, Found, Progress, SourceRecord
from generator.metrics import Looked, PairSums
from generator.records import Json, Outcome, Pair

Observer = Callable[[Found | Progress], None]
TELL_EVERY: Final = 500
"""Rows between two reports of progress."""


def _nobody(event: Found | Progress) -> None:
    pass


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import has come to."""

    folder: Path
    manifest: Mapping[str, Any]
    sources: tuple[SourceRecord, ...]
    sample: int | None

    @property
    def kept(self) -> int:
        """Pairs in the dataset."""
        return int(self.manifest["pairs"]["kept"])

    @property
    def exit_code(self) -> ExitCode:
        """Incomplete where a file broke off, nothing was clean, or less than the sample that was asked for."""
        is_short = self.kept < (self.sample or 1)
        is_broken = any(source.broken for source in self.sources)
        return ExitCode.INCOMPLETE if is_short or is_broken else ExitCode.OK

    def pairs(self) -> Iterator[dict[str, Json]]:
        """The kept pairs with all their tags, one after the other, from `pairs.jsonl`."""
        return _rows(self.folder / PAIRS)

    def rejected(self) -> Iterator[dict[str, Json]]:
        """The rejected pairs with their reasons, from `rejected.jsonl`."""
        return _rows(self.folder / REJECTED)


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What an import would make of the first rows."""

    sources: tuple[SourceRecord, ...]
    examples: tuple[Example, ...]
    clean: int
    rejected: Mapping[str, int]
    """Pairs of the rows that were looked at, by the word of the reason."""


def import_pairs(
    files: str | Path | Iterable[str | Path], *, observe: Observer = _nobody, **options: Any
) -> Imported:
    """Make a dataset of questions and answers that are there already: read, mend, check, split, write.

    Args:
        files: JSONL, JSON, CSV, TSV or Parquet, packed with gzip or not; `-` is standard input.
        observe: is told the fields of each file, and how far the import is.
        **options: `prompt_field`, `completion_field`, `group_field` (guessed, guessed and none where
            not given), `encoding`, `delimiter`, `kind` (`imported`), `licence`, `sample` (so many
            clean pairs), `map` (`module:function`, makes pairs of plain lines), `checks`; and as
            `build` has them `workspace`, `name`, `seed`, `shares`, `format`, `system`, `separator`,
            `stop_sequence`, `base_context`, `report`.

    Raises:
        Misconfigured: an option that cannot be, a file that is not there, fields that cannot be told.
        SourceError: a file of which nothing can be read.
        StoreError: the folder cannot be written.
    """
    chosen = read_options(files, **options)
    function = load_map(chosen.map) if chosen.map else None
    with (
        DatasetWriter(chosen.folder, format=chosen.build.format, options=chosen.export) as writer,
        Spool(chosen.folder) as spool,
    ):
        run = _Import(options=chosen, function=function, spool=spool, reject=writer.reject, observe=observe)  # fmt: skip
        run.read()
        manifest = run.write(writer)
    return Imported(
        folder=chosen.folder, manifest=manifest, sources=tuple(run.sources), sample=chosen.sample
    )


def preview(files: str | Path | Iterable[str | Path], **options: Any) -> Preview:
    """What `import_pairs` would make of the first rows of each file; writes nothing.

    Raises:
        Misconfigured, SourceError: as `import_pairs`.
    """
    chosen = read_options(files, **options)
    function = load_map(chosen.map) if chosen.map else None
    rejected: Counter[str] = Counter()

    def count(pair: Pair, verdicts: Iterable[Any]) -> None:
        decided = refusal(verdicts)
        rejected[reason_word(decided.reason or decided.check) if decided else ""] += 1

    with Spool(Path(tempfile.gettempdir())) as spool:
        run = _Import(options=chosen, function=function, spool=spool, reject=count, observe=_nobody, most=LOOKED_AT)  # fmt: skip
        run.read()
        return Preview(
            sources=tuple(run.sources),
            examples=tuple(run.examples),
            clean=len(spool),
            rejected=dict(rejected.most_common()),
        )


FIRST_EXAMPLES, EXAMPLES = 2, 12
"""Rows of each file that a preview shows: the first, then those with a mending or a reason that is new,
up to so many."""


@dataclass(kw_only=True)
class _Import:
    """One import, while it goes on."""

    options: ImportOptions
    function: Map | None
    spool: Spool
    reject: Callable[[Pair, Iterable[Any]], None]
    observe: Observer
    most: int | None = None
    """Rows of each file that are looked at; None for all."""
    sources: list[SourceRecord] = field(default_factory=list)
    examples: list[Example] = field(default_factory=list)
    repairs: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.groups = Groups()
        self.looked = Looked()
        self.judge = Judge(
            self.options.checks,
            format=self.options.build.format,
            options=self.options.export,
            spool=self.spool,
            groups=self.groups,
        )
        size = self.options.sample
        self.sample = None if size is None else Sample(size)

    # Reading

    def read(self) -> None:
        """Read every file: what is clean goes to the spool, the rest is rejected."""
        names = name_files(self.options.files)
        for number, (path, name) in enumerate(zip(self.options.files, names, strict=True)):
            with opened(path) as file:
                reading = begin_reading(
                    path,
                    file,
                    name=name,
                    told=self.options.told,
                    asked=self.options.asked,
                    as_lines=self.function is not None,
                )
                self.observe(Found(name=name, reading=reading))
                self.sources.append(self._read_rows(number, reading, file))

    def _read_rows(self, source: int, reading: Reading, file: Opened) -> SourceRecord:
        counts: Counter[str] = Counter()
        broken = ""
        template = self._template(reading)
        try:
            for row in islice(reading.rows, self.most):
                counts["rows"] += 1
                self._take(source, reading, row, template, counts)
                if not counts["rows"] % TELL_EVERY:
                    self.observe(_progress(reading, counts, file))
        except (*BROKEN, SourceError) as exc:
            broken = str(exc) or type(exc).__name__
        if self.most is None:
            self.observe(_progress(reading, counts, file))
        return SourceRecord(
            name=reading.name,
            sha256=file.sha256() if self.most is None else "",
            bytes=file.bytes_read,
            format=reading.format.value,
            encoding=reading.encoding,
            delimiter=reading.layout.delimiter if reading.layout else "",
            has_header=reading.layout is not None and reading.layout.has_header,
            fields=reading.fields,
            template=template,
            rows=counts["rows"],
            skipped=counts["skipped"],
            clean=counts["clean"],
            rejected=counts["rejected"],
            broken=broken,
        )

    def _take(
        self, source: int, reading: Reading, row: Row, template: str, counts: Counter[str]
    ) -> None:
        drawn = draw_pairs(row, reading.fields) if self.function is None else draw_mapped(row, self.function)  # fmt: skip
        counts["skipped"] += not drawn
        reasons = []
        for position, one in enumerate(drawn):
            pair = tag(one, row, position, name=reading.name, template=template, kind=self.options.kind)  # fmt: skip
            shared = f"{source}:{row.number}" if len(drawn) > 1 else ""
            reason = self._decide(source, pair, one, row=shared, group=self._group(reading, row))
            reasons.append(reason)
            counts["rejected" if reason else "clean"] += 1
        if self.most is not None:
            self._show(reading.name, row, drawn, reasons, counts)

    def _show(
        self, name: str, row: Row, drawn: Sequence[Drawn], reasons: Sequence[str], counts: Counter[str]
    ) -> None:  # fmt: skip
        told = {reason_word(reason) for reason in reasons if reason}
        told.update(repair for one in drawn for repair in one.repairs)
        new = [one for one in told if not counts[f"shown {one}"]]
        if counts["examples"] < EXAMPLES and (new or counts["rows"] <= FIRST_EXAMPLES):
            counts["examples"] += 1
            counts.update(f"shown {one}" for one in told)
            self.examples.append(Example.of(name, row, drawn, reasons))

    def _decide(self, source: int, pair: Pair, drawn: Drawn, *, row: str, group: str) -> str:
        """Keep a pair or reject it; the reason for rejecting. `row` and `group` as `keys_of` has them."""
        verdicts = self.judge.judge(pair, drawn.problem, has_text=drawn.has_text)
        self.looked.add(verdicts)
        if (decided := refusal(verdicts)) is not None:
            self.reject(pair, verdicts)
            return decided.reason or decided.check
        self.groups.add(keys_of(pair, row=row, group=group), content_mark(pair))
        marks = tuple(one for one in verdicts if one.keep and one.reason)
        number = self.spool.add(Spooled(pair=pair, source=source, marks=marks))
        if self.sample is not None:
            self.sample.add(number, content_mark(pair, "sample", str(self.options.build.seed)))
        return ""

    def _group(self, reading: Reading, row: Row) -> str:
        value = look_up(row.value, reading.fields.group) if reading.fields.group else None
        return "" if value is None or value == "" else row_digest(Row(number=0, value=value))

    def _template(self, reading: Reading) -> str:
        if self.options.map:
            return f"map:{self.options.map}"
        return f"import@{reading.fields.digest}"

    # Writing

    def write(self, writer: DatasetWriter) -> dict[str, Json]:
        """Write the chosen pairs with their splits, and all that is told of them."""
        chosen: Sequence[int] = range(len(self.spool)) if self.sample is None else self.sample.numbers()  # fmt: skip
        splits = self.groups.splits(
            chosen, shares=self.options.shares, seed=self.options.build.seed
        )
        taken: Counter[int] = Counter()
        leaks = Leaks()
        sums = PairSums()
        sums.add(self._kept(writer, chosen, splits, taken, leaks))
        for number, source in enumerate(self.sources):
            outcome = _outcome(source, pairs=taken[number] + source.rejected)
            writer.outcome(outcome, Asked(site=SITE, cost_usd=0.0))
        return writer.finish(
            self._info(
                groups=splits.count,
                not_sampled=len(self.spool) - len(chosen),
                closest=leaks.greatest,
                measures=sums,
            ),
            reporter=render_import_report if self.options.build.report else None,
            card=render_import_card,
        )

    def _kept(
        self,
        writer: DatasetWriter,
        chosen: Sequence[int],
        splits: Splits,
        taken: Counter[int],
        leaks: Leaks,
    ) -> Iterator[Pair]:
        """The pairs of the dataset as they are written."""
        for number in chosen:
            spooled = self.spool.get(number)
            taken[spooled.source] += 1
            pair = replace(spooled.pair, split=splits[number])
            if writer.keep(pair, spooled.marks):
                leaks.add(pair)
                self.repairs.update(pair.repairs)
                self.languages[pair.language] += 1
                yield pair

    def _info(
        self, *, groups: int, not_sampled: int, closest: float | None, measures: PairSums
    ) -> DatasetInfo:
        language = max(self.languages, key=lambda one: self.languages[one], default="") or "und"
        templates = sorted({source.template for source in self.sources})
        return DatasetInfo(
            name=self.options.build.dataset_name,
            model=MODEL,
            is_extractive=False,
            pages=tuple(
                PageRecord(site=SITE, title=source.name, language=language, license=self.options.licence)
                for source in self.sources
            ),
            templates=tuple(
                TemplateRecord(template=one, kind=self.options.kind, text_digest="") for one in templates
            ),
            endpoint="",
            cost_usd=0.0,
            seed=self.options.build.seed,
            shares=self.options.shares,
            settings={
                **self.options.settings,
                "import": {
                    "sources": [source.told() for source in self.sources],
                    "not_sampled": not_sampled,
                    "groups": groups,
                    "closest_across_splits": closest,
                },
            },
            repairs=self.repairs,
            measures=self._measures(measures),
        )  # fmt: skip

    def _measures(self, sums: PairSums) -> dict[str, Json]:
        """What can be measured without a text that pairs were made from."""
        trained = sums.trained_tokens
        tokens: dict[str, Json] = {"source": None, "trained": trained, "trained_per_source": None}
        return {**sums.told(), "tokens": tokens, "judged": self.looked.told()}


def _progress(reading: Reading, counts: Counter[str], file: Opened) -> Progress:
    # Parquet is read by another reader, out of order.
    is_counted = reading.format is not Format.PARQUET
    return Progress(
        name=reading.name,
        rows=counts["rows"],
        clean=counts["clean"],
        rejected=counts["rejected"],
        bytes_read=file.bytes_read,
        size=file.size if is_counted else None,
    )


def _outcome(source: SourceRecord, *, pairs: int) -> Outcome:
    return Outcome(
        article=source.name,
        section=(),
        part=1,
        parts=1,
        template=source.template,
        call=source.sha256[:32],
        status="partial" if source.broken else "done",
        reason="file_broken" if source.broken else "",
        pairs=pairs,
    )


def _rows(path: Path) -> Iterator[dict[str, Json]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
