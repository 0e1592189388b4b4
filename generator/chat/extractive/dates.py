"""Dates, taken whole in the ways that languages write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from generator.chat.extractive.scripts import GLUED
from generator.chat.extractive.term import Kind, Term
from generator.chat.extractive.wordings import Wordings

_ERA = (
    r"(?:\s?(?:BCE|BC|CE|AD|v\. ?Chr\.|n\. ?Chr\.|av\. J\.-C\.|apr\. J\.-C\.|a\. ?C\.|d\. ?C\.|"
    r"до н\. ?[эе]\.|н\. ?[эе]\.|p\.n\.e\.|n\.e\.|f\.Kr\.|e\.Kr\.|ق\.م|ق\. م|م\.|לפנה\"ס))"
)
_YEAR = r"\d{3,4}"
_CJK_YEAR = r"(?:紀元前|公元前|西暦|公元|前|기원전 )?\d{1,4} ?[年년]"
_CJK_YEARS = re.compile(
    rf"(?<![^\W{GLUED}])(?<![和正治成民国\d.,/–-])(?:紀元前|公元前|西暦|公元|기원전 )?\d{{3,4}}"
    r"(?:年(?![间間代度生級级前后後])|년(?![간대도생]| ?전|동안))"
)


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


def find_dates(sentence: str, wordings: Wordings) -> Iterator[Term]:
    """Dates, as whole as they are written, and years that their own script marks."""
    if not any(map(str.isdigit, sentence)):
        return
    for kind, pattern in _date_patterns(wordings):
        for match in pattern.finditer(sentence):
            yield Term(start=match.start(), end=match.end(), kind=kind, worth=5.0)
    for match in _CJK_YEARS.finditer(sentence):
        yield Term(start=match.start(), end=match.end(), kind="year", worth=5.0)


def find_year(term: Term, sentence: str) -> str:
    """The four digits of the year in a term, empty where it has none."""
    if term.kind not in {"day", "date", "year"}:
        return ""
    found = re.search(r"(?<!\d)\d{4}(?!\d)", sentence[term.start : term.end])
    return found[0] if found else ""
