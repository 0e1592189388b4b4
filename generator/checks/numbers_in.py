"""The numbers of a text, with all that they may mean and what they count."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import pairwise

from generator.checks.folding import bare
from generator.checks.months import find_month
from generator.checks.number_words import KANJI, Spelled, all_scales, find_spelled, read_kanji
from generator.checks.texts import UNSPACED, Text, read
from generator.checks.units import PERCENT, TENTHS, Unit, find_sign, find_unit, per

BESIDE = 25
"""Characters at most between two numbers that stand side by side."""
_NEXT = re.compile(
    r"\s?(?:[-–—~〜～至到]|から|(?:and|to|y|a|und|bis|et|à|e|и|до|ve|ile|en|tot|och|i|do|och|til)\s)\s?(?=\d)"
)
MOST = 300
"""Numbers of a text that are looked at: more are a table, and no check can weigh a table."""

_BLANK = " \u00a0\u202f\u2009"
_DIGITS = re.compile(rf"\d+(?:[.,٫٬'’]\d+)*(?:[{_BLANK}]\d{{3}}(?!\d)(?:[.,٫]\d+(?!\d))?)*")
_LONGEST = 40
_FRACTIONS = {"½": 0.5, "⅓": 1 / 3, "⅔": 2 / 3, "¼": 0.25, "¾": 0.75, "⅕": 0.2, "⅛": 0.125}
_FRACTION = re.compile(f"(\\d{{0,9}})[ ]?([{''.join(_FRACTIONS)}])")
_ROMAN = re.compile(
    r"(?<![\w'’])(?=[IVXLC])(C{0,3}(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3}))(?:[eᵉ]|er|ème|ᵉʳ|th|º|\.)?(?!\w)"
)
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_KANJI = re.compile(f"[{KANJI}]+")
_CJK_SCALE = re.compile(r"\s?([兆億亿万萬千백만억조])")
_CJK_SCALES = {
    "千": 1e3,
    "万": 1e4,
    "萬": 1e4,
    "만": 1e4,
    "億": 1e8,
    "亿": 1e8,
    "억": 1e8,
    "兆": 1e12,
    "조": 1e12,
    "백": 100.0,
}
_CJK_REST = re.compile(r"(\d{1,4})([千万萬]|(?!\d))")
# What follows a number: a hyphen or blank, then one word and perhaps a second.
_AFTER = re.compile(
    rf"[{_BLANK}]?[-‑]?([^\s\d.,;:!?()\[\]«»„“”\"…–—]+)(?:[{_BLANK}-]([^\s\d.,;:!?()\[\]«»„“”\"…–—]+))?"
)
_ORDINAL = re.compile(
    r"(?:st|nd|rd|th|e|er|re|ère|ème|eme|º|ª|°|°C|°F|s|'s|er|-?(?:й|я|е|го|м|х|ом|ого|ти|ых|го))(?![^\W\d_])|\.(?= (?:yüzyıl|[Jj]ahrhundert|århund|stolet|wiek|század|век))"
)
_CURRENCY = re.compile(r"((?:US|A|C|HK|NT|R)?[$€£¥₹]|EUR|USD|GBP)[ \u00a0]?\Z")
_PERCENT_BEFORE = re.compile(r"(?:\byüzde |%|百分之)\Z", re.IGNORECASE)
_NEXT_YEAR = re.compile(
    r"\b(?:the (?:next|following|previous) year|a year (?:later|earlier|before)|(?:im|das|ein) (?:folgenden?|nächste[ns]?|darauffolgenden|jahr später|jahr darauf|jahr zuvor)|l'année suivante|un an (?:plus tard|après|plus tôt)|al año siguiente|el año siguiente|un año (?:después|más tarde|antes)|l'anno (?:dopo|seguente|successivo)|no ano seguinte|на следующий год|в следующем году|год спустя|через год|ertesi yıl|bir yıl sonra|следующего года)\b|翌年|翌\d|前年|次の年|次年|第二年|العام التالي"
)
_NUMERIC_DATE = re.compile(
    r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)|(?<!\d)(\d{1,2})[./](\d{1,2})[./](\d{4})(?!\d)"
)
_CJK_DATE = re.compile(r"(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일号]")
_GLUED = re.compile(f"[{UNSPACED}가-힣]")
_PREFIX = re.compile("[\u0590-\u06ff]")
"""Letters of scripts that write "and", "in" and "to" onto the next word."""
_TURKISH = re.compile(r"['’](?=[^\W\d_])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number where it stands."""

    text: str
    readings: tuple[float, ...]
    """Its value; more than one where a separator may be of groups or of decimals: `12.500`."""
    start: int
    end: int
    """In `Text.folded`."""
    unit: Unit | None = None
    noun: str = ""
    """The bare word behind it, where that is no unit: what it counts."""
    stages: tuple[float, ...] = ()
    """What it is without a scale word, and without the last of two: 102.9 and 102.9 thousand million."""
    is_word: bool = False
    is_part: bool = False
    """A fraction alone, or another word of amount."""
    day_of: int = 0
    """The month whose day it is, 0 where it is none."""

    @property
    def value(self) -> float:
        """The likeliest reading."""
        return self.readings[0]

    @property
    def is_year(self) -> bool:
        """Whether it can be a year: four digits in one piece, and no other unit."""
        is_plain = self.text.isdigit() and len(self.text) == 4
        return (
            is_plain
            and (self.unit is None or self.unit.dimension == "time")
            and 1000 <= self.value <= 2199
        )


class Numbers:
    """All numbers of a text, and the dates among them."""

    def __init__(self, text: Text, language: str) -> None:
        self._text = text
        self._language = language

    @cached_property
    def all(self) -> tuple[Number, ...]:
        """Digits in every script, words, Roman numerals and Han ones, the first `MOST` of them."""
        folded = self._text.folded
        found: list[Number] = []
        for number in _find(folded, self._text, self._language):
            found.append(number)
            if len(found) >= MOST:
                break
        return tuple(_with_units_of_ranges(found, folded))

    @cached_property
    def values(self) -> frozenset[float]:
        """Every reading of every number."""
        return frozenset(
            round(value, 9) for one in self.all for value in (*one.readings, *one.stages)
        )

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The different years, at most 60."""
        return tuple(dict.fromkeys(int(one.value) for one in self.all if one.is_year))[:60]

    @cached_property
    def days(self) -> frozenset[tuple[int, int]]:
        """Month and day of each date."""
        found = {(one.day_of, int(one.value)) for one in self.all if one.day_of}
        for match in _NUMERIC_DATE.finditer(self._text.folded):
            parts = [int(part) for part in match.groups() if part]
            first, second = (parts[1], parts[2]) if match[1] else (parts[1], parts[0])
            found |= {(first, second), (second, first)} if not match[1] else {(first, second)}
        found |= {(int(month), int(day)) for month, day in _CJK_DATE.findall(self._text.folded)}
        return frozenset(found)

    @cached_property
    def couples(self) -> tuple[tuple[Number, Number], ...]:
        """Numbers of one thing that stand side by side, such as a part and its whole: `58 of the 71`."""
        counts = sorted(
            (one for one in self.all if not one.is_year and not one.day_of and not one.is_part),
            key=lambda one: one.start,
        )
        return tuple(
            (one, other)
            for one, other in pairwise(counts)
            if other.start - one.end <= BESIDE and one.unit == other.unit
        )

    @cached_property
    def names_next_year(self) -> bool:
        """Whether it speaks of the year after another, or before, without a number."""
        return bool(_NEXT_YEAR.search(self._text.lower))

    @cached_property
    def quantities(self) -> tuple[Number, ...]:
        """Those with a unit."""
        return tuple(one for one in self.all if one.unit is not None)


def _with_units_of_ranges(found: list[Number], folded: str) -> list[Number]:
    """The numbers, the first of a range with the unit of the second: `between 21 and 26 mm`.

    It may be of the scale of the second as well: `200 to 230 million`.
    """
    beginning = {one.start: one for one in found if not one.is_word}
    ranged = []
    for one in found:
        is_open = one.unit is None and not (one.is_word or one.day_of or one.is_year)
        link = _NEXT.match(folded, one.end) if is_open else None
        other = beginning.get(link.end()) if link else None
        if other and other.stages and not one.stages:
            scale = other.value / other.stages[0]
            one = replace(one, readings=(*one.readings, one.value * scale))
        ranged.append(replace(one, unit=other.unit) if other and other.unit else one)
    return ranged


def _find(folded: str, text: Text, language: str) -> Iterator[Number]:
    scaled: set[int] = set()
    if any(map(str.isdigit, folded)) or any(one in folded for one in _FRACTIONS):
        for number in _find_digits(folded):
            scaled.update(range(number.start, number.end) if number.stages else ())
            yield number
    if not folded.isascii() and text.is_unspaced:
        yield from _find_kanji(folded)
    # The "million" of "21 million" is no number of its own.
    yield from (one for one in _find_words(text, language) if one.start not in scaled)
    for match in _ROMAN.finditer(folded):
        if match[1]:
            yield Number(
                text=match[0],
                readings=(float(_read_roman(match[1])),),
                start=match.start(),
                end=match.end(),
                is_word=True,
                is_part=True,
            )


def _find_digits(folded: str) -> Iterator[Number]:
    for match in _FRACTION.finditer(folded):
        value = float(match[1] or 0) + _FRACTIONS[match[2]] if len(match[1]) < _LONGEST else 0.0
        yield _with_unit(
            Number(
                text=match[0], readings=(value,), start=match.start(), end=match.end(), is_part=True
            ),
            folded,
        )
    dates = list(_NUMERIC_DATE.finditer(folded))
    for match in dates:
        yield from _of_date(match)
    dated = {at for match in dates for at in range(*match.span())}
    for match in _DIGITS.finditer(folded):
        if _is_glued(folded, match.start()) or len(match[0]) > _LONGEST or match.start() in dated:
            continue
        readings = _readings(match[0])
        if readings is None:
            at = match.start()
            for part in re.finditer(r"\d+", match[0]):
                yield Number(
                    text=part[0],
                    readings=(float(int(part[0])),),
                    start=at + part.start(),
                    end=at + part.end(),
                )
            continue
        yield _with_unit(
            Number(text=match[0], readings=readings, start=match.start(), end=match.end()), folded
        )


def _of_date(match: re.Match[str]) -> Iterator[Number]:
    """The day and the year of `20.8.1899` and `1899-08-20`; of `3/5/1899`, where both may be the month, the year."""
    year, month, day = (1, 2, 3) if match[1] else (6, 5, 4)
    if int(match[month]) > 12:
        month, day = day, month
    is_open = not match[1] and "/" in match[0] and max(int(match[month]), int(match[day])) <= 12
    for group in (year,) if is_open else (day, year):
        text, start = match[group], match.start(group)
        yield Number(
            text=text, readings=(float(int(text)),), start=start, end=start + len(text),
            day_of=int(match[month]) if group == day and int(match[month]) <= 12 else 0,
        )  # fmt: skip


def _is_glued(folded: str, start: int) -> bool:
    """Whether a number is the end of a name: `b6`, `H2O`, `v2`."""
    before = folded[start - 1 : start]
    if _GLUED.match(before) or _PREFIX.match(before):
        return False
    return before.isalpha() or before == "_"


def _readings(text: str) -> tuple[float, ...] | None:
    """What digits with separators may mean, None where they are several numbers (`4.5.1929`)."""
    text = re.sub(f"[{_BLANK}]", "", text)
    marks = re.sub(r"\d", "", text)
    if not marks:
        return (float(int(text)),)
    groups = re.split(r"\D", text)
    plain = [str(int(group)).zfill(len(group)) for group in groups]
    if len(set(marks)) == 2 and marks.count(marks[-1]) == 1:
        return (float("".join(plain[:-1]) + "." + plain[-1]),)
    is_grouped = (
        len(plain[0]) <= 3 and all(len(group) == 3 for group in plain[1:]) and plain[0] != "0"
    )
    if len(marks) > 1:
        return (float("".join(plain)),) if is_grouped and len(set(marks)) == 1 else None
    decimal = float(f"{plain[0]}.{plain[1]}")
    return (float("".join(plain)), decimal) if is_grouped else (decimal,)


def _with_ideograph(number: Number, folded: str) -> Number:
    """The number with the 万 or 億 behind it, and what goes on behind that: `3万5千`."""
    scale = _CJK_SCALE.match(folded, number.end)
    if not scale:
        return number
    factor, end, added = _CJK_SCALES[scale[1]], scale.end(), 0.0
    if rest := _CJK_REST.match(folded, end):
        added, end = float(int(rest[1])) * _CJK_SCALES.get(rest[2], 1.0), rest.end()
    readings = tuple(value * factor + added for value in number.readings)
    return replace(number, readings=readings, stages=number.readings, end=end)


def _with_unit(number: Number, folded: str) -> Number:
    """The number with the scale and the unit that follow it, or the currency before it."""
    number = _with_ideograph(number, folded)
    near = folded[max(0, number.start - 12) : number.start]
    before = _CURRENCY.search(near)
    unit = find_unit(bare(before[1])) if before else None
    if _PERCENT_BEFORE.search(near):
        return replace(number, unit=PERCENT)
    sign = folded[number.end : number.end + 1]
    if sign and sign in "%％٪":
        return replace(number, unit=PERCENT)
    if sign and sign in "°℃":
        return replace(number, unit=find_unit(bare(folded[number.end : number.end + 2])))
    ordinal = _ORDINAL.match(folded, number.end)
    month = find_month(folded, number.start, ordinal.end() if ordinal else number.end)
    if month and 1 <= number.value <= 31 and number.text.isdigit() and len(number.text) <= 2:
        return replace(number, day_of=month)
    return _look_behind(number, folded, unit, ordinal.end() if ordinal else number.end)


def _look_behind(number: Number, folded: str, unit: Unit | None, end: int) -> Number:
    after = folded[end : end + 60]
    if _GLUED.match(after.lstrip()[:1] or " "):
        sign = unit or find_sign(after.lstrip())
        if sign == TENTHS:
            tenths = tuple(10 * value for value in number.readings)
            return replace(number, readings=tenths, stages=number.readings, unit=PERCENT)
        return replace(number, unit=sign, noun="" if sign else after.lstrip()[0])
    # A suffix behind an apostrophe is no word: `1742'de`.
    match = None if _TURKISH.match(after) else _AFTER.match(after)
    if not match:
        return replace(number, unit=unit)
    first, second = bare(match[1]), bare(match[2] or "")
    if number.is_year and first in _YEAR_SIGNS:
        return number
    is_unit = find_unit(f"{first} {second}") is not None  # "mille marin" is no thousand
    if (scale := _scale(first)) and not number.is_word and not is_unit:
        readings = tuple(value * scale for value in number.readings)
        scaled = replace(
            number,
            readings=(*readings, *number.readings) if first == "bin" else readings,
            stages=(*number.stages, *number.readings),
            end=end + match.end(1),
        )
        return _look_behind(scaled, folded, unit, scaled.end)
    own = find_unit(f"{first} {second}") or _joined(match) or find_unit(first)
    return replace(
        number, unit=unit or _divided(own, first, after, match.end(1)), noun=_noun(first, second)
    )


_PER = re.compile(r"\w* (?:per|pro|par|por|al|в|за) ([^\W\d]+)(?: ([^\W\d]+))?")
_EXPONENT = re.compile(r"[23²³]")


def _divided(own: Unit | None, word: str, after: str, end: int) -> Unit | None:
    """The unit, or what it is of another: `g/cm³`, `metres per second`."""
    above, _, below = word.partition("/")
    if own is None and below:
        power = _EXPONENT.match(after, end)
        lower = find_unit(bare(below + power[0]) if power else below)
        return per(find_unit(above), lower)
    words = _PER.match(after, end) if own is not None else None
    if words is None:
        return own
    lower = find_unit(bare(f"{words[1]} {words[2] or ''}".strip())) or find_unit(bare(words[1]))
    return per(own, lower) or own


def _joined(match: re.Match[str]) -> Unit | None:
    """`megawatt-hour`, which two words with a hyphen name together."""
    return (
        find_unit(f"{bare(match[1])}-{bare(match[2])}")
        if match[2] and f"{match[1]}-{match[2]}" in match[0]
        else None
    )


_YEAR_SIGNS = frozenset({"г", "гг", "р", "рр"})
"""What stands for "year" behind four digits, and for gram and the like behind others."""
_LINKS = frozenset("of de d di the der des den von und y and or to bis a à".split())


def _noun(first: str, second: str) -> str:
    return second if first in _LINKS else first


def _scale(word: str) -> float:
    return all_scales().get(word, 0.0)


def _find_kanji(folded: str) -> Iterator[Number]:
    for match in _KANJI.finditer(folded):
        after = folded[match.end() : match.end() + 8]
        start = match.start()
        is_percent = bool(_PERCENT_BEFORE.search(folded[max(0, start - 3) : start]))
        number = Number(
            text=match[0], readings=(float(read_kanji(match[0][:20])),), start=start, end=match.end(),
            unit=PERCENT if is_percent else find_sign(after), noun=after[:1], is_word=True,
        )  # fmt: skip
        if folded[match.start() - 1 : match.start()].isdigit():
            continue  # 3万 is read with its digits
        yield number


def _find_words(text: Text, language: str) -> Iterator[Number]:
    if text.is_unspaced:
        return
    words = text.words
    for spelled in _spelled(text, language):
        number = Number(
            text=text.folded[words[spelled.first].start : words[spelled.end - 1].end],
            readings=(spelled.value,), start=words[spelled.first].start, end=words[spelled.end - 1].end,
            is_word=True, is_part=not spelled.has_whole,
        )  # fmt: skip
        yield _with_unit(_skip_article(number, text, spelled.end), text.folded)


def _spelled(text: Text, language: str) -> Iterator[Spelled]:
    """The numbers in words; none goes on behind a mark: `ten: seven of these and three of those`."""
    words = text.words
    starts = [
        0,
        *(
            at
            for at in range(1, len(words))
            if not _MARKS.isdisjoint(text.folded[words[at - 1].end : words[at].start])
        ),
        len(words),
    ]
    for start, end in pairwise(starts):
        for one in find_spelled(text.bare_words[start:end], language):
            yield one._replace(first=one.first + start, end=one.end + start)


_MARKS = frozenset(":;()?!")


def _skip_article(number: Number, text: Text, at: int) -> Number:
    """The unit of `half a century` stands behind an article."""
    words = text.bare_words
    if (
        number.is_part
        and words[at : at + 1]
        and words[at] in {"a", "an", "of", "ein", "eines", "un", "une", "de", "d", "di", "um"}
    ):
        return replace(number, end=text.words[at].end)
    return number


def _read_roman(text: str) -> int:
    values = [_ROMAN_VALUES[one] for one in text]
    return sum(
        -one if one < following else one
        for one, following in zip(values, [*values[1:], 0], strict=True)
    )


@lru_cache(maxsize=512)
def numbers_of(text: str, language: str = "") -> Numbers:
    """The numbers of a text, found once while it is remembered.

    Args:
        language: of the passage, by whose words numbers are read; the text's own where not known. A
            short answer does not tell its language.
    """
    known = read(text)
    return Numbers(known, language or known.language)
