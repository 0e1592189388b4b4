"""Measures exports: rows a second and peak memory per format, each in a process of its own.

    python bench/exports.py --rows 1000000 --work DIR [--format NAME …]

Prints one line of JSON per format. The dataset is made on the first run: rows like those of articles, a
third of them not ASCII, from so many articles that each has fifty.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

from generator.exporters import EXPORTERS
from generator.exporters.export import export_dataset
from generator.exporters.jsonl import json_line

PER_ARTICLE = 50
WORDS = ("the", "mill", "wheel", "was", "built", "by", "its", "river", "1871", "and", "stone")
OTHERS = ("Mühle", "gebaut", "水車は", "川の", "الطاحونة", "النهر", "„Rad“")
SPLITS = ("train",) * 8 + ("validation", "test")


def make_dataset(folder: Path, rows: int) -> None:
    """A dataset folder with what an export reads."""
    folder.mkdir(parents=True)
    rng = random.Random(0)
    with (folder / "pairs.jsonl").open("w", encoding="utf-8") as pairs:
        for number in range(rows):
            pairs.write(json_line(make_row(number, rng)))
    with (folder / "articles.jsonl").open("w", encoding="utf-8") as articles:
        for number in range(rows // PER_ARTICLE + 1):
            articles.write(json_line(make_article(number)))
    data = (folder / "pairs.jsonl").open("rb")
    with data:
        sha256 = hashlib.file_digest(data, "sha256").hexdigest()
    manifest = {
        "name": "bench",
        "model": {"name": "m", "endpoint": "localhost", "is_extractive": False},
        "files": {"pairs.jsonl": {"sha256": sha256}},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def make_row(number: int, rng: random.Random) -> dict[str, object]:
    """A row of `pairs.jsonl`, some 900 bytes."""
    words = (*WORDS, *OTHERS) if number % 3 == 0 else WORDS
    article = number // PER_ARTICLE
    return {
        "id": f"{number:032x}",
        "prompt": f"What is known of {' '.join(rng.choices(words, k=8))} {number}?",
        "completion": " ".join(rng.choices(words, k=30)),
        "kind": "detailed",
        "article": f"Mill {article}",
        "section": ["History", f"Part {number % 7}"],
        "page_id": article + 1,
        "revision_id": article + 1000,
        "url": f"https://wiki.example/w/index.php?oldid={article + 1000}",
        "template": f"detailed@{7:032x}",
        "model": "m",
        "call": f"{number // 5:032x}",
        "split": SPLITS[number % len(SPLITS)],
        "language": "en",
        "site": "https://wiki.example",
        "passage": f"{number // 10:032x}",
        "position": number % 5,
        "repairs": [],
    }


def make_article(number: int) -> dict[str, object]:
    """A row of `articles.jsonl`."""
    return {
        "site": "https://wiki.example",
        "title": f"Mill {number}",
        "page_id": number + 1,
        "revision_id": number + 1000,
        "language": "en",
        "license": "Creative Commons Attribution-Share Alike 4.0",
        "license_url": "https://creativecommons.org/licenses/by-sa/4.0/",
        "url": f"https://wiki.example/w/index.php?oldid={number + 1000}",
        "history_url": f"https://wiki.example/w/index.php?title={number}&action=history",
    }


def measure(dataset: Path, format: str) -> dict[str, object]:
    """Export in this process, and say what it took."""
    out = dataset.parent / f"export-{format}"
    shutil.rmtree(out, ignore_errors=True)
    began, cpu = time.monotonic(), time.process_time()
    made = export_dataset(dataset, format=format, out=out)
    seconds, cpu_s = time.monotonic() - began, time.process_time() - cpu
    rows = sum(made.rows.values())
    size = sum(path.stat().st_size for path in out.iterdir())
    shutil.rmtree(out)
    return {
        "format": format,
        "rows": rows,
        "rows_s": round(rows / seconds),
        "seconds": round(seconds, 1),
        "cpu_s": round(cpu_s, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "written_mb": round(size / 1e6),
    }


def main() -> None:
    """Make the dataset where it is not there, then measure each format in a fresh process."""
    parser = argparse.ArgumentParser(description="Measure exports")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--format", nargs="*", default=list(EXPORTERS))
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    dataset = given.work / f"rows-{given.rows}"
    if given.inside:
        print(json.dumps(measure(dataset, given.format[0])))
        return
    if not (dataset / "manifest.json").exists():
        shutil.rmtree(dataset, ignore_errors=True)
        make_dataset(dataset, given.rows)
    common = ["--rows", str(given.rows), "--work", str(given.work), "--inside", "--format"]
    for format in given.format:
        subprocess.run([sys.executable, __file__, *common, format], check=True)


if __name__ == "__main__":
    main()
