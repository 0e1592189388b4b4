"""Numbers as wikis write them: reading them, and showing them in the way of a language."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from generator.wikitext.names import separators

_MINUS = re.compile(r"^\s*[−–‒]")
_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
_DIGITS = re.compile(r"^([+\-−]?)(\d+)(?:\.(\d+))?$")
_LONGEST = 60


def parse_number(text: str) -> Decimal | None:
    """The number that a template argument is (`1,234.5`, `−3`, `1e6`), None where it is none."""
    text = _MINUS.sub("-", text).strip().replace(",", "").replace("\u2212", "-").replace(" ", "")
    if len(text) > _LONGEST or not _PLAIN.fullmatch(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def format_number(text: str, language: str) -> str:
    """Group the digits of a plain number as the language does: `12345.6` -> `12.345,6` in German."""
    found = _DIGITS.match(text.strip())
    if not found or len(text) > _LONGEST:
        return text
    signs = separators(language)
    whole = f"{int(found[2]):,}".replace(",", signs.group)
    if found[2].startswith("0") and len(found[2]) > 1:
        whole = found[2]
    fraction = f"{signs.decimal}{found[3]}" if found[3] else ""
    return f"{found[1].replace('-', '−')}{whole}{fraction}"
