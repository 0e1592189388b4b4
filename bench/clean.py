"""How fast pages are cleaned, against mwparserfromhell's `strip_code()` on the same pages in the same run.

    python bench/clean.py [FOLDER]

FOLDER holds `*.wiki` files; without one, the test articles are taken many times over. Both cleaners
take turns page by page, so that a busy machine slows both alike; times are processor time.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable
from pathlib import Path

import mwparserfromhell

from generator.wikitext import clean

ARTICLES = Path(__file__).parents[1] / "tests" / "wikitext" / "articles"


def read_pages(folder: Path) -> list[str]:
    """All pages of a folder; the test articles are made as long as real ones."""
    repeat = 40 if folder == ARTICLES else 1
    return [path.read_text(encoding="utf-8") * repeat for path in sorted(folder.glob("*.wiki"))]


def seconds(run: Callable[[str], object], page: str) -> float:
    began = time.process_time()
    run(page)
    return time.process_time() - began


def strip_code(page: str) -> object:
    return mwparserfromhell.parse(page).strip_code()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?", default=ARTICLES)
    pages = read_pages(parser.parse_args().folder)
    if not pages:
        parser.error("there are no *.wiki files in that folder")
    clean(pages[0])
    ours = sum(seconds(clean, page) for page in pages)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    turns = [(seconds(clean, page), seconds(strip_code, page)) for page in pages]
    again, theirs = (sum(turn[side] for turn in turns) for side in (0, 1))
    megabytes = sum(len(page.encode()) for page in pages) / 1e6
    print(f"{len(pages)} pages, {megabytes:.1f} MB")
    print(
        f"clean         {min(ours, again):7.2f} s  {megabytes / min(ours, again):6.2f} MB/s  {memory:.0f} MB at most"
    )
    print(f"strip_code()  {theirs:7.2f} s  {megabytes / theirs:6.2f} MB/s")
    print(f"ratio         {theirs / again:7.2f}")


if __name__ == "__main__":
    main()
