"""What can be asked about in a sentence: dates, years, numbers with their units, and names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from generator.chat.extractive.quantities import QUANTITY
from generator.chat.extractive.scripts import GLUED, is_glued
from generator.chat.extractive.wordings import SENTENCE_START, Wordings

Kind = Literal["day", "date", "year", "number", "name", "term"]
"""`day`: a date with its day and its year; `date`: month and year, or day and month; `term`: anything
that can be left blank but not called by a name in the question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A stretch of a sentence that can be left blank."""

    start: int
    end: int
    kind: Kind
    worth: float
    """How much asking about it teaches, from 0 to 5."""


def find_terms(sentence: str, wordings: Wordings, names: frozenset[str]) -> list[Term]:
    """All terms of a sentence, none overlapping another, in the order of the text.

    `names` are the capital words that the passage also has in mid-sentence; see `collect_names`.
    """
    found: list[Term] = []
    for term in (
        *_find_dates(sentence, wordings),
        *_find_quantities(sentence, wordings),
        *_find_names(sentence, wordings, names),
        *_find_quoted(sentence),
    ):
        if all(term.end <= one.start or one.end <= term.start for one in found):
            found.append(term)
    return sorted(found, key=lambda term: term.start)


# Dates ------------------------------------------------------------------------------------------

_ERA = (
    r"(?:\s?(?:BCE|BC|CE|AD|v\. ?Chr\.|n\. ?Chr\.|av\. J\.-C\.|apr\. J\.-C\.|a\. ?C\.|d\. ?C\.|"
    r"до н\. ?[эе]\.|н\. ?[эе]\.|p\.n\.e\.|n\.e\.|f\.Kr\.|e\.Kr\.|ق\.م|ق\. م|م\.|לפנה\"ס))"
)
_YEAR = r"\d{3,4}"
_CJK_YEAR = r"(?:紀元前|公元前|西暦|公元|前|기원전 )?\d{1,4} ?[年년]"


@lru_cache(maxsize=64)
def _date_patterns(wordings: Wordings) -> tuple[tuple[Kind, re.Pattern[str]], ...]:
    months = sorted(map(re.escape, wordings.months), key=len, reverse=True)
    # Without a table of months any word between a day and a year is taken for one.
    month = rf"(?:{'|'.join(months)})\b\.?" if months else r"[^\s\d.,;:()–—-]{3,20}\.?"
    day = r"\d{1,2}(?:st|nd|rd|th|er|\.|º|°)?"
    link = r"(?:de |del |d['’]|of |di |سال |عام )?"
    year = rf"{_YEAR}{_ERA}?"
    written: list[tuple[Kind, str]] = [
        ("day", rf"ngày \d{{1,2}} tháng \d{{1,2}},? năm {_YEAR}"),
        ("day", rf"\d{{1,2}} tháng \d{{1,2}},? năm {_YEAR}"),
        ("date", rf"tháng \d{{1,2}} năm {_YEAR}"),
        (
            "day",
            rf"{_CJK_YEAR}(?:[(（][^()（）]{{1,10}}[)）])?\s?\d{{1,2}}[月월]\s?\d{{1,2}}[日일]",
        ),
        ("date", rf"{_CJK_YEAR}(?:[(（][^()（）]{{1,10}}[)）])?\s?\d{{1,2}}[月월]"),
        ("date", r"\d{1,2}[月월]\s?\d{1,2}[日일]"),
        ("day", r"\d{4}-\d{2}-\d{2}"),
        ("day", r"\d{1,2}[./]\d{1,2}[./]\d{4}"),
        ("day", rf"{day}\s{link}{month},?\s{link}{year}"),
    ]
    if months:
        written += [
            ("day", rf"{month}\s\d{{1,2}}(?:st|nd|rd|th)?,\s{year}"),
            ("date", rf"{month},?\s{link}{year}"),
            ("date", rf"{day}\s{link}{month}"),
            ("date", rf"{month}\s\d{{1,2}}(?:st|nd|rd|th)?"),
        ]
    left, right = rf"(?<![^\W{GLUED}])(?<!\d[.,:/–-])", rf"(?![^\W{GLUED}])(?![.,:/–-]\d)"
    return tuple((kind, re.compile(left + text + right, re.IGNORECASE)) for kind, text in written)


def _find_dates(sentence: str, wordings: Wordings) -> Iterator[Term]:
    if not any(map(str.isdigit, sentence)):
        return
    for kind, pattern in _date_patterns(wordings):
        for match in pattern.finditer(sentence):
            yield Term(start=match.start(), end=match.end(), kind=kind, worth=5.0)
    for match in _CJK_YEARS.finditer(sentence):
        yield Term(start=match.start(), end=match.end(), kind="year", worth=5.0)


_CJK_YEARS = re.compile(
    rf"(?<![^\W{GLUED}])(?<![和正治成民国\d.,/–-])(?:紀元前|公元前|西暦|公元|기원전 )?\d{{3,4}}"
    r"(?:年(?![间間代度生級级前后後])|년(?![간대도생]| ?전|동안))"
)


# Quantities -------------------------------------------------------------------------------------

# Words before a number that make it a label: "No. 5", "§ 5", "Kapitel 5".
_LABEL = re.compile(
    r"(?:\b(?:no|nr|nos|num|art|vol|bd|chap|chapter|page|pages|pp?|act|scene|line|type|class|part|"
    r"number|figure|table|section|article|grade|level|season|episode|volume|channel|route|"
    r"версия|глава|том|статья|статті)\.?|[第제№§#]|\bn[°º])\s?$",
    re.IGNORECASE,
)
_WORD_AFTER = re.compile(r"[ \u00a0]([\w\u0900-\u097f]+)")
_WORD_BEFORE = re.compile(r"([^\W\d_][\w.'’-]*)[ \u00a0]$")


def _find_quantities(sentence: str, wordings: Wordings) -> Iterator[Term]:
    for match in QUANTITY.finditer(sentence):
        if _is_cut(sentence, match.start(), match.end()) or _is_label(sentence, match.start()):
            continue
        kind, worth = _weigh(match, sentence, wordings)
        if worth:
            yield Term(start=match.start(), end=match.end(), kind=kind, worth=worth)


def _is_cut(sentence: str, start: int, end: int) -> bool:
    """Whether a stretch is only a part of something: `19` of `19th`, `COVID-19`, `10:15`, `19.`."""
    before, after = sentence[:start], sentence[end:]
    if before and (before[-1].isalnum() or before[-1] == "_") and not is_glued(before[-1]):
        return True
    # A Hebrew prefix is joined to a number by a hyphen.
    if re.search(r"[-–—/:.,'’#^_\\]$", before) and not re.search(r"[\u05d0-\u05ea][-־]$", before):
        return True
    if after and (after[0].isalnum() or after[0] == "_") and not is_glued(after[0]):
        return True
    if re.match(
        r"[月日時时分秒월일]|[年년](?=[代대])|[-–—/:'’.,٫٬^][^\W_]|[/*^_=]|[-–](?:\s(?:und|and|bis)\b)",
        after,
    ):
        return True
    # A point in mid-sentence makes an ordinal: "im 19. Jahrhundert".
    return bool(re.match(r"\.\s?\S", after)) and not re.match(r"\.[\"”»’)\]]*$", after)


def _is_label(sentence: str, start: int) -> bool:
    before = sentence[:start]
    if _LABEL.search(before):
        return True
    word = _WORD_BEFORE.search(before)
    return word is not None and word[1][0].isupper() and not _is_year_like(sentence[start:])


def _is_year_like(text: str) -> bool:
    return bool(re.match(r"[12]\d{3}(?![\d.,]?\d)", text))


def _weigh(match: re.Match[str], sentence: str, wordings: Wordings) -> tuple[Kind, float]:
    digits, whole = match["digits"], match[0]
    if match["unit"] or match["scale"] or match["before"]:
        return "number", 5.0
    if match["range"]:
        return "term", 3.0
    if digits.count(".") > 1 and not re.fullmatch(r"\d{1,3}(?:\.\d{3})+", digits):
        return "number", 0.0  # a version, a section number
    if re.fullmatch(r"\d{4}", whole) and 1000 <= int(whole) <= 2100:
        word = _WORD_BEFORE.search(sentence[: match.start()])
        before = word[1].lower() if word else "" if match.start() else SENTENCE_START
        word = _WORD_AFTER.match(sentence, match.end())
        after = word[1].lower() if word else ""
        is_year = before in wordings.before_year or after in wordings.after_year
        return ("year", 5.0) if is_year else ("term", 3.0)
    if len(digits) < 3 and _is_day(match, sentence):
        return "number", 0.0
    if re.fullmatch(r"[^\W_]", digits):
        return "number", 0.0 if int(digits) < 2 else 1.5
    if re.match(r"0\d", digits):
        return "number", 0.0
    return "number", 4.0


def _is_day(match: re.Match[str], sentence: str) -> bool:
    """Whether a year stands so near that a small number may be the day of a date."""
    before, after = sentence[: match.start()], sentence[match.end() :]
    return bool(
        re.search(r"\d{4}\W{0,2}(?:\s?\S+)?\s$", before) or re.match(r"\s\S+\s\d{4}", after)
    )


# Names ------------------------------------------------------------------------------------------

_WORD = re.compile(
    r"[^\W\d_]{1,3}\.(?=[ \u00a0][^\W\d_a-z])|[^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_]))*"
)
_NUMBER_IN_NAME = re.compile(r"[ \u00a0]\d{1,3}(?![\d.,%]|[ \u00a0]?\w)")
_KATAKANA = re.compile(
    r"(?<![\w・＝])(?<![一-鿿々])[ァ-ヺー]{2,}(?:[・＝][ァ-ヺー]{2,})*[一-鿿々]{0,3}(?![\w・＝-])|"
    r"(?<=[ぁ-ゖ])[ァ-ヺー]{2,}(?:[・＝][ァ-ヺー]{2,})*[一-鿿々]{0,3}(?![一-鿿々ァ-ヺー・＝-])|"
    r"^[ァ-ヺー]{2,}(?:[・＝][ァ-ヺー]{2,})*[一-鿿々]{0,3}(?![一-鿿々ァ-ヺー・＝-])"
)
_QUOTED = re.compile(
    r"[“„«「『《‘]([^“”„«»「」『』《》‘’\n]{3,40})[”“»」』》’]|\"([^\"\n]{3,40})\""
)

# Small words inside names, in the languages that have capitals: "Ludwig van Beethoven".
_LINKS = frozenset(
    "of de la los las les del della delle degli dei di da do dos das du des van von der den zu zum zur ter af el al bin ibn".split()
)
_NO_NAMES = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday i montag dienstag mittwoch donnerstag "
    "freitag samstag sonntag".split()
)


_GLUED = re.compile(f"[{GLUED}]")


def collect_names(sentences: list[str]) -> frozenset[str]:
    """Capital words of a passage that stand in mid-sentence and never without their capital."""
    capital: set[str] = set()
    small: set[str] = set()
    for sentence in sentences:
        for number, match in enumerate(_WORD.finditer(sentence)):
            word = match[0]
            if not word[0].isupper():
                small.add(word)
            elif number:
                capital.add(word)
    return frozenset(word for word in capital if word.lower() not in small)


def _find_names(sentence: str, wordings: Wordings, names: frozenset[str]) -> Iterator[Term]:
    if not _has_capitals(sentence):
        yield from _find_katakana(sentence)
        return
    for words in _runs(sentence, wordings):
        if not words[0].start() and len(words) > 1 and words[0][0].lower() in wordings.articles:
            del words[0]
        end = words[-1].end()
        if number := _NUMBER_IN_NAME.match(sentence, end):
            end = number.end()
        if sentence.startswith(("'s", "’s"), end - 2) and wordings.language == "en":
            end -= 2
        if not _is_name(words, sentence, wordings, names) or _is_joined(sentence, words[0], end):
            continue
        # One word may be an adjective ("the German army"), unless nothing follows on it; where all
        # nouns have capitals, only the years of a life make sure that several are a name.
        if wordings.has_capital_nouns:
            is_sure = bool(re.match(r" \([*†]? ?\d{4}", sentence[end:]))
        else:
            is_sure = len(words) > 1 or bool(re.match(r"[,.;)]|['’]s\b", sentence[end:]))
        kind: Kind = "name" if is_sure else "term"
        worth = 4.0 if len(words) > 1 else 2.5
        yield Term(start=words[0].start(), end=end, kind=kind, worth=worth)


def _has_capitals(sentence: str) -> bool:
    """Whether a sentence is in a script with capitals, not only a foreign name in it."""
    cased = sum(char.isupper() or char.islower() for char in sentence)
    return 2 * cased > sum(map(str.isalpha, sentence)) and len(_GLUED.findall(sentence)) < 5


def _find_katakana(sentence: str) -> Iterator[Term]:
    """Foreign words in Japanese, with the Han that belong to them: シュプレー川."""
    for match in _KATAKANA.finditer(sentence):
        # Names of several parts have dots between them; one part may be any loanword.
        if "・" in match[0] or "＝" in match[0]:
            yield Term(start=match.start(), end=match.end(), kind="name", worth=4.0)
        elif len(match[0]) > 4:
            yield Term(start=match.start(), end=match.end(), kind="term", worth=2.0)


def _runs(sentence: str, wordings: Wordings) -> Iterator[list[re.Match[str]]]:
    """Words with a capital that follow each other, with the small words that names have inside."""
    links_inside = _LINKS - wordings.articles if wordings.has_capital_nouns else _LINKS
    run: list[re.Match[str]] = []
    links: list[re.Match[str]] = []
    for word in _WORD.finditer(sentence):
        last = (links or run or [word])[-1]
        follows = sentence[last.end() : word.start()] in {" ", "\u00a0"}
        if run and follows and word[0] in links_inside:
            links.append(word)
            continue
        if run and follows and word[0][0].isupper():
            run += [*links, word]
        else:
            if run:
                yield run
            run = [word] if word[0][0].isupper() else []
        links = []
    if run:
        yield run


def _is_name(
    words: list[re.Match[str]], sentence: str, wordings: Wordings, names: frozenset[str]
) -> bool:
    low = [word[0].lower() for word in words]
    if any(word in wordings.months for word in low) or low[0] in _NO_NAMES:
        return False
    if low[0] in wordings.leaning | wordings.pronouns or sum(map(len, low)) < 3:
        return False
    if wordings.has_capital_nouns and len(words) < 2:
        return False
    before = sentence[: words[0].start()]
    opens = not re.search(r"\w", before) or bool(re.search(r"[:.!?][\s\"“„«]*$", before))
    # The first word of a sentence has a capital anyway.
    return not opens or (words[0][0] in names and low[0] not in wordings.articles)


def _is_joined(sentence: str, first: re.Match[str], end: int) -> bool:
    """Whether a run is only a part of something: `York` of `York-Antwerp`, `Johnson` of `&Johnson`."""
    before, after = sentence[: first.start()], sentence[end:]
    return bool(
        re.search(r"[^\s(„“\"«‘”\[]$|[&][\s]$", before)
        or re.match(r"[-/&_]|[–—]\w|\s?[&]\s|['’](?!s\b)\w|\w|\sfor\s[A-Z]", after)
    )


def _find_quoted(sentence: str) -> Iterator[Term]:
    for match in _QUOTED.finditer(sentence):
        group = 1 if match[1] else 2
        yield Term(start=match.start(group), end=match.end(group), kind="term", worth=2.0)
