"""General questions that most models know: whether tuning has cost what was there before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from generator.digests import digest
from generator.errors import Misconfigured
from generator.evaluation.records import Item
from generator.names import nearest

SHIPPED: Final = Path(__file__).parent / "general.jsonl"
"""200 questions in English with short answers: places, people, works, nature, numbers, years. Ours."""
_QUESTION, _ANSWERS, _LANGUAGE = "question", "answers", "language"


def read_general(path: Path | None = None) -> list[Item]:
    """The items of the row `general`: ours, or those of a file in JSON Lines.

    A line has `question`, `answers` (a text, or a list of which any is right) and perhaps `language`.

    Raises:
        Misconfigured: the file cannot be read, or a line cannot be used.
    """
    path = path or SHIPPED
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"cannot read general questions {path}: {error}") from error
    items = list(_items(text, path))
    if not items:
        raise Misconfigured(f"{path}: no questions in it")
    return items


def _items(text: str, path: Path) -> Iterator[Item]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield _item(line, f"{path}, line {number}")


def _item(line: str, where: str) -> Item:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Misconfigured(f"{where}: no JSON: {error}") from None
    if not isinstance(row, dict):
        raise Misconfigured(f"{where}: no JSON object")
    question, answers = row.get(_QUESTION), row.get(_ANSWERS)
    if isinstance(answers, str):
        answers = [answers]
    if not isinstance(question, str) or not question.strip():
        raise Misconfigured(f"{where}: there is no {_QUESTION!r}{nearest(_QUESTION, list(row))}")
    if not isinstance(answers, list) or not answers or not all(map(_is_text, answers)):
        raise Misconfigured(
            f"{where}: {_ANSWERS!r} must be a text or a list of texts{nearest(_ANSWERS, list(row))}"
        )
    language = row.get(_LANGUAGE, "en")
    return Item(
        id=digest([question, answers]), row="general", prompt=question, answers=tuple(answers),
        language=language if isinstance(language, str) else "en", kind="general",
    )  # fmt: skip


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
