"""Tells numbers that the passage has from those that follow from it and those without support.

A number of the completion is supported where passage, prompt or title have it in any form; it is
derived where it can be reckoned from them; otherwise the pair is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from generator.checks import KEEP, Candidate, Check, Opinion
from generator.checks.arithmetic import (
    Known,
    is_converted,
    is_estimated,
    is_gap_of_years,
    is_period,
    is_rate,
    is_reckoned,
    is_rounded,
    is_same,
    is_share,
    is_shifted_day,
    is_shifted_year,
    is_sum_of_kind,
    is_time_there_and_back,
)
from generator.checks.numbers_in import Number, Numbers, numbers_of
from generator.checks.phrases import Phrases
from generator.checks.questions import HOW_MANY, SUMS, WHEN, asks
from generator.checks.texts import Text, read
from generator.checks.units import YEAR_S

HEDGES = Phrases({
    "en": r"about|around|roughly|nearly|almost|over|more than|under|less than|fewer than|approximately|some|circa|ca|just|well|at least|up to|close to|a little|late|early|mid",
    "de": r"etwa|rund|fast|über|knapp|ungefähr|circa|ca|mehr als|weniger als|gut|gegen|um|mindestens|annähernd",
    "fr": r"environ|près de|presque|plus de|moins de|quelque|à peu près|autour de|vers|au moins|plus d'un",
    "es": r"unos|unas|cerca de|casi|más de|menos de|aproximadamente|alrededor de|hacia|al menos",
    "it": r"circa|quasi|più di|oltre|meno di|intorno|almeno", "pt": r"cerca de|quase|mais de|menos de|aproximadamente|por volta",
    "nl": r"ongeveer|bijna|ruim|meer dan|minder dan|circa|rond", "sv": r"cirka|omkring|nästan|över|drygt|mer än|ungefär",
    "pl": r"około|prawie|ponad|niemal|blisko", "ru": r"около|почти|более|свыше|примерно|приблизительно|менее|больше|порядка",
    "uk": r"близько|майже|понад|приблизно|більше", "tr": r"yaklaşık|neredeyse|fazla|civarında|aşkın|kadar",
    "ar": r"نحو|حوالي|حوالى|قرابة|أكثر من|ما يقرب|تقريبا", "ja": r"約|およそ|以上|ほぼ|近く|余り|ほど|超", "zh": r"约|大约|近|超过|多|左右|以上",
})  # fmt: skip
OTHERS = Phrases({
    "en": r"apart from|besides|except|excluding|including|other than|in addition to|others?|else", "de": r"außer|abgesehen|neben|ausgenommen|einschließlich|andere\w*|weitere\w*", "fr": r"excepté|hormis|outre|sauf|à part|autres?", "es": r"además de|excepto|salvo|aparte de|otr[oa]s?",
    "ru": r"кроме|помимо|не считая|други\w+|остальн\w+", "tr": r"dışında|hariç|başka|diğer\w*", "ja": r"以外|ほか|他の", "zh": r"除|以外|其他",
})  # fmt: skip
NEIGHBOURS = Phrases({
    "en": r"previous|preceding|next|following|last|before|after|prior", "de": r"vorige\w*|vorherige\w*|nächste\w*|folgende\w*|vor|nach|zuvor|davor|danach", "fr": r"précédente?s?|suivante?s?|prochaine?s?|avant|après", "es": r"anterior\w*|siguiente\w*|próxim\w+|antes|después|tras",
    "it": r"precedente|successiv\w|seguente|prima|dopo", "pt": r"anterior|seguinte|próxim\w|antes|depois|após", "nl": r"vorige|volgende|voor|na", "pl": r"poprzedni\w*|następn\w+|przed|po", "ru": r"предыдущ\w+|следующ\w+|прошл\w+|до|после|перед", "tr": r"önceki|sonraki|önce|sonra", "ar": r"السابق\w*|التالي\w*|قبل|بعد",
    "ja": r"前|次|翌|後", "zh": r"前|上一|下一|次|后",
})  # fmt: skip
ORDINAL_DAYS = Phrases({
    "en": r"(?:first|second|third|\w+th|\d+(?:st|nd|rd)) day", "de": r"\w+te[rn]? tag\w*", "fr": r"\w+(?:ième|ier) jour", "es": r"(?:primer|segundo|tercer|cuarto|quinto|sexto|séptimo|octavo|noveno|décimo) día", "ru": r"\w+(?:ый|ой|ий) день",
})  # fmt: skip
"""Days of a passage that are counted from another, and may be told by their dates."""
READ_WELL = frozenset("en de fr es it pt nl sv da no ja zh".split())
"""Languages whose numbers in words have few forms, all of which are known."""
LONG, SHORT = 3, 2
"""Digits of a number at least that in another order are an error, even where it might be reckoned, and where not."""
LONGEST_MONTH = 16
"""Characters between the day and the year of a date at most."""
SMALL = 12
"""Up to here a number may be the count of what the passage lists."""

_MARKER = re.compile(r"(?:(?<=^)|(?<=[\s(]))\(?(\d{1,2})[.)]\s")
_SHORT_TAIL = re.compile(r"['’]?s\b")


def new() -> Check:
    """A check with the reason `ungrounded_number`, and the marks `unsure_number` and `derived_number`."""
    return _judge


def _judge(candidate: Candidate) -> Opinion:
    derived = unsure = ""
    for claim in weigh(candidate):
        if claim.state == "unsupported":
            return Opinion(keep=False, reason=_explain(claim.number, claim.known))
        if claim.state == "unsure":
            unsure = unsure or f"unsure_number says {claim.number.text}"
        if claim.state == "derived":
            derived = derived or f"derived_number says {claim.number.text}"
    mark = unsure or derived
    return Opinion(keep=True, reason=mark) if mark else KEEP


class Claim(NamedTuple):
    """A number that a completion says, and what bears it out."""

    number: Number
    state: Literal["supported", "derived", "counted", "unsure", "unsupported"]
    """`counted` where it may be the count of what the passage lists, `unsure` where it may be known
    from elsewhere or be read wrongly."""
    known: Known


def weigh(candidate: Candidate) -> Iterator[Claim]:
    """The numbers of a completion in order; none where there is no passage."""
    completion = read(candidate.completion)
    passage, prompt = read(candidate.passage), read(candidate.prompt)
    claims = _claims(completion, passage.language)
    if not claims or not candidate.passage:
        return
    known = Known(
        sources=(
            numbers_of(candidate.passage, passage.language),
            numbers_of(candidate.prompt, passage.language),
            numbers_of(candidate.title, passage.language),
        ),
        shown=numbers_of(candidate.completion, passage.language).all,
        is_hedged=bool(HEDGES.find_in(completion, passage) or HEDGES.find_in(prompt, passage)),
        asks_for_sum=bool(SUMS.find_in(prompt, passage)),
        asks_for_amount=asks(HOW_MANY, prompt),
        leaves_out_one=bool(OTHERS.find_in(prompt, passage)),
    )
    for claim in claims:
        if _is_of_another_date(claim, known):
            yield Claim(claim, "unsupported", known)
        elif is_supported(claim, known):
            yield Claim(claim, "supported", known)
        elif not claim.is_year and _is_transposed(claim, known, LONG):
            yield Claim(claim, "unsupported", known)
        elif is_derived(claim, known, completion):
            yield Claim(claim, "derived", known)
        elif _is_count(claim, known, passage):
            yield Claim(claim, "counted", known)
        elif _is_transposed(claim, known, SHORT):
            yield Claim(claim, "unsupported", known)
        elif is_estimated(claim, known) or _is_unsure(claim, known, prompt, passage):
            yield Claim(claim, "unsure", known)
        else:
            yield Claim(claim, "unsupported", known)


def _claims(completion: Text, language: str) -> list[Number]:
    """Numbers that the completion says: not those of a list, of Roman kind, or mere parts."""
    markers = {match.start(1) for match in _MARKER.finditer(completion.folded)}
    return [
        one
        for one in numbers_of(completion.raw, language).all
        if one.start not in (markers if len(markers) > 1 else ())
        and not (one.is_word and (one.is_part or one.value < 3))
        and not (one.value < 100 and _SHORT_TAIL.match(completion.folded, one.end))
    ]


def is_supported(claim: Number, known: Known) -> bool:
    """Whether passage, prompt or title have the number, as what it is."""
    if claim.day_of:
        days = frozenset().union(*(one.days for one in known.sources))
        same_month = [day for month, day in days if month == claim.day_of]
        if same_month:
            return int(claim.value) in same_month
    return any(round(value, 9) in known.values for value in claim.readings) or any(
        is_same(value, other) for value in claim.readings for other in known.operands
    )


def is_derived(claim: Number, known: Known, completion: Text) -> bool:
    """Whether the number follows from what is known."""
    if claim.day_of:
        return is_shifted_day(claim, known)
    return (
        is_converted(claim, known)
        or is_rate(claim, known)
        or is_period(claim, known, completion.folded)
        or is_share(claim, known)
        or is_gap_of_years(claim, known)
        or is_shifted_year(claim, known)
        or is_rounded(claim, known)
        or is_reckoned(claim, known)
        or is_sum_of_kind(claim, known)
        or is_time_there_and_back(claim, known, completion.folded)
    )


def _is_of_another_date(claim: Number, known: Known) -> bool:
    """Whether a year stands behind a day for which the passage has another year only."""
    if not claim.is_year:
        return False
    day = next((one for one in known.shown if _is_day_of(one, claim)), None)
    if day is None:
        return False
    days = [
        one for one in known.sources[0].all if (one.day_of, one.value) == (day.day_of, day.value)
    ]
    years = [
        other.value for one in days for other in known.sources[0].all if _is_day_of(one, other)
    ]
    return bool(years) and len(years) == len(days) and claim.value not in years


def _is_day_of(day: Number, year: Number) -> bool:
    """Whether a number is the day of a date that goes on with a year: `3 May 1945`."""
    return bool(day.day_of) and year.is_year and 0 < year.start - day.end <= LONGEST_MONTH


def _is_transposed(claim: Number, known: Known, digits_at_least: int) -> bool:
    """Whether the passage has the same digits in another order, of the same thing: 421,000 for 412,000."""
    digits = sorted(filter(str.isdigit, claim.text))
    return len(digits) >= digits_at_least and any(
        one.unit == claim.unit and sorted(filter(str.isdigit, one.text)) == digits
        for one in known.sources[0].all
        if len(one.text) == len(claim.text)
    )


def _is_unsure(claim: Number, known: Known, prompt: Text, passage: Text) -> bool:
    """Whether a number may well be right although it is neither there nor follows.

    The year of an event that everybody knows, a feast for which the passage has no date, a stretch of
    days between two dates, an inflected word of a language whose words are read only in part.
    """
    if claim.is_year:
        is_next = NEIGHBOURS.find_in(prompt, passage) and any(
            abs(year - claim.value) == 1 for year in known.years if year != claim.value
        )
        return bool(is_next) or not (asks(WHEN, prompt) or asks(HOW_MANY, prompt))
    days = known.sources[0].days
    if claim.day_of:
        is_open = all(month != claim.day_of for month, _ in days)
        return is_open or bool(ORDINAL_DAYS.find_in(passage, passage))
    if claim.is_word and passage.language not in READ_WELL:
        return True
    is_time = claim.unit is not None and claim.unit.dimension == "time"
    return is_time and claim.unit is not None and claim.unit.factor < YEAR_S and len(days) > 1


def _is_count(claim: Number, known: Known, passage: Text) -> bool:
    """Whether the number may count what the passage lists: nothing there has another number of it."""
    if claim.value > SMALL or claim.value != int(claim.value):
        return False
    if claim.unit is not None:
        return claim.is_word and all(one.unit != claim.unit for one in known.sources[0].all)
    rival = next(
        (one for one in known.sources[0].all if one.noun and _is_form(one.noun, claim.noun)), None
    )
    if passage.is_unspaced:
        return rival is None and claim.is_word
    return rival is None and bool(claim.noun or claim.is_word)


def _is_form(one: str, other: str) -> bool:
    shortest = min(len(one), len(other))
    return one == other or (
        shortest >= 4 and one[: max(4, shortest - 2)] == other[: max(4, shortest - 2)]
    )


def _explain(claim: Number, known: Known) -> str:
    passage: Numbers = known.sources[0]
    alike = [
        one
        for one in passage.all
        if one.unit == claim.unit
        and one.is_year == claim.is_year
        and bool(one.day_of) == bool(claim.day_of)
    ]
    nearest = min(alike, key=lambda one: abs(one.value - claim.value), default=None)
    has = f"; the passage has {nearest.text}" if nearest else ""
    return f"ungrounded_number says {claim.text}{has}"
