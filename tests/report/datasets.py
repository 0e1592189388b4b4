"""Small and large datasets to make reports of, written as a build writes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from generator.exporters.folder import DatasetWriter
from generator.exporters.info import Asked, DatasetInfo, PageRecord, TemplateRecord
from generator.records import Article, Outcome, Pair, Passage, Section, Usage, Verdict
from generator.report.report import render_report

SITE = "https://wiki.test"
SPLITS = ("train", "train", "validation", "test")
TEXT = (
    "The mill on the brook was built in 1871 by Ada Miller. It ground rye for four villages, "
    "and its wheel, seven metres across, was the largest in the valley until the flood of 1902."
)


def make_pair(number: int, passage: Passage, page: PageRecord, **known: Any) -> Pair:
    """A pair about a passage; every fifth asks for the year."""
    return Pair(
        **{
            "id": f"{number:032x}",
            "prompt": f"In what year was mill {number} built, and by whom?",
            "completion": f"It was built in 1871 by Ada Miller, as entry {number} tells.",
            "kind": "basic" if number % 3 else "detailed",
            "article": page.title,
            "section": passage.section,
            "language": page.language,
            "site": page.site,
            "page_id": page.page_id,
            "revision_id": page.revision_id,
            "url": page.url,
            "template": "basic@b1" if number % 3 else "detailed@d1",
            "model": "gpt-6-luna",
            "call": f"{number:032x}",
            "position": 0,
            "passage": passage.id,
            "split": SPLITS[number % len(SPLITS)],
            **known,
        }
    )


def write_dataset(
    folder: Path,
    *,
    titles: Sequence[str] = ("Water mill",),
    sections: Sequence[tuple[str, ...]] = ((), ("History",), ("History", "Founding")),
    pairs: int = 3,
    text: str = TEXT,
    known: Callable[[int], Mapping[str, Any]] = lambda number: {},
    rejects: Callable[[int], str] = lambda number: "",
    language: str = "en",
    url: str = f"{SITE}/w/index.php?oldid=100",
    model: str = "gpt-6-luna",
    report: bool = True,
) -> dict[str, Any]:
    """Write a dataset of so many pairs a passage; the last section of each article is back matter.

    Args:
        folder: where.
        titles: of the articles.
        sections: paths of the sections that are asked about.
        pairs: number of pairs of each passage.
        text: of every passage, followed by its number.
        known: what is special of a pair, by its number.
        rejects: why a pair is rejected, empty where it is kept.
        language: of the articles.
        url: of the articles.
        model: that is named.
        report: also write the report.
    """
    pages = [
        PageRecord(
            site=SITE, title=title, page_id=number, revision_id=100 + number, language=language,
            license="CC BY-SA 4.0", license_url="https://creativecommons.org/licenses/by-sa/4.0/",
            url=url, history_url=url,
        )
        for number, title in enumerate(titles, start=1)
    ]  # fmt: skip
    number = 0
    with DatasetWriter(folder) as writer:
        for page in pages:
            passages = [
                Passage(article=page.title, language=language, section=path, text=f"{text} {index}")
                for index, path in enumerate(sections)
            ]
            writer.article(page, _article(page, passages), passages)
            for passage in passages:
                call = f"{number:032x}"
                writer.outcome(_outcome(passage, call, pairs), _asked(page, passage))
                for _ in range(pairs):
                    pair = make_pair(number, passage, page, **known(number))
                    if reason := rejects(number):
                        verdict = Verdict(pair=pair.id, check="strict", keep=False, reason=reason)
                        writer.reject(pair, [verdict])
                    else:
                        writer.keep(pair)
                    number += 1
        return writer.finish(
            _info(folder.name, pages, model), reporter=render_report if report else None
        )


def _article(page: PageRecord, passages: Sequence[Passage]) -> Article:
    sections = [
        Section(path=one.section, level=len(one.section), text=one.text, index=index)
        for index, one in enumerate(passages)
    ]
    back = Section(
        path=("References",), level=1, text="A book.", index=len(passages), is_back_matter=True
    )
    return Article(title=page.title, language=page.language, sections=(*sections, back))


def _outcome(passage: Passage, call: str, pairs: int) -> Outcome:
    return Outcome(
        article=passage.article, section=passage.section, part=1, parts=1, template="basic@b1",
        call=call, status="done" if pairs else "failed", reason="" if pairs else "timeout",
        pairs=pairs,
    )  # fmt: skip


def _asked(page: PageRecord, passage: Passage) -> Asked:
    return Asked(
        site=page.site, page_id=page.page_id, revision_id=page.revision_id, passage=passage.id,
        prompt_tokens=500, completion_tokens=300, cost_usd=0.0002,
    )  # fmt: skip


def _info(name: str, pages: Sequence[PageRecord], model: str) -> DatasetInfo:
    return DatasetInfo(
        name=name, model=model, is_extractive=False, pages=tuple(pages),
        templates=(TemplateRecord(template="basic@b1", kind="basic", text_digest="t"),),
        endpoint="https://api.openai.com/v1", usage=Usage(prompt_tokens=500), cost_usd=0.0123,
    )  # fmt: skip
