"""Foreign words in Markdown and YAML: shown as they are, never acting as markup."""

from __future__ import annotations

import json
import re
from urllib.parse import quote, urlsplit

LONGEST = 200
"""Characters of a foreign text that are shown."""

# What begins a construct in CommonMark, GFM or KaTeX in the middle of a line, bare links included.
_MARKUP = re.compile(r"[\\`*_\[\]!~|$]|(?<=:)/(?=/)|(?<=www)\.", re.IGNORECASE)
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# Controls, line ends, marks that turn the direction of what follows, lone surrogates, and the two
# characters that YAML forbids.
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]+")
_URL_SAFE = "/:?&=#%+,;~@*'!$"


def inline(text: str) -> str:
    """A text in the middle of a Markdown line, on one line, cut after 200 characters."""
    flat = " ".join(_INVISIBLE.sub(" ", text).split())
    if len(flat) > LONGEST:
        flat = flat[: LONGEST - 1] + "…"
    escaped = _MARKUP.sub(r"\\\g<0>", flat)
    return re.sub("[&<>]", lambda found: _HTML[found[0]], escaped)


def link(text: str, url: str) -> str:
    """A Markdown link; the text alone where the address is not plain http or https."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return inline(text)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return inline(text)
    return f"[{inline(text)}]({quote(url, safe=_URL_SAFE, errors='replace')})"


def yaml_text(text: str) -> str:
    """A text as a YAML scalar in double quotes, which is what a JSON string is."""
    return json.dumps(_INVISIBLE.sub(" ", text), ensure_ascii=False)
