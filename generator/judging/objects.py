"""The objects in a model's reply that are about a pair, by the pair's name; whatever else is in it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from generator.replies.objects import Members, Value
from generator.replies.scan import find_pieces
from generator.replies.unwrap import unwrap

Record = Mapping[str, Value]

_NAMES = ("pair", "id", "of", "question_id", "pair_id")
_DEPTH = 4
"""How deep lists and objects may hold those that are looked for."""


def records_by_name(text: str, names: Collection[str]) -> dict[str, Record]:
    """The object about each of these pairs; none for a pair with two that differ. Never raises."""
    found: dict[str, Record] = {}
    torn: set[str] = set()
    for record in _records(text):
        name = name_of(record, names)
        if name in found and found[name] != record:
            torn.add(name)
        elif name:
            found[name] = record
    return {name: record for name, record in found.items() if name not in torn}


def name_of(record: Record, names: Collection[str]) -> str:
    """Which of these pairs an object names; empty for none."""
    for key in _NAMES:
        name = text_of(record, key).strip("\"'#()[] ")
        if name in names:
            return name
    return ""


def text_of(record: Record, key: str) -> str:
    """A text in one line; empty where there is none."""
    value = record.get(key)
    if not isinstance(value, str):
        return ""
    return " ".join(value.encode("utf-8", "ignore").decode("utf-8").split())


def truth_of(record: Record, key: str) -> bool | None:
    """Yes or no; None where it is neither."""
    value = record.get(key)
    if isinstance(value, str):
        return _WORDS.get(value.strip().casefold())
    return value if isinstance(value, bool) else None


_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def objects_of(record: Record, key: str) -> list[Record]:
    """The objects in a list; a text in it is an object with that `claim`."""
    value = record.get(key)
    listed = value if isinstance(value, list) else [value]
    return [one for one in map(_object, listed) if one]


def _object(value: Value) -> Record:
    if isinstance(value, Members):
        value = dict(value.items)
    if isinstance(value, str):
        return {"claim": value}
    return _plain(value) if isinstance(value, dict) else {}


def _plain(value: Mapping[str, Value]) -> Record:
    return {str(key).strip().casefold().replace(" ", "_"): one for key, one in value.items()}


def _records(text: str) -> Iterator[Record]:
    for piece in find_pieces(unwrap(text).text):
        # One that was cut off may have lost what counts against the pair.
        if not piece.failure and piece.is_whole:
            yield from _about_pairs(piece.value, _DEPTH)


def _about_pairs(value: Value, depth: int) -> Iterator[Record]:
    if isinstance(value, Members):
        return
    if isinstance(value, dict):
        plain = _plain(value)
        if any(isinstance(plain.get(key), str) for key in _NAMES):
            yield plain
            return
        value = list(value.values())
    if isinstance(value, list) and depth:
        for one in value:
            yield from _about_pairs(one, depth - 1)
