"""Refuses a pair that gives a number of the passage another unit: 150 gigawatts for 150 megawatts."""

from __future__ import annotations

from generator.checks import KEEP, Candidate, Check, Opinion
from generator.checks.arithmetic import (
    Known,
    is_converted,
    is_gap_of_years,
    is_multiple,
    is_period,
    is_reckoned,
    is_same,
)
from generator.checks.numbers_in import Number, numbers_of
from generator.checks.texts import read
from generator.checks.units import Unit


def new() -> Check:
    """A check with the reason `unit_error`."""
    return _judge


def _judge(candidate: Candidate) -> Opinion:
    language = read(candidate.passage).language
    passage = numbers_of(candidate.passage, language)
    if not passage.quantities:
        return KEEP
    own = numbers_of(candidate.completion, language)
    known = Known(
        sources=(passage, numbers_of(candidate.prompt, language)),
        shown=own.all,
        is_hedged=True,
    )
    for claim in own.quantities:
        same = [one for source in known.sources for one in source.all if _is_equal(one, claim)]
        rivals = [one for one in same if _are_rivals(one, claim)]
        if not rivals or len(rivals) < len(same) or any(one.unit == claim.unit for one in rivals):
            continue
        if (
            claim.is_year
            or claim.is_word
            or claim.day_of
            or claim.is_part
            or is_converted(claim, known)
            or is_gap_of_years(claim, known)
        ):
            continue
        if is_period(claim, known, read(candidate.completion).folded) or (
            is_reckoned(claim, known) or is_multiple(claim, known)
        ):
            continue
        return Opinion(
            keep=False,
            reason=f"unit_error says {_show(claim, candidate.completion)}; the passage has {_show(rivals[0], candidate.passage)}",
        )
    return KEEP


def _are_rivals(one: Number, claim: Number) -> bool:
    """Whether both measure the same kind of thing: two weeks and 2 grams just happen."""
    if one.unit is None or claim.unit is None:
        return False
    return _family(one.unit) == _family(claim.unit)


_FAMILIES = {"length": "space", "area": "space", "volume": "space", "celsius": "heat", "fahrenheit": "heat"}  # fmt: skip


def _family(unit: Unit) -> str:
    """The dimension, one for all currencies, and one for lengths, areas and volumes."""
    return _FAMILIES.get(unit.dimension, unit.dimension.partition(":")[0])


def _is_equal(one: Number, other: Number) -> bool:
    return any(is_same(a, b) for a in one.readings for b in other.readings)


def _show(number: Number, text: str) -> str:
    """The number with what follows it, at most two words."""
    behind = read(text).folded[number.start : number.end + 30]
    words = behind[number.end - number.start :].split()
    return " ".join([number.text, *words[:1]]).rstrip(".,;:")
