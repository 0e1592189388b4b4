"""Whether a number follows from others: conversions, differences of years, sums, shares, rounding."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from generator.checks.languages import common_words
from generator.checks.numbers_in import Number, Numbers
from generator.checks.units import PERCENT, YEAR_S, Unit, convert, divided

NEAR = 0.03
"""Relative error that a conversion into another unit may have."""
HEDGED = 0.1
"""The same behind "about", "over", "nearly" and the like."""
ROUNDED = 0.02
"""Relative error of a rounded number without such a word."""
HEDGED_ROUNDED = 0.2
MOST = 40
"""Numbers of each side that are put together; a table has more."""
MOST_YEARS = 120
"""An age, or a stretch of time without a unit, has at most."""
PERIODS = (7.0, 12.0, 24.0, 30.0, 52.0, 60.0, 365.0)
"""Days of a week and a month, months of a year and the like, by which an amount is turned into that of another period."""
COUNTED = 12
"""Up to here nearly every number is a sum or difference of two others."""
DAY_S = 86_400.0
HOUR_S = 3600.0
SHORTEST_YEARS, LONGEST_YEARS = 1, 999


@dataclass(frozen=True, kw_only=True)
class Known:
    """What a number may follow from."""

    sources: tuple[Numbers, ...]
    """The numbers of passage, prompt and title."""
    shown: tuple[Number, ...]
    """The numbers of the completion itself, each of which is an operand that a reader can see."""
    is_hedged: bool = False
    """Whether the completion says "about" or the like."""
    asks_for_sum: bool = False
    """Whether the prompt asks for a total, a difference, a share."""
    asks_for_amount: bool = False
    """Whether the prompt asks how many."""
    leaves_out_one: bool = False
    """Whether the prompt asks for all but one, or for one more."""

    @cached_property
    def values(self) -> frozenset[float]:
        """Every reading of the sources."""
        return frozenset().union(*(one.values for one in self.sources))

    @cached_property
    def operands(self) -> tuple[float, ...]:
        """Values to reckon with, the first `MOST`."""
        numbers = [one for source in self.sources for one in source.all]
        return tuple(dict.fromkeys(one.value for one in numbers if one.value))[:MOST]

    @cached_property
    def amounts(self) -> tuple[Number, ...]:
        """The numbers of the sources, the first `MOST` that differ."""
        numbers = [one for source in self.sources for one in source.all]
        return tuple({(one.value, one.unit): one for one in numbers}.values())[:MOST]

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The years of the sources, and those of the completion, which are judged by themselves."""
        own = [int(one.value) for one in self.shown if one.is_year]
        return tuple(dict.fromkeys([*own, *(year for one in self.sources for year in one.years)]))[
            :60
        ]

    @cached_property
    def year_gaps(self) -> frozenset[int]:
        """Differences between any two of the years."""
        return frozenset(
            abs(one - other) for one in self.years for other in self.years if one != other
        )

    @cached_property
    def quantities(self) -> tuple[Number, ...]:
        """Numbers with units, of the sources and the completion."""
        return (
            *(one for source in self.sources for one in source.quantities),
            *(one for one in self.shown if one.unit),
        )


def is_same(one: float, other: float) -> bool:
    """Whether two values are the same but for how floats are kept."""
    return math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-9)


def is_converted(claim: Number, known: Known) -> bool:
    """Another unit of the same amount: 42 m and 138 feet, 31 months and two and a half years."""
    if claim.unit is None:
        return False
    for one in known.quantities:
        if (
            one.unit is None
            or one.unit == claim.unit
            or one is claim
            or (one.start == claim.start and one.text == claim.text)
        ):
            continue
        below = [-value for value in one.readings] if one.unit.dimension in _BELOW_ZERO else []
        for value in (*one.readings, *below):
            other = abs(convert(value, one.unit, claim.unit) or 0.0)
            if other and any(
                abs(own - other) <= max(_slack(other, claim, known), 0.5 if other >= 20 else 0)
                for own in claim.readings
            ):
                return True
    return False


_BELOW_ZERO = frozenset({"celsius", "fahrenheit"})
"""What may be negative: signs are not read with the numbers."""


def _slack(other: float, claim: Number, known: Known) -> float:
    """How far a claim may be from what it stands for: behind "about" by half of its last digit more."""
    hedged = min(_step(claim.value) / 2, HEDGED * abs(other)) if known.is_hedged else 0.0
    return NEAR * abs(other) + hedged


def _step(value: float) -> float:
    """One of the last digit that says something: 100 of 8,200."""
    return float(10 ** (math.floor(math.log10(abs(value))) + 1 - _digits(value))) if value else 0.0


def is_rate(claim: Number, known: Known) -> bool:
    """What an amount is of another, or one of these two: 30 km at 300 metres per minute in 100 minutes."""
    if claim.unit is None or not claim.value:
        return False
    allowed = HEDGED if known.is_hedged else NEAR
    measured = [(one, one.unit) for one in (*known.quantities[:MOST], claim) if one.unit]
    for rate, unit in measured:
        if not (parts := divided(unit)):
            continue
        wholes, shares = ([one for one in measured if one[1].dimension == part] for part in parts)
        for whole, of_whole in wholes:
            for share, of_share in shares:
                product = rate.value * unit.factor * share.value * of_share.factor
                amount = whole.value * of_whole.factor
                if claim in (rate, whole, share) and abs(product - amount) <= allowed * amount:
                    return True
    return False


def is_gap_of_years(claim: Number, known: Known) -> bool:
    """A stretch of time or an age between two years that are known."""
    value = claim.value
    if claim.unit is not None and claim.unit.dimension == "time":
        value = value * claim.unit.factor / YEAR_S
    elif claim.unit is not None or (claim.noun and claim.noun not in common_words("")):
        return False
    if not SHORTEST_YEARS <= value <= LONGEST_YEARS:
        return False
    is_round = value % 5 == 0 or value != claim.value
    slack = max(1.0, 0.1 * value) if known.is_hedged and is_round else 1.0
    return any(abs(gap - value) <= slack for gap in known.year_gaps)


def is_shifted_year(claim: Number, known: Known) -> bool:
    """A year so many years before or after another that is known: `seven years later, in 1918`.

    A stretch of years in the passage goes with the years that stand next to it there; one that the
    completion shows goes with every year.
    """
    if not claim.is_year:
        return False
    others = [one for one in known.shown if one is not claim and not one.day_of]
    if _is_in_progression(claim, known):
        return True
    told = [
        _in_years(one)
        for one in others
        if (one.unit is None and one.value < MOST_YEARS) or _is_span(one)
    ]
    shown = [one.value for one in others if one.is_year]
    for source in known.sources:
        asked = (
            [_in_years(one) for one in known.sources[1].quantities if _is_span(one)]
            if len(known.sources) > 1
            else []
        )
        gaps = [abs(year - claim.value) for year in source.years[:MOST] if year != claim.value]
        if 1 in gaps and source.names_next_year:
            return True
        if any(abs(gap - span) < 1 for gap in gaps for span in (*told, *asked)):
            return True
        for span in [one for one in source.quantities if _is_span(one)][:MOST]:
            beside = [*_years_beside(span, source), *shown]
            if any(abs(abs(year - claim.value) - _in_years(span)) < 1 for year in beside):
                return True
    return False


def _is_in_progression(claim: Number, known: Known) -> bool:
    """Whether it is one of three years or more of the completion with the same steps, the first being known."""
    years = sorted({int(one.value) for one in known.shown if one.is_year})
    steps = {after - before for before, after in pairwise(years)}
    is_known = bool(years) and any(years[0] in source.years for source in known.sources)
    return len(years) > 2 and len(steps) == 1 and is_known


def is_shifted_day(claim: Number, known: Known) -> bool:
    """A day of a month so many days before or after another: `eleven days later, on 14 August`."""
    if not claim.day_of:
        return False
    numbers = [one for source in known.sources for one in source.all]
    spans = [
        one.value * one.unit.factor / DAY_S
        for one in (*known.shown, *numbers)
        if one.unit is not None and one.unit.dimension == "time" and one.unit.factor >= DAY_S
    ]
    gaps = [
        claim.value - one.value + days * (claim.day_of - one.day_of)
        for one in numbers
        if one.day_of and abs(claim.day_of - one.day_of) <= 1
        for days in ((0,) if claim.day_of == one.day_of else (28, 29, 30, 31))
    ]
    return any(is_same(abs(gap), span) for gap in gaps for span in spans)


def _years_beside(number: Number, source: Numbers) -> list[float]:
    """The last year before a number in its text, and the first behind it."""
    years = [one for one in source.all if one.is_year]
    before = [one for one in years if one.end <= number.start]
    behind = [one for one in years if one.start >= number.end]
    return [one.value for one in (*before[-1:], *behind[:1])]


def _is_span(number: Number) -> bool:
    is_time = number.unit is not None and number.unit.dimension == "time"
    return (
        is_time
        and not number.is_year
        and number.unit is not None
        and number.unit.factor >= YEAR_S / 13
    )


def _in_years(number: Number) -> float:
    return number.value * number.unit.factor / YEAR_S if number.unit is not None else number.value


def is_period(claim: Number, known: Known, text: str) -> bool:
    """The century or the decade of a year that is known: `19th century`, `the 1920s`."""
    unit = claim.unit
    years = known.years
    if unit is not None and unit.dimension == "time" and is_same(unit.factor, 100 * YEAR_S):
        early = [one.value for one in known.amounts if one.unit is None and 10 <= one.value < 1000]
        return any(
            (year - 1) // 100 + 1 == claim.value or year // 100 + 1 == claim.value
            for year in (*years, *early)
        )
    if claim.is_year and claim.value % 10 == 0:
        span = 100 if claim.value % 100 == 0 else 10
        before, after = (
            text[max(0, claim.start - 12) : claim.start].lower(),
            text[claim.end : claim.end + 3].lower(),
        )
        is_named = (
            after.lstrip("'’")[:1] in {"s", "e"}
            or before.rstrip().endswith(_DECADE_WORDS)
            or after[:2] in {"年代", "er"}
            or after[:1] in "-年"
        )
        if is_named:
            return any(
                claim.value <= year < claim.value + span
                for year in known.years
                if year != claim.value
            )
    return False


_DECADE_WORDS = ("années", "anos", "años", "anni", "jaren", "лет", "lata", "lat", "годы")


def is_share(claim: Number, known: Known) -> bool:
    """A part in another form, or what it leaves of the whole: `a quarter`, 25 %, `three quarters`."""
    if claim.unit == PERCENT:
        shares = [claim.value / 100]
    elif claim.is_part or 0 < claim.value < 1:
        shares = [claim.value]
    else:
        return False
    parts = [
        one.value / 100 if one.unit == PERCENT else one.value
        for source in known.sources
        for one in source.all
    ]
    parts = [one for one in parts[: 2 * MOST] if 0 < one < 1]
    allowed = 0.06 if known.is_hedged else 0.011
    if any(
        abs(one - share) <= allowed or abs(1 - one - share) <= allowed
        for one in parts
        for share in shares
    ):
        return True
    return any(
        abs(one / other - share) <= allowed
        for one in known.operands
        for other in known.operands
        if one < other
        for share in (*shares, *(1 - part for part in shares))
    ) and (known.asks_for_sum or len(known.shown) > 1 or known.is_hedged)


def is_rounded(claim: Number, known: Known) -> bool:
    """Fewer digits of a number that is known."""
    if not _is_amount(claim, known):
        return False
    value = claim.value
    for other in known.operands:
        if not other or other == value or _digits(value) >= _digits(other) or value * other <= 0:
            continue
        error = abs(value - other) / abs(other)
        allowed = HEDGED_ROUNDED if known.is_hedged else ROUNDED
        if error <= allowed and abs(value - other) <= _step(value):
            return True
    return False


def _digits(value: float) -> int:
    """Digits of a value that say something: 2 for 95,000."""
    return len(f"{abs(value):.10g}".replace(".", "").strip("0").split("e")[0]) or 1


def is_reckoned(claim: Number, known: Known) -> bool:
    """A sum, difference, product or quotient, an operand of which the completion shows.

    Where the prompt asks for a total or the like, it need not show one.
    """
    if not _is_amount(claim, known):
        return False
    if known.leaves_out_one and any(
        one.unit == claim.unit and is_same(abs(one.value - claim.value), 1) for one in known.amounts
    ):
        return True
    others = [one for one in known.shown if one is not claim]
    shown = _operands(others[:MOST], claim)
    operands = list(dict.fromkeys([*_operands(known.amounts, claim), *shown]))
    firsts = operands if known.asks_for_sum else shown
    if any(_follows(one, other, claim) for one in firsts for other in operands):
        return True
    couples = [couple for source in known.sources for couple in source.couples]
    if any(
        one.unit == claim.unit and is_same(abs(one.value - other.value), claim.value)
        for one, other in couples
    ):
        return True
    return len(shown) > 2 and is_same(sum(one.value for one in shown), claim.value)


def is_multiple(claim: Number, known: Known) -> bool:
    """An amount times a number without a unit, or by it, in another unit: 41 m by 187 steps, 22 cm."""
    operands = _operands(known.amounts, claim)
    wholes = [one.value for one in operands if one.unit == claim.unit]
    times = [one.value for one in operands if one.unit is None]
    return any(_multiplies(one, other, claim.value) for one in wholes for other in times)


def is_time_there_and_back(claim: Number, known: Known, text: str) -> bool:
    """The minutes or hours of a time that is twice another: 35 minutes, and `an hour and ten minutes`."""
    if claim.unit is None or claim.unit.dimension != "time" or claim.unit.factor > HOUR_S:
        return False
    parts = [one for one in known.shown if one.unit and one.unit.dimension == "time"]
    single = claim.value * claim.unit.factor
    with_hours = [
        one.value * one.unit.factor + single
        for one in parts
        if one.unit and one.unit.factor > claim.unit.factor
    ]
    if text[: claim.start].lower().endswith(_AN_HOUR_AND):
        with_hours.append(single + HOUR_S)
    return any(
        is_same(2 * one.value * one.unit.factor, whole)
        for source in known.sources
        for one in source.quantities
        if one.unit and one.unit.dimension == "time" and one.unit.factor <= HOUR_S
        for whole in (single, *with_hours)
    )


_AN_HOUR_AND = ("hour and ", "stunde und ", "heure et ", "hora y ", "ora e ")


class _Operand(NamedTuple):
    value: float
    unit: Unit | None
    """That of what is reckoned, where it can be converted into it."""


def _operands(numbers: Iterable[Number], claim: Number) -> list[_Operand]:
    """Amounts to reckon with, in the unit of the claim where they measure the same."""
    found = []
    for one in numbers:
        if not one.value or not _counts(one):
            continue
        value = (
            convert(one.value, one.unit, claim.unit)
            if one.unit and claim.unit and one.unit != claim.unit
            else None
        )
        found.append(_Operand(value, claim.unit) if value else _Operand(one.value, one.unit))
    return found


def _follows(one: _Operand, other: _Operand, claim: Number, error: float = ROUNDED) -> bool:
    """Whether two amounts give the claim: added only where they measure as it does, or count."""
    value = claim.value
    if (claim.unit is None and one.unit == other.unit) or (
        {one.unit, other.unit} <= {claim.unit, None} and claim.unit in (one.unit, other.unit)
    ):
        if is_same(one.value + other.value, value) or (
            one.value != other.value and is_same(abs(one.value - other.value), value)
        ):
            return True
    is_open = claim.unit is None or claim.unit.dimension in _OF_OTHERS
    if not is_open and claim.unit not in (one.unit, other.unit):
        return False
    return _multiplies(one.value, other.value, value, error)


_OF_OTHERS = frozenset({"area", "volume", "energy", "power", "speed", "share"})
"""What is reckoned from amounts of other dimensions."""


def is_sum_of_kind(claim: Number, known: Known) -> bool:
    """A sum or difference of two numbers of the sources that measure or count as it does, above `COUNTED`."""
    if not _is_amount(claim, known) or claim.value <= COUNTED:
        return False
    alike = {
        one.value
        for source in known.sources
        for one in source.all[:MOST]
        if one.unit == claim.unit and _counts(one)
    }
    return any(claim.value - one in alike or claim.value + one in alike for one in alike if one)


def _is_amount(claim: Number, known: Known) -> bool:
    """Whether a claim is no date: what can be a year is an amount only where one was asked for."""
    return _counts(claim) and (not claim.is_year or known.asks_for_amount)


def _counts(number: Number) -> bool:
    """Whether it is no date: a year with a noun behind it may be an amount, as in `1800 archers`."""
    is_plain_year = number.is_year and (not number.noun or number.noun in common_words(""))
    return not is_plain_year and not number.day_of


def _is_part(claim: Number, known: Known) -> bool:
    """A part of a known amount, or what it leaves; of one with the same unit also what is more by a part."""
    value, allowed = claim.value, HEDGED / 2 if known.is_hedged else ROUNDED / 2
    parts = [
        one.value / 100 if one.unit == PERCENT else one.value
        for one in (*(one for source in known.sources for one in source.all), *known.shown)
        if one is not claim and (one.is_part or one.unit == PERCENT)
    ]
    shares = [part for one in parts if 0 < one < 1 for part in (one, 1 - one)]
    more = [1 + one for one in parts if 0 < one < 1]
    is_bare = claim.unit is None and not claim.noun
    for whole in known.amounts:
        is_alike = is_bare or whole.unit == claim.unit
        if not is_alike and whole.unit is not None:
            continue
        one = whole.value
        if any(abs(one * part - value) <= allowed * value for part in shares):
            return True
        if is_alike and any(abs(one * part - value) <= allowed * value for part in more):
            return True
        if is_alike and any(abs(value * part - one) <= allowed * one for part in (*shares, *more)):
            return True
    return False


def _is_about(claim: Number, known: Known) -> bool:
    """What any two known numbers give, of which dates are only added and taken away."""
    value = claim.value
    if any(
        is_same(one + other, value) or is_same(abs(one - other), value)
        for one in known.operands
        for other in known.operands
        if one != other
    ):
        return True
    error = max(ROUNDED, min(_step(value) / abs(value), HEDGED / 2))
    amounts = [one.value for one in known.amounts if one.value and _counts(one)]
    return any(
        _multiplies(one, other, value, error) for one in (*amounts, *PERIODS) for other in amounts
    )


def is_estimated(claim: Number, known: Known) -> bool:
    """What any two numbers give, with "about"; without it a part of a whole, or an amount of another period."""
    if not _is_amount(claim, known) or claim.value <= COUNTED:
        return False
    if _is_part(claim, known) or (known.is_hedged and _is_about(claim, known)):
        return True
    alike = [one.value for source in known.sources for one in source.all if one.unit == claim.unit]
    return any(
        is_same(one * period, claim.value) or is_same(claim.value * period, one)
        for one in alike[:MOST]
        for period in PERIODS
    )


def _multiplies(one: float, other: float, value: float, error: float = ROUNDED) -> bool:
    # Times one and by one give the number itself: that would be support, which there is none of.
    if 1.0 in (one, other):
        return False
    product = one * other
    return (
        abs(product - value) <= error / 2 * abs(value)
        or abs(one / other - value) <= error * abs(value)
        or abs(other / one - value) <= error * abs(value)
    )
