"""What "the same" means: canonical JSON and the digests made of it."""

from __future__ import annotations

import hashlib
import json

DIGEST_CHARS = 32
"""Hexadecimal characters kept of a SHA-256: 128 bits, no collision expected below 10^18 records."""


_encode = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
).encode


def canonical_json(value: object) -> str:
    """The one JSON text of a value: sorted keys, no blanks, no escapes, no NaN.

    Raises:
        ValueError: for NaN or infinity, which have no JSON form.
        TypeError: for a value that JSON does not know.
    """
    return _encode(value)


def digest(value: object) -> str:
    """The identity of a JSON value: 32 hexadecimal characters, equal for equal content."""
    data = canonical_json(value).encode("utf-8", "surrogatepass")
    return hashlib.sha256(data).hexdigest()[:DIGEST_CHARS]


def fraction(*parts: object) -> float:
    """A number in [0, 1) that depends on the parts alone: for choices that must be repeatable."""
    return int(digest(list(parts))[:13], 16) / 16**13
