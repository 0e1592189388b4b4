"""Floors for the quality of cleaning: raised when it gets better, never lowered without a word."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from generator.records import Article
from generator.wikitext import clean
from tests.mediawiki.plugin import Wiki
from tests.wikitext.figures import Figures, measure
from tests.wikitext.oracle import as_shown_by

ARTICLES = sorted(Path(__file__).with_name("articles").glob("*.wiki"))
REAL_PAGES = Path(__file__).parents[3] / "shared" / "corpus"


def cleaned(path: Path) -> Article:
    language = path.name.split(".")[1]
    return clean(path.read_text(encoding="utf-8"), title=path.name.split(".")[0], language=language)


def written(article: Article) -> str:
    """An article as its expected text is kept: headings between equals signs."""
    parts = [
        "\n".join(
            [f"{'=' * one.level} {one.title} {'=' * one.level}" if one.level else "", one.text]
        ).strip()
        for one in article.sections
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_an_article_reads_as_it_should(path: Path) -> None:
    assert written(cleaned(path)) == path.with_suffix(".txt").read_text(encoding="utf-8")


def test_figures_of_our_articles_stay_above_their_floors() -> None:
    pairs = [
        (written(cleaned(path)), path.with_suffix(".txt").read_text(encoding="utf-8"))
        for path in ARTICLES
    ]
    figures = measure(pairs)
    assert min(figures.retention, figures.precision, figures.headings) >= 0.998
    assert figures.residue <= 15, "two quote marks that an article shows on purpose"


def test_the_measure_notices_what_is_lost_added_or_left_over() -> None:
    right = "= A =\none two three four five six"
    assert measure([(right, right)]) == Figures(1, 1, 1, 0)
    lost = measure([("= A =\none two three", right)])
    assert lost.retention < 1 == lost.precision
    added = measure([(f"{right} seven", right)])
    assert added.precision < 1 == added.retention
    assert measure([("= B =\n{{x}} one", right)]).headings == 0
    assert measure([("= B =\n{{x}} one", right)]).residue > 0


PROSE = (
    "'''Ferro''' is a [[port]] on the ''east'' coast.\n\nIt has a [[pier|long pier]] and\ntwo lights.\n\n"
    "== Past ==\nThe first ship came in 1871.\n* coal\n* iron\n=== Winter ===\nEleven weeks of ice; &mdash; no ship.\n"
    "== Trade ==\n# one\n# two\n; Fish: fresh\n: and salted\nSee [https://ferro.example the office].\n"
) * 3


@pytest.mark.mediawiki
def test_sections_and_text_of_an_article_are_those_that_mediawiki_shows(wiki: Wiki) -> None:
    article, shown = clean(PROSE), as_shown_by(wiki, PROSE)
    assert [(one.level, one.title) for one in article.sections] == [one[:2] for one in shown]
    assert [one.text.split() for one in article.sections] == [one.text.split() for one in shown]


@pytest.mark.skipif(not REAL_PAGES.is_dir(), reason="there are no real pages beside the checkout")
def test_figures_of_real_pages_stay_above_their_floors() -> None:
    """194 real pages with what MediaWiki 1.39 shows for them; takes about twenty seconds."""
    done = subprocess.run(
        [sys.executable, str(REAL_PAGES / "score_clean.py"), "--json"],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True, encoding="utf-8", check=True, timeout=300,
    )  # fmt: skip
    figures = json.loads(done.stdout)
    assert figures["crashed"] == 0
    assert figures["bad"] <= 1
    assert figures["retention"] >= 99.85
    assert figures["precision"] >= 99.7
    assert figures["noise"] <= 0.1
    assert figures["inline"] >= 98
    assert figures["heads_recall"] >= 99.75
    assert figures["heads_precision"] >= 99.75
    assert figures["residue"] <= 3
