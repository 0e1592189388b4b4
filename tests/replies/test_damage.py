"""Good replies with random damage to their structure: every pair that is read is one that was written."""

from __future__ import annotations

import json
import random
import re

import pytest

from generator.replies import read_reply

PAIRS = [
    ("Which river flows through Vienna?", "The Danube."),
    ('What is "Emma"?', 'A novel, "Emma", by Jane Austen.'),
    ("Wer schrieb „Faust“?", "Goethe; er schrieb: „Faust“, Teil 1 und 2."),
    ("富士山の標高は何メートルですか？", "3,776メートル、つまり「日本一」です。"),
    ("ما عاصمة الأردن؟", 'عمّان، وهي "العاصمة".'),
    ("Write a block.", '{ a: [1, 2], "b": {} } closes it'),
    ("Name two.", '- one\n- two, "three": four'),
    ("What's O'Neill's role?", "He's the 'captain', isn't he?"),
    ("Show a pair.", '{"prompt": "p?", "completion": "c."}'),
    ('What is the "prompt"?', 'The key "prompt": it is, "completion": the other.'),
    ("Which folder?", "It is C:\\new\\table here"),
    ("Which formula?", "It is $\\frac{a}{b}$, \\alpha too"),
]
KEYS = [("prompt", "completion"), ("question", "answer"), ("frage", "antwort"), ("質問", "回答")]
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_INSERTED = "\"'{}[],:\n\\ x;`“”"

REPLIES = 2_000
"""For each number of damages: about a second."""


def _reply(dice: random.Random) -> tuple[str, set[tuple[str, str]]]:
    pairs = dice.sample(PAIRS, dice.randint(2, 5))
    prompt, completion = dice.choice(KEYS)
    records: list[dict[str, object]] = [{prompt: one, completion: two} for one, two in pairs]
    if dice.random() < 0.2:
        records = [{"id": 7, **record, "tags": ["a", "b"]} for record in records]
    lines = [json.dumps(record, ensure_ascii=False) for record in records]
    text = dice.choice(
        [
            "\n".join(lines),
            "[" + ", ".join(lines) + "]",
            "[\n" + ",\n".join(lines) + "\n]",
            "".join(lines),
            '{"pairs": [' + ", ".join(lines) + "]}",
            json.dumps(records, ensure_ascii=False, indent=2),
            json.dumps({"pairs": records}, ensure_ascii=False, indent=1),
        ]
    )
    return text, set(pairs)


def _structure(text: str) -> list[int]:
    """The places outside the texts: quotes, braces, keys' surroundings. Damage inside cannot be seen."""
    inside: set[int] = set()
    for match in _STRING.finditer(text):
        inside.update(range(match.start() + 1, match.end() - 1))
    return [at for at in range(len(text)) if at not in inside]


def _damage(text: str, at: int, places: set[int], dice: random.Random) -> str:
    kind = dice.choice(["delete", "insert", "replace", "double", "swap", "delete more"])
    if kind == "insert":
        return text[:at] + dice.choice(_INSERTED) + text[at:]
    if kind == "replace":
        return text[:at] + dice.choice(_INSERTED) + text[at + 1 :]
    if kind == "double":
        return text[:at] + text[at] + text[at:]
    if kind == "swap" and at + 1 in places:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    end = at + 1
    while kind == "delete more" and end in places and dice.random() < 0.7:
        end += 1
    return text[:at] + text[end:]


def _damaged(text: str, count: int, dice: random.Random) -> str:
    structure = _structure(text)
    places = set(structure)
    after = len(text) + 10
    for at in sorted(dice.sample(structure, min(count, len(structure))), reverse=True):
        if after - at > 8:
            text = _damage(text, at, places, dice)
            after = at
    return text


def _core(text: str) -> str:
    """A text without what damage to the quotes around it may have put at its ends."""
    return text.strip(" \n\"'{}[],:;=\\x`“”.?？؟。")


@pytest.mark.parametrize(
    ("count", "allowed", "recovered"), [(1, 0, 0.85), (2, 1, 0.75), (4, 4, 0.6)]
)
def test_damage_to_the_structure_loses_pairs_and_makes_none(
    count: int, allowed: int, recovered: float
) -> None:
    """`allowed` pairs of some 7,000 may be wrong, and only where several damages play together."""
    dice = random.Random(count)
    wrong: list[tuple[str, str]] = []
    right = written = 0
    for _ in range(REPLIES):
        text, pairs = _reply(dice)
        written += len(pairs)
        cores = {(_core(prompt), _core(completion)) for prompt, completion in pairs}
        for pair in read_reply(_damaged(text, count, dice)).pairs:
            if (_core(pair.prompt), _core(pair.completion)) in cores:
                right += 1
            else:
                wrong.append((pair.prompt, pair.completion))
    assert len(wrong) <= allowed, wrong
    assert right / written > recovered


def test_a_cut_anywhere_gives_no_pair_that_was_not_written() -> None:
    dice = random.Random(5)
    for _ in range(REPLIES):
        text, pairs = _reply(dice)
        cut = text[: dice.randint(0, len(text))]
        for finish_reason in (None, "length"):
            read = read_reply(cut, finish_reason=finish_reason)
            assert {(pair.prompt, pair.completion) for pair in read.pairs} <= pairs, cut


def test_a_lost_line_costs_only_itself() -> None:
    dice = random.Random(6)
    for _ in range(500):
        pairs = dice.sample(PAIRS, 4)
        lines = [
            json.dumps({"prompt": one, "completion": two}, ensure_ascii=False) for one, two in pairs
        ]
        lines[1] = lines[1][: dice.randint(1, len(lines[1]) - 2)]
        found = [(pair.prompt, pair.completion) for pair in read_reply("\n".join(lines)).pairs]
        rest = [pairs[0], *pairs[2:]]
        assert found in (rest, pairs), lines[1]
