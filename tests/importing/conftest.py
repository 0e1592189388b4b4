"""What tests of imports share: files in many shapes, and importing them into a folder of their own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.importing import Imported, import_pairs

MEDICAL = Path(__file__).parent / "data" / "medical.csv"
"""Invented, in the shape of a set of the field: 138 rows with `questions` and `answers`."""


@pytest.fixture
def medical() -> Path:
    return MEDICAL


@pytest.fixture
def towers() -> list[dict[str, str]]:
    """Thirty plain rows that every check keeps."""
    return [
        {
            "question": f"How high is the tower of {name}?",
            "answer": f"The tower of {name} is {number + 20} metres high.",
        }
        for number, name in enumerate(NAMES)
    ]


NAMES = (
    "Aalen Berka Calau Dahme Elmshorn Fehmarn Gartz Husum Ilmenau Jena Kahla Laage Malchow Nauen "
    "Oschatz Parchim Quern Rerik Stavenhagen Templin Usedom Velten Wismar Xanten Ybbs Zossen "
    "Altena Brilon Coburg Demmin"
).split()


@pytest.fixture
def put(tmp_path) -> Callable[..., Path]:
    """Writes a file: bytes as they are, text as UTF-8, a list as JSONL."""

    def put(name: str, content: bytes | str | list) -> Path:
        if isinstance(content, list):
            content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in content)
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return put


@pytest.fixture
def take(tmp_path) -> Callable[..., Imported]:
    """Imports without a report."""

    def take(*files: Path, **options) -> Imported:
        return import_pairs(files, **{"workspace": tmp_path / "out", "report": False, **options})

    return take


def sides(imported: Imported) -> list[tuple[str, str]]:
    """The kept pairs without their tags."""
    return [(row["prompt"], row["completion"]) for row in imported.pairs()]


def reasons(imported: Imported) -> dict[str, int]:
    """Rejected pairs by reason."""
    return imported.manifest["pairs"]["rejected_by_reason"]
