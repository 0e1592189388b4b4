"""JSON that any reader takes line by line, whatever the texts in it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from generator.records import Json

# Legal inside a JSON string, but line ends to many readers (U+0085, U+2028, U+2029) or invisible
# controls; and lone surrogates, which UTF-8 cannot hold.
_UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")


# Made once: `json.dumps` with settings of its own makes an encoder for every row.
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def json_line(row: Mapping[str, Json]) -> str:
    """The row as one line of JSON with its line end, keys in the order given.

    Raises:
        ValueError: for NaN or infinity, which have no JSON form.
    """
    return _safe(_encode(row)) + "\n"


def json_text(value: Mapping[str, Json]) -> str:
    """The same for a file that people open: indented, with a line end."""
    return _safe(json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2)) + "\n"


def is_unicode(text: str) -> bool:
    """False for a text with a lone surrogate: half a character, which no file can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _safe(text: str) -> str:
    if text.isascii() and "\x7f" not in text:
        return text
    return _UNSAFE.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return "\ufffd" if code >= 0xD800 else f"\\u{code:04x}"
