"""Conversations about one section: those that a model wrote as such, and pairs that are put in a row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from typing import Final, Literal

from generator.deriving.options import DeriveOptions
from generator.deriving.records import LeftOut, Material, Talk
from generator.digests import digest
from generator.measures.likeness import Bag
from generator.measures.words import units
from generator.records import Message, Pair

KIND: Final = "conversation"
"""Kind of the prompt file whose pairs are the turns of one conversation."""
REPEATS: Final = 0.6
"""Share of an answer's words that an earlier turn has, from which on it would only be said again."""
FEWEST: Final = 2


def talks(materials: Iterable[Material], options: DeriveOptions) -> Iterator[Talk | LeftOut]:
    """The conversations, article by article; pairs that are in none are counted."""
    for material in materials:
        sections: defaultdict[tuple[tuple[str, ...], str], list[Pair]] = defaultdict(list)
        calls: defaultdict[tuple[str, str], list[Pair]] = defaultdict(list)
        for pair in material.pairs:
            if pair.kind == KIND:
                calls[pair.call, pair.split].append(pair)
            else:
                sections[pair.section, pair.split].append(pair)
        for own in calls.values():
            yield from _written(material, own)
        for own in sections.values():
            yield from _chained(material, own, most=options.turns)
        yield from (
            LeftOut(reason=reason, count=n) for reason, n in sorted(material.left_out.items())
        )


def _written(material: Material, pairs: Sequence[Pair]) -> Iterator[Talk | LeftOut]:
    """The turns of one reply from the first on, as far as none is missing: later ones go on from it."""
    ordered = sorted(pairs, key=lambda pair: pair.position)
    whole = [pair for pair, place in zip(ordered, count()) if pair.position == place]
    if len(whole) < FEWEST:
        yield LeftOut(reason="too_few_turns", count=len(ordered))
        return
    yield _talk(material, whole, "written")
    if len(whole) < len(ordered):
        yield LeftOut(reason="after_a_missing_turn", count=len(ordered) - len(whole))


def _chained(material: Material, pairs: Sequence[Pair], *, most: int) -> Iterator[Talk | LeftOut]:
    """Pairs of one section in the order in which they were written, so many at a time.

    A pair whose answer repeats one that was given goes to a later conversation.
    """
    waiting = [pair for pair in pairs if pair.other_section is None]
    if others := len(pairs) - len(waiting):
        yield LeftOut(reason="needs_two_sections", count=others)
    while waiting:
        turns, waiting = _draw(waiting, most)
        if len(turns) >= FEWEST:
            yield _talk(material, turns, "chained")
        else:
            yield LeftOut(reason="repeats_or_alone", count=len(turns))


def _draw(pairs: Sequence[Pair], most: int) -> tuple[list[Pair], list[Pair]]:
    """The turns of the next conversation, and the pairs that wait for a later one."""
    turns: list[Pair] = []
    said: list[Bag] = []
    waiting: list[Pair] = []
    for pair in pairs:
        words = units(pair.completion)
        if len(turns) < most and not any(_repeats(words, one) for one in said):
            turns.append(pair)
            said.append(words | units(pair.prompt))
        else:
            waiting.append(pair)
    return turns, waiting


def _repeats(one: Bag, other: Bag) -> bool:
    """Whether the smaller of two has little that the other has not."""
    return len(one & other) >= REPEATS * min(len(one), len(other))


def _talk(material: Material, pairs: Sequence[Pair], made: Literal["written", "chained"]) -> Talk:
    first = pairs[0]
    ids = [pair.id for pair in pairs]
    return Talk(
        id=digest([KIND, made, *ids]),
        messages=tuple(
            message
            for pair in pairs
            for message in (Message("user", pair.prompt), Message("assistant", pair.completion))
        ),
        split=first.split,
        label=made,
        tags={
            "kind": KIND,
            "made": made,
            "turns": len(pairs),
            "pairs": [*ids],
            "dataset": material.dataset,
            "article": first.article,
            "section": list(first.section),
            "language": first.language,
            "site": first.site,
            "page_id": first.page_id,
            "revision_id": first.revision_id,
            "url": first.url,
            "model": first.model,
        },
    )
