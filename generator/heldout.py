"""What is held out of training where facts are known: sections wholly, and one wording of each fact.

`eval_recall` holds, of every fact that is trained in more than one wording, one that is not. It tells
how much of what was trained is there when it is asked for in other words. `eval_control` holds
sections of which nothing is trained. It tells what the model says about what it was not taught.

Everything is decided within an article, by digests of the seed and what it is about. So adding an
article to a dataset moves no pair that was there.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from generator.digests import fraction
from generator.measures.likeness import LEAST_TOLD, LOOKED_AT, Bags, greatest
from generator.measures.words import units
from generator.records import Pair
from generator.splits import Group, group_of

TRAIN: Final = "train"
RECALL: Final = "eval_recall"
CONTROL: Final = "eval_control"
HELD_OUT_SPLITS: tuple[str, ...] = (TRAIN, RECALL, CONTROL)

CONTROL_SHARE = 0.1
"""Of an article's sections."""
TWO_FROM = 10
ONE_FROM = 5
"""An article of so many sections leaves out two, or one, at least."""
LARGEST = 0.2
"""Share of an article's words from which on a section is left out only for want of another: in a short
article one section may be half of what there is to learn."""
SAME_FACT = 0.8
"""Likeness of two statements that tell the same: the opening of an article repeats its sections."""
SAME_QUESTION = 0.9
"""Likeness of two prompts from which on one shows the other: such a wording tests nothing."""

ACROSS = "across_splits"
TOLD = "told_in_training"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where the pairs of one article go."""

    splits: Mapping[str, str]
    """By the id of the pair."""
    refused: Mapping[str, str] = field(default_factory=dict)
    """Pairs that can go nowhere without a leak, and why: `across_splits`, `told_in_training`."""


def choose_control(
    groups: Iterable[Group], *, seed: int, words: Mapping[Group, int] | None = None
) -> set[Group]:
    """The sections of one article that are left out of training: about a tenth of them.

    Args:
        groups: all of the article.
        seed: of the dataset.
        words: how long each is, where that is known: very long ones are left out last.
    """
    own = sorted(set(groups))
    if not own:
        return set()
    dice = fraction("control", seed, own[0].article)
    share = math.floor(round(CONTROL_SHARE * len(own), 6) + dice)
    least = 2 if len(own) >= TWO_FROM else 1 if len(own) >= ONE_FROM else 0
    sizes = words or {}
    largest = LARGEST * sum(sizes.values())
    ranked = sorted(
        own,
        key=lambda one: (
            sizes.get(one, 0) > largest,
            fraction("left out", seed, one.article, list(one.section)),
        ),
    )
    return set(ranked[: max(least, share)])


class Told(NamedTuple):
    """A fact, by what splits look at."""

    id: str
    section: tuple[str, ...]
    statement: str


def place(
    pairs: Sequence[Pair], facts: Iterable[Told], *, control: Collection[Group], seed: int
) -> Placed:
    """Where the kept pairs of one article go.

    Args:
        pairs: those that the checks keep.
        facts: all facts listed for the article.
        control: the sections left out, as `choose_control` gives them.
        seed: of the dataset.
    """
    splits: dict[str, str] = {}
    refused: dict[str, str] = {}
    for pair in pairs:
        sides = {group in control for group in _groups(pair)}
        if len(sides) > 1:
            refused[pair.id] = ACROSS
        else:
            splits[pair.id] = CONTROL if sides == {True} else TRAIN
    left_out = [pair for pair in pairs if splits.get(pair.id) == CONTROL]
    trained = [pair for pair in pairs if splits.get(pair.id) == TRAIN]
    sections = {group.section for group in control}
    for pair in _told(left_out, trained, list(facts), sections):
        refused[pair.id] = TOLD
        del splits[pair.id]
    for id in _hold_out(trained, seed):
        splits[id] = RECALL
    return Placed(splits=splits, refused=refused)


class Leaks:
    """What of the held-out pairs is in training, measured over a whole dataset."""

    def __init__(self) -> None:
        """Nothing is there yet."""
        self._pairs = 0
        self._prompts: defaultdict[str, list[frozenset[str]]] = defaultdict(list)
        self._whole: defaultdict[str, list[frozenset[str]]] = defaultdict(list)
        self._groups: defaultdict[str, set[object]] = defaultdict(set)

    def add(self, pair: Pair) -> None:
        """Take in a pair of the dataset with its split."""
        self._pairs += 1
        self._groups[pair.split].update(_groups(pair) if pair.split != RECALL else ())
        self._groups[pair.split].update(pair.facts if pair.split != RECALL else ())
        self._groups[pair.split].add(pair.id)
        if self._pairs <= LOOKED_AT:
            self._prompts[pair.split].append(units(pair.prompt))
            self._whole[pair.split].append(units(f"{pair.prompt} {pair.completion}"))

    def figures(self) -> dict[str, float | int]:
        """Shared groups, which must be none, and how like held-out pairs are to trained ones."""
        shared = self._groups[TRAIN] & (self._groups[CONTROL] | self._groups[RECALL])
        return {
            "shared_groups": len(shared),
            "greatest_likeness_of_recall_prompts": _greatest(self._prompts, RECALL),
            "greatest_likeness_of_control_pairs": _greatest(self._whole, CONTROL),
            "pairs_looked_at": min(self._pairs, LOOKED_AT),
        }


# Inside -----------------------------------------------------------------------------------------


def _greatest(bags: Mapping[str, Sequence[frozenset[str]]], held_out: str) -> float:
    found = greatest(bags.get(TRAIN, ()), bags.get(held_out, ()), above=LEAST_TOLD)
    return round(found, 3)


def _groups(pair: Pair) -> Iterator[Group]:
    own = group_of(pair)
    yield own
    if pair.other_section is not None:
        yield Group(own.article, pair.other_section)


def _told(
    left_out: Sequence[Pair],
    trained: Sequence[Pair],
    facts: Sequence[Told],
    sections: Collection[tuple[str, ...]],
) -> Iterator[Pair]:
    """Pairs about left-out sections whose fact or question is in training all the same."""
    elsewhere = Bags(units(fact.statement) for fact in facts if fact.section not in sections)
    known = {
        fact.id
        for fact in facts
        if fact.section in sections and elsewhere.likest(units(fact.statement), above=SAME_FACT)
    }
    prompts = Bags(units(pair.prompt) for pair in trained)
    for pair in left_out:
        if known & set(pair.facts) or prompts.likest(units(pair.prompt), above=SAME_QUESTION):
            yield pair


def _hold_out(trained: Sequence[Pair], seed: int) -> set[str]:
    """One wording of each fact that has any, such that no question in training is like it."""
    own = Bags(units(pair.prompt) for pair in trained if not pair.of)
    wordings: defaultdict[str, list[Pair]] = defaultdict(list)
    for pair in trained:
        if pair.of and not own.likest(units(pair.prompt), above=SAME_QUESTION):
            for fact in pair.facts or (pair.of,):
                wordings[fact].append(pair)
    held_out: set[str] = set()
    for fact, found in sorted(wordings.items()):
        if held_out.isdisjoint(pair.id for pair in found):
            held_out.add(
                min((fraction("held out", seed, fact, one.id), one.id) for one in found)[1]
            )
    return _unlike(held_out, trained)


def _unlike(held_out: set[str], trained: Sequence[Pair]) -> set[str]:
    """Those whose question nothing in training is like; what is like goes to training itself."""
    back: set[str] | None = None
    while back is None or back:
        others = Bags(units(pair.prompt) for pair in trained if pair.id not in held_out)
        back = {
            pair.id
            for pair in trained
            if pair.id in held_out and others.likest(units(pair.prompt), above=SAME_QUESTION)
        }
        held_out = held_out - back
    return held_out
