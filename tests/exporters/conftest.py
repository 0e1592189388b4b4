"""A small dataset about mills, and what hostile texts look like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from generator.exporters import ExportOptions
from generator.exporters.folder import DatasetWriter
from generator.exporters.info import DatasetInfo, PageRecord, TemplateRecord
from generator.records import Outcome, Pair, Usage, Verdict

SITE = "https://wiki.test"
TITLES = ("Water mill", "Wassermühle", "水車", "طاحونة مائية")
SPLITS = ("train", "train", "train", "validation", "test")


@pytest.fixture(scope="session")
def make_pair() -> Callable[..., Pair]:
    def make(number: int = 0, **tags: Any) -> Pair:
        title = TITLES[number % len(TITLES)]
        known: dict[str, Any] = {
            "id": f"pair{number}",
            "prompt": f"What is fact {number} of {title}?",
            "completion": f"It is number {number}.",
            "kind": "detailed" if number % 3 else "basic",
            "article": title,
            "section": ("History", f"Part {number}") if number % 4 else (),
            "language": ("en", "de", "ja", "ar")[number % 4],
            "site": SITE,
            "page_id": number % 4 + 1,
            "revision_id": number % 4 + 100,
            "url": f"{SITE}/w/index.php?oldid={number % 4 + 100}",
            "template": "detailed@d1",
            "model": "gpt-6-luna",
            "call": f"call{number}",
            "position": 0,
            "passage": f"passage{number}",
            "split": SPLITS[number % len(SPLITS)],
        }
        return Pair(**{**known, **tags})

    return make


@pytest.fixture(scope="session")
def make_page() -> Callable[..., PageRecord]:
    def make(number: int = 0, **known: Any) -> PageRecord:
        title = TITLES[number % len(TITLES)]
        return PageRecord(
            **{
                "site": SITE,
                "title": title,
                "page_id": number + 1,
                "revision_id": number + 100,
                "timestamp": "2026-11-01T10:00:00Z",
                "fetched_at": "2026-11-20T08:00:00Z",
                "language": ("en", "de", "ja", "ar")[number % 4],
                "license": "Creative Commons Attribution-Share Alike 4.0",
                "license_url": "https://creativecommons.org/licenses/by-sa/4.0/",
                "url": f"{SITE}/w/index.php?oldid={number + 100}",
                "history_url": f"{SITE}/w/index.php?title={number}&action=history",
                **known,
            }
        )

    return make


@pytest.fixture(scope="session")
def make_info(make_page: Callable[..., PageRecord]) -> Callable[..., DatasetInfo]:
    def make(**known: Any) -> DatasetInfo:
        return DatasetInfo(
            **{
                "name": "mills",
                "model": "gpt-6-luna",
                "is_extractive": False,
                "pages": tuple(make_page(number) for number in range(4)),
                "templates": (
                    TemplateRecord(template="detailed@d1", kind="detailed", text_digest="t1"),
                    TemplateRecord(template="basic@b1", kind="basic", text_digest="t2"),
                ),
                "endpoint": "https://api.openai.com/v1",
                "usage": Usage(prompt_tokens=12_345, completion_tokens=678),
                "cost_usd": 0.0123,
                **known,
            }
        )

    return make


@pytest.fixture(scope="session")
def refuse() -> Callable[..., list[Verdict]]:
    def verdicts(pair: Pair, reason: str = "empty_prompt") -> list[Verdict]:
        return [
            Verdict(pair=pair.id, check="calm", keep=True, score=0.5),
            Verdict(pair=pair.id, check="strict", keep=False, reason=reason),
        ]

    return verdicts


@pytest.fixture(scope="session")
def outcome_of() -> Callable[..., Outcome]:
    def outcome(pair: Pair, **known: Any) -> Outcome:
        return Outcome(
            **{
                "article": pair.article,
                "section": pair.section,
                "part": 1,
                "parts": 1,
                "template": pair.template,
                "call": pair.call,
                "status": "done",
                "pairs": 1,
                **known,
            }
        )

    return outcome


@pytest.fixture(scope="session")
def write(
    make_info: Callable[..., DatasetInfo],
    refuse: Callable[..., list[Verdict]],
    outcome_of: Callable[..., Outcome],
) -> Callable[..., dict[str, Any]]:
    """Writes a whole dataset and gives its manifest."""

    def whole(
        folder: Path,
        keep: Sequence[Pair],
        *,
        reject: Sequence[Pair] = (),
        format: str = "chat",
        options: ExportOptions | None = None,
        **known: Any,
    ) -> dict[str, Any]:
        with DatasetWriter(folder, format=format, options=options) as writer:
            for pair in keep:
                writer.keep(pair)
                writer.outcome(outcome_of(pair))
            for pair in reject:
                writer.reject(pair, refuse(pair))
                writer.outcome(outcome_of(pair))
            return writer.finish(make_info(**known))

    return whole
