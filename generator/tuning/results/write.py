"""Puts results into a folder: the table, the curves, the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from generator.errors import Misconfigured
from generator.exporters.files import explained
from generator.tuning.results.charts import draw_results
from generator.tuning.results.curves import Results
from generator.tuning.results.page import render_results
from generator.tuning.results.png import png_file
from generator.tuning.results.svg import svg_file
from generator.tuning.results.told import to_csv

TABLE, PAGE = "results.csv", "results.html"


class Written(NamedTuple):
    """The files of a folder of results."""

    files: Sequence[Path]
    remark: str
    """What could not be written and why; empty where all was."""


def write_results(
    results: Results,
    folder: Path,
    *,
    title: str,
    facts: Mapping[str, str],
    sources: Sequence[Path] = (),
) -> Written:
    """Write `results.csv`, `results.html`, and the curves as SVG and, where Pillow is there, as PNG.

    Args:
        sources: files that must not be written over.

    Raises:
        Misconfigured: the folder is the one that the results come from.
        StoreError: a file cannot be written.
    """
    if any(one.resolve() == (folder / TABLE).resolve() for one in sources):
        raise Misconfigured(f"{folder / TABLE} is what is read: give another folder with --out")
    texts = {TABLE: to_csv(results)}
    drawings = draw_results(results)
    texts |= {f"{one.name}.svg": svg_file(one) for one in drawings}
    pictures, remark = {}, ""
    try:
        pictures = {f"{one.name}.png": png_file(one) for one in drawings}
    except Misconfigured as missing:
        remark = str(missing)
    # The page comes last: where it is, the rest is there as well.
    texts[PAGE] = "".join(render_results(results, title=title, facts=facts))
    contents = {name: text.encode("utf-8", "replace") for name, text in texts.items()}
    page = contents.pop(PAGE)
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in {**contents, **pictures, PAGE: page}.items():
            (folder / name).write_bytes(content)
    return Written([folder / name for name in (*contents, *pictures, PAGE)], remark)
