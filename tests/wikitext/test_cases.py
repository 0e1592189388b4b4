"""Every case of `cases.toml`: what a reader sees, and that MediaWiki itself says the same."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from generator.records import Article
from generator.wikitext import clean
from tests.mediawiki.plugin import Wiki
from tests.wikitext.oracle import as_shown_by

CASES: list[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("cases.toml").read_text(encoding="utf-8")
)["case"]
ORACLE = [case for case in CASES if case.get("oracle", True) and case.get("language", "en") == "en"]


def squash(text: str) -> str:
    return " ".join(text.split())


def sections(article: Article) -> list[list[object]]:
    return [[one.level, one.title, squash(one.text)] for one in article.sections]


def expected(case: dict[str, Any]) -> list[list[object]]:
    return case["sections"] if "sections" in case else [[0, "", case["text"]]]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_reader_sees(case: dict[str, Any]) -> None:
    article = clean(case["wikitext"], title="Page", language=case.get("language", "en"))
    assert sections(article) == expected(case)


@pytest.mark.mediawiki
@pytest.mark.parametrize("case", ORACLE, ids=lambda case: case["name"])
def test_mediawiki_shows_the_same(case: dict[str, Any], wiki: Wiki) -> None:
    shown = as_shown_by(wiki, case["wikitext"])
    assert [[one.level, one.title, squash(one.text)] for one in shown] == expected(case)
