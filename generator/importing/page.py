"""The page to look at of an imported dataset: where its rows come from, some of them, and what was left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Final

from generator.checks import reason_word
from generator.exporters.folder import PAIRS, REJECTED
from generator.metrics import by_group, judge
from generator.report.page import render_page
from generator.report.rows import Row, read_rows

SHOWN_PAIRS: Final = 500
"""The first kept pairs, which the page shows; `pairs.jsonl` has all."""
SHOWN_REJECTED: Final = 5
"""Of each reason."""


def render_import_report(files: Mapping[str, Path], manifest: Mapping[str, Any]) -> Iterator[str]:
    """The page in pieces; the same files give the same bytes.

    Raises:
        StoreError: a file cannot be read.
    """
    return render_page(
        "import.html.j2",
        folder=Path(__file__).parent,
        title=manifest["name"],
        styles=["report.css"],
        manifest=manifest,
        told=manifest["settings"]["import"],
        judged=by_group(judge(manifest.get("measures"))),
        pairs=islice(read_rows(files[PAIRS]), SHOWN_PAIRS),
        shown=min(SHOWN_PAIRS, manifest["pairs"]["kept"]),
        rejected=_by_reason(files[REJECTED]),
    )


def _by_reason(path: Path) -> dict[str, list[Row]]:
    """The first rejected rows of each reason."""
    found: dict[str, list[Row]] = {}
    for row in read_rows(path):
        own = found.setdefault(reason_word(row["reason"]), [])
        if len(own) < SHOWN_REJECTED:
            own.append(row)
    return dict(sorted(found.items()))
