"""Dataset folders in a few lines: articles of sections, each with its text and its questions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from generator.digests import digest

SITE = "https://wiki.test"


class Asked(NamedTuple):
    """A question with its answer."""

    prompt: str
    completion: str
    tags: Mapping[str, Any] = {}


class Part(NamedTuple):
    """A section."""

    title: str
    split: str
    text: str
    asked: Sequence[Asked]


Articles = Mapping[str, Sequence[Part]]


def save(folder: Path, articles: Articles, *, language: str = "en", name: str = "") -> Path:
    """Write what deriving reads of a dataset."""
    folder.mkdir(parents=True, exist_ok=True)
    pages, pairs, outline = [], [], []
    for number, (title, parts) in enumerate(articles.items(), start=1):
        page = {
            "site": SITE, "page_id": 0, "revision_id": 7, "language": language,
        }  # fmt: skip
        pages.append(
            {
                **page,
                "title": title,
                "license": "CC BY-SA 4.0",
                "license_url": "",
                "url": f"{SITE}/{number}",
            }
        )
        for part in parts:
            passage = digest([title, part.title, part.text])
            row = {"article": title, "section": [part.title] if part.title else [], **page}
            outline.append(
                {
                    **row,
                    "words": 1,
                    "is_back_matter": False,
                    "passages": [
                        {"id": passage, "part": 1, "parts": 1, "joined": [], "text": part.text}
                    ],
                }
            )
            for place, one in enumerate(part.asked):
                pairs.append(
                    {
                        **row, "id": digest([passage, place]), "prompt": one.prompt, "completion": one.completion,
                        "kind": "basic", "url": f"{SITE}/{number}", "template": "basic@1", "model": "m",
                        "call": digest([passage]), "position": place, "passage": passage, "split": part.split,
                        **one.tags,
                    }
                )  # fmt: skip
    write(folder / "pairs.jsonl", pairs)
    write(folder / "outline.jsonl", outline)
    write(folder / "articles.jsonl", pages)
    sha = hashlib.sha256((folder / "pairs.jsonl").read_bytes()).hexdigest()
    manifest = {
        "name": name or folder.name,
        "model": {"name": "m", "endpoint": "http://localhost"},
        "files": {"pairs.jsonl": {"sha256": sha}},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def write(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows as JSON lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def read(path: Path) -> list[dict[str, Any]]:
    """The rows of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def mills(count: int = 8, title: str = "Water mill") -> Articles:
    """An article of sections that are about different things, two of them held out."""
    things = (
        "wheel",
        "weir",
        "millstone",
        "granary",
        "sluice",
        "miller",
        "flood",
        "bridge",
        "bakery",
        "meadow",
    )
    parts = []
    for number, thing in enumerate(things[:count]):
        year = 1700 + 13 * number + 200 * (title == "Wind mill")
        name = f"{thing[::-1].capitalize()} {thing.capitalize()}{title[:4].lower()}"
        text = (
            f"The {thing} of the {title} was built by {name}. It was finished in {year} after a long dispute. "
            f"From the {thing} one sees the {things[number - 1]}."
        )
        asked = (
            Asked(f"Who built the {thing} of the {title}?", f"{name}."),
            Asked(f"In which year was the {thing} of the {title} finished?", f"In {year}."),
        )
        split = {count - 2: "validation", count - 1: "test"}.get(number, "train")
        parts.append(Part(thing, split, text, asked))
    return {title: parts}
