"""Where sentences end, in scripts with and without blanks between words."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Full stops of scripts that do not share theirs with abbreviations: ideographic, Devanagari, Arabic,
# Armenian, Ethiopic, Myanmar, Khmer, Tibetan, Ol Chiki, Mongolian.
_CLEAR_STOPS = "。｡．！？!?…‼⁇⁈⁉।॥؟۔։።၊။។៕།᱾᱿᠃᠉"
_CLOSERS = "\"'“”’»›)\\]）］」』】〉》｣"
_ANY_STOP = re.escape(_CLEAR_STOPS) + "."
_END = re.compile(
    rf"[。｡！？．]+[{_CLOSERS}]*"  # nothing need follow where no blanks are written
    # Only from the beginning of a run and without giving back: a run of stops would be quadratic.
    rf"|(?<![{_ANY_STOP}])[{_ANY_STOP}]++[{_CLOSERS}]*+(?: »)?(?=\s)"
    r"|\n+"
)
# The next sentence begins with anything but a small letter or a sign that goes on.
_GOES_ON = re.compile(r"\s+[\"'“‘„«(\[]*(?:[a-zà-öø-ÿа-яёα-ωա-և]|[,;:–—%)\]])")
_LAST_WORD = re.compile(r"[^\s(\[\"'“„«]*$")
_INITIAL = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]|\d{1,2}|[IVXLC]+|[^\W\d_]{1,3}\.-?[^\W\d_]{1,3}")
"""`J`, `z.B`, `U.S`, and numbers that may be ordinals: `3. Oktober`, `Friedrich II. war`."""
_ABBREVIATIONS = frozenset(
    """
    mr mrs ms dr prof st sr jr rev hon gen col sgt lt capt gov sen rep pres dept univ inc ltd co corp bros
    no nos vol vols ed eds pp fig figs ch sec art cf ca approx est vs etc al ibid op cit viz resp
    jan feb mar apr jun jul aug sep sept oct nov dec mt ft
    bzw ggf usw bspw evtl inkl exkl zzgl abs nr bd hrsg jh jhd jhdt verst geb gest sog u.a z.b d.h str tel
    mme mlle mgr av env hab num tom vgl
    sig sigg dott ing ecc sec pag
    ud uds núm pág dña sra srta
    г гг в вв р руб тыс млн млрд им ул пр др см стр рис напр
    np tzn itd itp ul woj tj tzv např mj
    """.split()
)


def sentences(text: str) -> list[str]:
    """Sentences of a text in order, without the white space between them. A line end ends one."""
    return [text[start:end] for start, end in sentence_spans(text)]


def sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """Offsets of the sentences of a text."""
    start = 0
    for end in _ends(text):
        if span := _trimmed(text, start, end):
            yield span
        start = end
    if span := _trimmed(text, start, len(text)):
        yield span


def _ends(text: str) -> Iterator[int]:
    start = 0
    for found in _END.finditer(text):
        if found[0][0] == "." and not _ends_sentence(text, start, found):
            continue
        if found[0][0] in "!?…" and _GOES_ON.match(text, found.end()):
            continue
        start = found.end()
        yield start


def _ends_sentence(text: str, start: int, found: re.Match[str]) -> bool:
    """Whether a full stop before a blank ends a sentence, rather than an abbreviation."""
    if "\n" in text[found.end() : found.end() + 1]:
        return True
    if _GOES_ON.match(text, found.end()):
        return False
    # Only the last word matters; a longer look would make a text of one sentence quadratic.
    word = _LAST_WORD.search(text, max(start, found.start() - 40), found.start())
    last = word[0] if word else ""
    return bool(found[0].rstrip(".")) or not (
        _INITIAL.fullmatch(last) or last.casefold() in _ABBREVIATIONS
    )


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None
