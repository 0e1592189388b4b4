"""Which encoding a text file is in, told by its beginning."""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Final

from generator.checks.languages import count_scripts, count_votes
from generator.checks.texts import Text
from generator.errors import Misconfigured

if TYPE_CHECKING:
    from typing_extensions import Buffer

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OLD: Final = (
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp932", "euc_jp",
    "gb18030", "big5", "euc_kr",
)  # fmt: skip
"""Encodings of before Unicode that spreadsheets still write, the likeliest first."""
_LOOKED_AT = 1 << 15


def find_encoding(head: bytes) -> str:
    """Python's name of the encoding: by its mark, UTF-8 where that fits, else the likeliest old one.

    The likeliest is that in which most frequent words of a language, or letters of Japanese, Chinese
    and Korean, can be read. That is a guess: who knows better says so.
    """
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if name := _utf16_without_mark(head):
        return name
    if _reads(head, "utf-8") is not None or _is_mostly_utf8(head):
        return "utf-8"
    return max(_OLD, key=lambda name: _likelihood(head[:_LOOKED_AT], name))


def _utf16_without_mark(head: bytes) -> str:
    """By the zeros that Latin letters, blanks and line ends have in it at every second place."""
    half = len(head) // 2
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > half // 3 and even < odd // 10:
        return "utf-16-le"
    if even > half // 3 and odd < even // 10:
        return "utf-16-be"
    return ""


def _is_mostly_utf8(head: bytes) -> bool:
    """Whether a few bytes alone do not fit: those rows are broken, and not the file."""
    text = head.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return sum(not one.isascii() for one in text) > 10 * broken


def _reads(head: bytes, encoding: str) -> str | None:
    """The text; None where the bytes are none in this encoding. The last character may be cut."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        return decoder.decode(head)
    except UnicodeDecodeError:
        return None


def _likelihood(head: bytes, encoding: str) -> float:
    text = _reads(head, encoding)
    if text is None:
        return -1.0
    votes = count_votes(Text(text).bare_words)
    return max(votes.values(), default=0) + _LETTERS.get(encoding, _no_letters)(text)


def _no_letters(text: str) -> float:
    return 0.0


def _japanese(text: str) -> float:
    scripts = count_scripts(text)
    # Narrow Kana are what other encodings look like.
    narrow = sum("\uff61" <= one <= "\uff9f" for one in text)
    return scripts["KANA"] - 2.0 * narrow if 5 * scripts["KANA"] > scripts["HAN"] else 0.0


def _korean(text: str) -> float:
    scripts = count_scripts(text)
    return scripts["HANGUL"] - 3.0 * scripts["HAN"]


def _chinese(text: str) -> float:
    frequent = sum(
        one in "的一是不了在有人这這我他个個们們中来來上大为為和国國地到以说說" for one in text
    )
    return 4.0 * frequent - sum("\ue000" <= one <= "\uf8ff" for one in text)


_LETTERS: Final = {
    "cp932": _japanese,
    "euc_jp": _japanese,
    "euc_kr": _korean,
    "gb18030": _chinese,
    "big5": _chinese,
}
"""What speaks for an encoding of scripts that have no words between blanks."""


def as_utf8(stream: IO[bytes], encoding: str) -> IO[bytes]:
    """The same text in UTF-8 without a mark; bytes that mean nothing become U+FFFD.

    Text that is in UTF-8 already is passed on as it is, so that each reader can tell where it is not.

    Raises:
        Misconfigured: there is no such encoding.
    """
    try:
        known = codecs.lookup(encoding).name
    except LookupError as exc:
        raise Misconfigured(
            f"there is no encoding {encoding!r}: utf-8, cp1252, shift_jis and gb18030 are some"
        ) from exc
    if known == "utf-8":
        return stream
    if known == "utf-8-sig":
        stream.read(len(codecs.BOM_UTF8))
        return stream
    decoder = codecs.getincrementaldecoder(known)("replace")
    return _converted(
        stream, lambda data: decoder.decode(data, final=not data).encode("utf-8", "replace")
    )


def with_line_ends(stream: IO[bytes], head: str) -> IO[bytes]:
    """The same text with line feeds where it has carriage returns alone, as old spreadsheets write."""
    if "\n" in head or "\r" not in head:
        return stream
    return _converted(stream, lambda data: data.replace(b"\r", b"\n"))


def _converted(stream: IO[bytes], convert: Callable[[bytes], bytes]) -> IO[bytes]:
    return io.BufferedReader(_Converted(stream, convert), _LOOKED_AT)


class _Converted(io.RawIOBase):
    """A stream whose bytes go through a function, piece by piece; an empty piece is the end."""

    def __init__(self, stream: IO[bytes], convert: Callable[[bytes], bytes]) -> None:
        self._stream = stream
        self._convert = convert
        self._ready = b""
        self._is_ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        view = memoryview(buffer)
        while not self._ready and not self._is_ended:
            data = self._stream.read(_LOOKED_AT)
            self._is_ended = not data
            self._ready = self._convert(data)
        data, self._ready = self._ready[: len(view)], self._ready[len(view) :]
        view[: len(data)] = data
        return len(data)
