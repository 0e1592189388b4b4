"""Training files for tests, and what is found in them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from generator.tuning.check import TrainingCheck, check_training

TOPICS = (
    "harbour",
    "library",
    "orchard",
    "railway",
    "theatre",
    "observatory",
    "monastery",
    "bakery",
)
VERBS = (
    "opened",
    "burnt down",
    "was sold",
    "was rebuilt",
    "closed",
    "moved",
    "was painted",
    "won a prize",
)


def chat(prompt: str, answer: str, **more: Any) -> dict[str, Any]:
    """A chat of one question."""
    turns = [{"role": "user", "content": prompt}, {"role": "assistant", "content": answer}]
    return {"messages": turns, **more}


def chats(count: int, *, begin: int = 0) -> list[dict[str, Any]]:
    """Chats that nothing is wrong with, all different."""
    return [chat(*pair(number)) for number in range(begin, begin + count)]


def pair(number: int) -> tuple[str, str]:
    """A question and its answer."""
    topic, verb = TOPICS[number % 8], VERBS[number // 8 % 8]
    return (
        f"In which year did we hear that the {topic} of town {number} {verb}?",
        f"It {verb} in {1500 + number}, in autumn.",
    )


def completions(
    count: int, *, separator: str = "\n\n###\n\n", stop: str = " END"
) -> list[dict[str, str]]:
    """Plain prompts with their completions, as base models take them."""
    pairs = (
        (f"{('Tell', 'Say')[n % 2]}: {asked}", told)
        for n in range(count)
        for asked, told in [pair(n)]
    )
    return [
        {"prompt": f"{asked}{separator}", "completion": f" {told}{stop}"} for asked, told in pairs
    ]


def write(path: Path, rows: Iterable[object]) -> Path:
    """JSON Lines."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def codes(checked: TrainingCheck, *severities: str) -> set[str]:
    """What was found, of these severities or of any."""
    return {one.code for one in checked.findings if not severities or one.severity in severities}


def check(tmp_path: Path, rows: Iterable[object], **options: Any) -> TrainingCheck:
    """The check of some rows."""
    return check_training(write(tmp_path / "train.jsonl", rows), **{"provider": "other", **options})
