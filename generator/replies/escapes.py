"""What a backslash means inside a string that a model wrote."""

from __future__ import annotations

import re
from typing import Final

_PLAIN: Final = {
    '"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t",
}  # fmt: skip
# Escapes that JSON does not have and that can mean only one thing.
_OTHER: Final = {"'": "'", "`": "`", "“": "“", "”": "”", "’": "’", "‘": "‘", "\n": "", "\r\n": ""}

_ESCAPE = re.compile(
    r"\\(?:u(?P<hex>[0-9a-fA-F]{4})(?:\\u(?P<low>[dD][c-fC-F][0-9a-fA-F]{2}))?"
    r"|u\{(?P<braced>[0-9a-fA-F]{1,6})\}|U(?P<long>[0-9a-fA-F]{8})|x(?P<byte>[0-9a-fA-F]{2})"
    r"|(?P<other>\r\n|.)?)",
    re.DOTALL,
)

# Commands of LaTeX that begin like an escape of JSON. `\b` and `\f` before a letter are always taken
# for a command: backspace and form feed have no place in a text.
_COMMAND = re.compile(r"\\(?:\\|(?P<word>[bf][A-Za-z]|[nrt][A-Za-z]+)|.)", re.DOTALL)
_SURE: Final = frozenset(
    "times theta text textbf textit textrm tfrac rho right rightarrow rangle rceil rfloor neq notin"
    .split()
)  # fmt: skip
_IN_FORMULA: Final = frozenset("nabla nu ne not nmid tan tanh tau to top tilde triangle rm".split())
_FORMULA = re.compile(r"[$^]|_\{|\\\\?[(\[]|\\(?:frac|alpha|beta|gamma|sum|int|sqrt|cdot|partial)")


def keep_latex(raw: str) -> str:
    """Doubles the backslash of LaTeX commands that JSON would take for an escape (`\\frac`)."""
    if "\\" not in raw:
        return raw
    is_formula = _FORMULA.search(raw) is not None

    def double(match: re.Match[str]) -> str:
        word = match.group("word") or ""
        is_command = word[:1] in ("b", "f") or word in _SURE or (is_formula and word in _IN_FORMULA)
        return "\\" + match.group(0) if word and is_command else match.group(0)

    return _COMMAND.sub(double, raw)


class Unescaped(str):
    """A text with its escapes resolved; `is_mended` where not all of them were JSON's."""

    __slots__ = ("is_mended",)
    is_mended: bool


def unescape(raw: str) -> Unescaped:
    """Resolves the escapes of JSON, Python and JavaScript; any other backslash stays as it is.

    A half of a surrogate pair without the other half comes out as it is: such a text cannot be stored.
    """
    kept = keep_latex(raw)
    is_mended = kept != raw

    def resolve(match: re.Match[str]) -> str:
        nonlocal is_mended
        other = match.group("other")
        if other is not None and other in _PLAIN:
            return _PLAIN[other]
        if match.group("hex"):
            return _utf16(match.group("hex"), match.group("low"))
        is_mended = True
        code = match.group("braced") or match.group("long") or match.group("byte")
        if code:
            return chr(int(code, 16)) if int(code, 16) < 0x110000 else match.group(0)
        return _OTHER.get(other or "", match.group(0))

    text = Unescaped(_ESCAPE.sub(resolve, kept))
    text.is_mended = is_mended
    return text


def _utf16(high: str, low: str | None) -> str:
    if low is None:
        return chr(int(high, 16))
    if not 0xD800 <= int(high, 16) < 0xDC00:
        return chr(int(high, 16)) + chr(int(low, 16))
    return chr(0x10000 + ((int(high, 16) - 0xD800) << 10) + (int(low, 16) - 0xDC00))
