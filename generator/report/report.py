"""The report on a dataset: one page with every pair beside its passage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Final

from generator.exporters.folder import ARTICLES
from generator.exporters.info import PageRecord, endpoint_label
from generator.exporters.licences import is_share_alike, licence_id
from generator.metrics import by_group, judge
from generator.report.outline import heading
from generator.report.overview import SHOWN_PAIRS, FindReply, Overview, choose_shown
from generator.report.page import render_page
from generator.report.rows import PageId, read_articles, read_rows
from generator.report.view import view_articles, view_maps

CREDITED: Final = 200
"""Articles that are credited in the page; `articles.jsonl` has all."""
OPEN_PAIRS: Final = 400
"""Pairs up to which all passages are open at first."""


def render_report(
    files: Mapping[str, Path],
    manifest: Mapping[str, Any],
    *,
    find_reply: FindReply | None = None,
    most: int = SHOWN_PAIRS,
) -> Iterator[str]:
    """The report in pieces; the same files give the same bytes.

    Reads the rows three times and holds one article of them in memory.

    Args:
        files: the dataset's files by name.
        manifest: its manifest.
        find_reply: looks up replies for the time that they took. What that says differs from run to
            run; without it the page says nothing of time.
        most: pairs that are shown; beyond that whole articles are chosen, the same ones every time.

    Raises:
        StoreError: a file cannot be read, or is not what it should be.
    """
    overview = Overview(read_articles(files), find_reply)
    shown = choose_shown(overview.articles, most)
    pages = _read_pages(files[ARTICLES])
    shown_pairs = sum(one.kept + one.rejected for one in overview.articles if one.id in shown)
    return render_page(
        "report.html.j2",
        title=manifest["name"],
        styles=["report.css"],
        scripts=["report.js"],
        manifest=manifest,
        measures=manifest.get("measures"),
        judged=by_group(judge(manifest.get("measures"))),
        overview=overview,
        total=overview.total,
        shown=shown,
        shown_pairs=shown_pairs,
        opens_all=shown_pairs <= OPEN_PAIRS,
        maps=view_maps(read_articles(files), shown),
        articles=view_articles(read_articles(files), shown),
        credits=list(islice(pages.values(), CREDITED)),
        licences=sorted({(page.license, page.license_url) for page in pages.values()}),
        is_share_alike=any(is_share_alike(licence_id(page)) for page in pages.values()),
        endpoint=endpoint_label(manifest["model"]["endpoint"]),
        pages=pages,
        heading=heading,
    )


def _read_pages(path: Path) -> dict[PageId, PageRecord]:
    """Every article with what it has to say of itself."""
    pages = {}
    for row in read_rows(path):
        page = PageRecord(**{name: row[name] for name in PageRecord.__slots__})
        pages[PageId(page.site, page.page_id, page.revision_id, page.title)] = page
    return pages
