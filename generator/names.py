"""Names that people give: the nearest known one, and safe ones for files."""

from __future__ import annotations

import difflib
import hashlib
import unicodedata
from collections.abc import Iterable

SLUG_BYTES = 100
"""Longest folder name made from a title: file systems take 255 bytes, and we add endings."""

# Names that Windows keeps for devices, whatever their ending.
_RESERVED = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))]
)


def nearest(name: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` for the known name nearest to a wrong one, or nothing."""
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"; did you mean {found[0]!r}?" if found else ""


# Left out of a slug without a trace; anything else that is left out leaves a digest behind.
_PLAIN = frozenset(" _-,.()'’")


def slug(title: str) -> str:
    """A folder name from a title: lower case, letters and digits of any script, hyphens between.

    Never empty, never a path, never a device name. Where more is lost than blanks and plain
    punctuation (`C++`, `AC/DC`, an emoji, a long tail), a digest keeps different titles apart.
    """
    text = unicodedata.normalize("NFKC", title).casefold()
    kept = "".join(c if unicodedata.category(c)[0] in "LNM" else "-" for c in text)
    name = "-".join(filter(None, kept.split("-")))
    cut = name.encode("utf-8", "ignore")[:SLUG_BYTES].decode("utf-8", "ignore").rstrip("-")
    lost = any(k == "-" and c not in _PLAIN for c, k in zip(text, kept, strict=True))
    if cut == name and name and not lost and name not in _RESERVED:
        return name
    mark = hashlib.sha256(title.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{cut}-{mark}" if cut else f"article-{mark}"
