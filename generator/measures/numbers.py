"""Numbers in running text, in one form whatever their digits and separators."""

from __future__ import annotations

import re
import unicodedata

_NUMBER = re.compile(
    r"\d{1,3}(?:[\u0020\u00a0\u202f\u2009]\d{3})+(?!\d)"  # 1 000 000
    r"|\d+(?:[.,'’\u066b\u066c]\d+)*"
)
_SEPARATOR = re.compile(r"[^\d]+")


def numbers(text: str) -> frozenset[str]:
    """The distinct numbers of a text: `1,000`, `1.000` and `١٠٠٠` are `1000`, `28,06` is `28.06`.

    Where three digits follow a single sign, it is taken for one between thousands. Dates such as
    31.12.1999 give their parts.
    """
    found: set[str] = set()
    for match in _NUMBER.finditer(text):
        found.update(_plain(_SEPARATOR.split(_ascii_digits(match[0]))))
    return frozenset(found)


def _ascii_digits(text: str) -> str:
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c, c)) for c in text)


def _plain(groups: list[str]) -> list[str]:
    first, *others = groups
    if all(len(group) == 3 for group in others) and len(first) <= 3:
        return [_whole("".join(groups))]
    if len(others) == 1:
        fraction = others[0].rstrip("0")
        return [f"{_whole(first)}.{fraction}" if fraction else _whole(first)]
    return [_whole(group) for group in groups]


def _whole(digits: str) -> str:
    return digits.lstrip("0") or "0"
