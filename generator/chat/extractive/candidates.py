"""A pair that could be asked, and the choice of a varied few among many."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from generator.chat.extractive.wordings import Wordings
from generator.digests import fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A pair before it is worded."""

    style: str
    """Which wordings ask it: a key of `Wordings.prompts`, or `asked`."""
    topic: str
    place: int
    """Number of the sentence or stretch that it is about."""
    blank: str
    """What the reader has to know: no two pairs of a reply share it."""
    worth: float
    completion: str
    slots: Mapping[str, str] = field(default_factory=dict)
    """What the wording is filled with, besides the topic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taste:
    """How a choice weighs variety against worth."""

    same_place: float
    """What a candidate loses for each chosen one about the same place."""
    same_style: float
    most_per_place: int


def choose(
    candidates: Sequence[Candidate], *, most: int, taste: Taste, seed: str
) -> list[Candidate]:
    """At most so many, the worthiest first, each choice making its likes less wanted; in text order.

    The seed breaks ties, so that another sample of a call asks other questions.
    """
    worth = [one.worth + fraction(seed, one.style, one.place, one.blank) for one in candidates]
    left = set(range(len(candidates)))
    chosen: list[int] = []
    places: Counter[int] = Counter()
    styles: Counter[str] = Counter()
    while left and len(chosen) < most:
        best = max(
            left,
            key=lambda n: (
                worth[n]
                - taste.same_place * places[candidates[n].place]
                - taste.same_style * styles[candidates[n].style],
                -n,
            ),
        )
        one = candidates[best]
        chosen.append(best)
        places[one.place] += 1
        styles[one.style] += 1
        left = {
            n
            for n in left - {best}
            if candidates[n].blank != one.blank
            and places[candidates[n].place] < taste.most_per_place
        }
    return sorted((candidates[n] for n in chosen), key=lambda one: one.place)


def word(
    candidates: Sequence[Candidate], *, title: str, wordings: Wordings, seed: str
) -> list[tuple[str, str]]:
    """Prompt and completion of each, the wordings of a style taking turns; no prompt comes twice."""
    turns: Counter[str] = Counter()
    pairs: dict[str, str] = {}
    for one in candidates:
        if one.style == "asked":
            question = one.slots["question"]
            is_named = re.search(rf"(?<!\w){re.escape(title)}(?!\w)", question)
            prompt = question if is_named else wordings.asked.format(topic=one.topic, **one.slots)
        else:
            choices = wordings.prompts[one.style]
            turn = int(fraction(seed, one.style) * len(choices)) + turns[one.style]
            prompt = choices[turn % len(choices)].format(topic=one.topic, **one.slots)
            turns[one.style] += 1
        pairs.setdefault(prompt, one.completion)
    return list(pairs.items())
