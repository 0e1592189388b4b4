"""Which pairs must not be torn apart by the splits, because one would tell the answer to another."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Iterator
from typing import Final

from generator.checks.folding import fold
from generator.checks.texts import read
from generator.marks import Marks
from generator.records import Pair
from generator.splits import (
    SPLITS,
    Group,
    Sections,
    Shares,
    Split,
    are_filled,
    assign_splits,
    share_out,
)

STEM: Final = 6
"""Letters by which two words are one."""
FEWEST_WORDS: Final = 8
"""Words of an answer from which on the same answer is the same fact: `Yes` is the answer to many."""


def prompt_key(prompt: str) -> bytes:
    """The same for prompts that have the same content words, in any order and any form; empty for none.

    Of scripts without blanks between words it is the different characters.
    """
    text = read(prompt)
    words = text.tokens if text.is_unspaced else text.content
    stems = sorted({word[:STEM] for word in words})
    return _digest("prompt", *stems) if len(stems) > 1 else b""


def keys_of(pair: Pair, *, row: str, group: str) -> Iterator[bytes]:
    """What pairs of one group have in common: one of these will do.

    Args:
        pair: the pair.
        row: the row that it was found in, where that holds more; else empty.
        group: what the user's group field says; empty for nothing.
    """
    if row:
        yield _digest("row", row)
    if group:
        yield _digest("group", group)
    if key := prompt_key(pair.prompt):
        yield key
    if read(pair.completion).length >= FEWEST_WORDS:
        yield _digest("completion", fold(pair.completion).casefold())


def content_mark(pair: Pair, *salt: str) -> int:
    """64 bits that depend on the texts of a pair, and on the salt."""
    return int.from_bytes(_digest(*salt, fold(pair.prompt), fold(pair.completion))[:8], "big")


def _digest(*parts: str) -> bytes:
    data = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(data).digest()[:16]


class Groups:
    """Groups of pairs that are numbered from 0, joined by their keys as they come."""

    def __init__(self) -> None:
        """None yet."""
        self._keys = Marks()
        self._first = array("Q")
        """Key -> the first pair with it."""
        self._parents = array("Q")
        self._least = array("Q")
        """The smallest mark in a group: its name, whatever the order of its pairs."""

    def add(self, keys: Iterable[bytes], mark: int) -> None:
        """Take in the next pair."""
        number = len(self._parents)
        self._parents.append(number)
        self._least.append(mark)
        for key in keys:
            if self._keys.add(key):
                self._first.append(number)
            elif (place := self._keys.find(key)) is not None:
                self._join(self._first[place], number)

    def first(self, key: bytes) -> int | None:
        """The first pair with a key; None where there is none."""
        place = self._keys.find(key)
        return None if place is None else self._first[place]

    def root(self, number: int) -> int:
        """The pair that stands for the group of a pair."""
        parents = self._parents
        while parents[number] != number:
            parents[number] = parents[parents[number]]
            number = parents[number]
        return number

    def _join(self, one: int, other: int) -> None:
        one, other = self.root(one), self.root(other)
        if one != other:
            low, high = min(one, other), max(one, other)
            self._parents[high] = low
            self._least[low] = min(self._least[low], self._least[high])

    def splits(self, chosen: Iterable[int], *, shares: Shares, seed: int) -> Splits:
        """The split of each of the chosen pairs: groups are shared out as articles are, one by one.

        What a group gets depends on it and the seed alone, so rows that are added move no other; but
        see `assign_splits` on tiny datasets.
        """
        roots = sorted({self.root(number) for number in chosen})
        names = (self._name(root) for root in roots)
        found = array("B", bytes(len(self._parents)))
        if are_filled((Sections(name, 1) for name in names), shares=shares, seed=seed):
            for root in roots:
                group = Group(self._name(root), ())
                found[root] = SPLITS.index(share_out([group], shares=shares, seed=seed)[group])
        else:
            every = assign_splits(
                (Group(self._name(root), ()) for root in roots), shares=shares, seed=seed
            )
            for root in roots:
                found[root] = SPLITS.index(every[Group(self._name(root), ())])
        return Splits(self, found, count=len(roots))

    def _name(self, root: int) -> str:
        return f"import:{self._least[root]:016x}"


class Splits:
    """The splits of pairs by their number."""

    def __init__(self, groups: Groups, found: array[int], *, count: int) -> None:
        """`found` has the place in `SPLITS` of each group, at the number of its root."""
        self._groups = groups
        self._found = found
        self.count = count
        """Groups that there are."""

    def __getitem__(self, number: int) -> Split:
        return SPLITS[self._found[self._groups.root(number)]]
