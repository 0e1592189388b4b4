"""Wikitext from files and from standard input, as pages."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from generator.errors import Misconfigured, SourceError
from generator.records import Page
from generator.sources import Found

MAX_FILE_BYTES = 64 * 2**20
"""The longest article on Wikipedia has 2 MiB (`$wgMaxArticleSize`); what is larger is no article."""

STANDARD_INPUT = "-"

_ENDINGS = frozenset({".wiki", ".wikitext", ".mediawiki", ".txt"})


class WikiFiles:
    """Files of wikitext as a source: the titles to fetch are paths."""

    def __init__(self, *, language: str = "en") -> None:
        self._language = language

    def fetch(self, titles: Iterable[str]) -> Iterator[Found]:
        """One page per path, in order; raises as `read_file` does."""
        for path in titles:
            yield Found(asked=path, kind="page", page=read_file(path, language=self._language))


def read_file(path: str | Path, *, title: str | None = None, language: str = "en") -> Page:
    """The page in a file of wikitext, as a wiki would store it: NFC, lines ended by `\\n`.

    Args:
        path: a file in UTF-8, with or without a byte order mark; `-` is standard input.
        title: by default the name of the file without ending, underscores being blanks.

    Raises:
        Misconfigured: there is no such file, or it has no title.
        SourceError: what it holds is not wikitext in UTF-8, or the system fails to read it.
    """
    # Names of files need not be Unicode.
    shown = os.fsencode(path).decode("utf-8", "replace")
    name = "standard input" if shown == STANDARD_INPUT else repr(shown)
    heading = (title or "").strip() or _title_from(shown)
    text = _decode(_read(path, name), name)
    return Page(
        site="file", title=heading, language=language, wikitext=text, asked=shown,
    )  # fmt: skip


def _title_from(path: str) -> str:
    if path == STANDARD_INPUT:
        raise Misconfigured("wikitext from standard input needs a title: give one with --title")
    file = Path(path)
    name = file.stem if file.suffix.lower() in _ENDINGS else file.name
    return unicodedata.normalize("NFC", name.replace("_", " ")).strip() or file.name


def _read(path: str | Path, name: str) -> bytes:
    try:
        if str(path) == STANDARD_INPUT:
            return _read_some(sys.stdin.buffer, name)
        with Path(path).open("rb") as file:
            return _read_some(file, name)
    except FileNotFoundError as exc:
        raise Misconfigured(f"there is no file {name}: check the path given with --from") from exc
    except IsADirectoryError as exc:
        raise Misconfigured(f"{name} is a folder: give its files, one --from for each") from exc
    except PermissionError as exc:
        raise Misconfigured(f"{name} may not be read: check its permissions") from exc
    except ValueError as exc:
        raise Misconfigured(f"{name} is not a path: {exc}") from exc
    except OSError as exc:
        raise SourceError(f"{name} cannot be read: {exc.strerror}") from exc


def _read_some(file: BinaryIO, name: str) -> bytes:
    data = file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise SourceError(
            f"{name} is larger than {MAX_FILE_BYTES // 2**20} MiB, which no article is:"
            " give one article's wikitext"
        )
    return data


def _decode(data: bytes, name: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SourceError(f"{name} is in UTF-16: convert it with iconv -f UTF-16 -t UTF-8")
    if b"\0" in data:
        raise SourceError(f"{name} holds NUL bytes, so it is not a text: give wikitext in UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = data.count(b"\n", 0, exc.start) + 1
        raise SourceError(
            f"{name} is not in UTF-8 (byte {data[exc.start]:#04x} in line {line}):"
            " convert it with iconv -t UTF-8"
        ) from exc
    start = text[:1000].lstrip().lower()
    if start.startswith(("<mediawiki", "<?xml", "<!doctype", "<html")):
        raise SourceError(f"{name} is XML or HTML: give the wikitext of one article")
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", lines)
