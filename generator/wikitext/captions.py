"""Captions of images: the last part of a file link that is not an option."""

from __future__ import annotations

import re
from functools import cache

from generator.wikitext.names import names

_SIZE = re.compile(r"\d*\s*x?\s*\d*\s*px|upright(?:\s*=?\s*[\d.]+)?", re.I)
_NAMED = re.compile(r"(?:alt|link|page|class|lang|thumbtime|start|end)\s*=", re.I)


def caption(parts: str) -> str:
    """Caption of `[[File:A.jpg|…]]`, given what follows the name; empty where there is none."""
    last = parts.rpartition("|")[2].strip()
    return "" if _is_option(last) else last


def _is_option(part: str) -> bool:
    words, prefixes, suffixes = _option_shapes()
    folded = part.casefold()
    if folded in words or _SIZE.fullmatch(part) or _NAMED.match(part):
        return True
    digits = re.sub(r"[\d.x\s]", "", folded)
    is_numbered = digits != folded.replace(" ", "")
    return (is_numbered and digits in suffixes) or folded.startswith(prefixes)


@cache
def _option_shapes() -> tuple[frozenset[str], tuple[str, ...], frozenset[str]]:
    """Options that are words, those that end in a value (`alt=$1`), and units of size (`$1px`)."""
    options = names().image_options
    words = frozenset(option for option in options if "$1" not in option)
    prefixes = tuple(option[:-2] for option in options if option.endswith("=$1"))
    suffixes = frozenset(option[2:].strip() for option in options if option.startswith("$1"))
    return words, prefixes, suffixes
