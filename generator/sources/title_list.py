"""Titles in a file, one a line: checked and counted at once, read again whenever they are wanted."""

from __future__ import annotations

import codecs
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfileobj
from typing import IO

from generator.errors import Misconfigured
from generator.sources.wikifile import STANDARD_INPUT

COMMENT = "#"
"""Begins a line that is no title; no title can hold it."""
LONGEST_LINE = 4096
"""Bytes; a title has at most 255 (`titles.TITLE_BYTES`), an address of one not many more."""


class TitleList:
    """The titles of a file in order, duplicates and all. Holds one line at a time."""

    def __init__(self, path: Path) -> None:
        """Read the file through once; `-` is standard input, which is kept on disk meanwhile.

        Raises:
            Misconfigured: it cannot be read, or is not a list of titles in UTF-8.
        """
        self._path = path
        self._kept: IO[bytes] | None = None
        if str(path) == STANDARD_INPUT:
            self._kept = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the list
            copyfileobj(sys.stdin.buffer, self._kept)
        self.titles = sum(1 for _ in self)
        """How many there are."""
        if not self.titles:
            raise Misconfigured(f"{self._name} holds no titles: give one a line")

    def __iter__(self) -> Iterator[str]:
        """The titles, without comments, blank lines and blanks around them."""
        with self._open() as file:
            number = 0
            while line := file.readline(LONGEST_LINE):
                number += 1
                title = self._read_line(line, number)
                if title and not title.startswith(COMMENT):
                    yield title

    def _read_line(self, line: bytes, number: int) -> str:
        if number == 1:
            if line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                raise Misconfigured(
                    f"{self._name} is in UTF-16: convert it with iconv -f UTF-16 -t UTF-8"
                )
            line = line.removeprefix(codecs.BOM_UTF8)
        if len(line) == LONGEST_LINE or b"\0" in line:
            raise Misconfigured(
                f"line {number} of {self._name} is no title: give a text with one title a line"
            )
        try:
            return line.decode("utf-8").strip()
        except UnicodeDecodeError as exc:
            raise Misconfigured(
                f"line {number} of {self._name} is not in UTF-8 (byte {line[exc.start]:#04x}):"
                " convert the file with iconv -t UTF-8"
            ) from exc

    @property
    def _name(self) -> str:
        if self._kept is not None:
            return "the list of titles on standard input"
        return f"the list of titles {str(self._path)!r}"

    @contextmanager
    def _open(self) -> Iterator[IO[bytes]]:
        if self._kept is not None:
            self._kept.seek(0)
            yield self._kept
            return
        try:
            with self._path.open("rb") as file:
                yield file
        except IsADirectoryError as exc:
            raise Misconfigured(f"{self._name} is a folder: give a file") from exc
        except (OSError, ValueError) as exc:
            why = getattr(exc, "strerror", None) or exc
            raise Misconfigured(
                f"{self._name} cannot be read ({why}): check the path given with --titles"
            ) from exc
