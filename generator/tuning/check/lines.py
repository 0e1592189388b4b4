"""The rows of a training file, and what is wrong with the file before any row is looked at."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple, NoReturn

from generator.errors import SourceError
from generator.importing.encodings import as_utf8, find_encoding
from generator.importing.formats import Format, find_format
from generator.importing.jsonlines import read_lines
from generator.importing.opening import BROKEN, Opened, opened
from generator.tuning.check.findings import Spot
from generator.tuning.check.providers import Provider

_SHOWN = 60


class Line(NamedTuple):
    """One line of a file that is not blank."""

    number: int
    value: object
    spots: tuple[Spot, ...] = ()
    """What keeps it from being read."""


class TrainingFile:
    """A file being read, with what is wrong with it as a whole."""

    def __init__(self, path: Path, file: Opened, provider: Provider) -> None:
        self.path = path
        self.bytes = file.size or 0
        self._file = file
        self._encoding = find_encoding(file.head)
        self.spots = [*self._look_at(provider)]

    @property
    def bytes_read(self) -> int:
        """How far reading has come."""
        return self._file.bytes_read

    def lines(self) -> Iterator[Line]:
        """The lines one by one; none where the file has no lines to read.

        Raises:
            SourceError: the file breaks off or cannot be read on.
        """
        if any(spot.code in ("not_lines", "empty_file") for spot in self.spots):
            return
        try:
            yield from _read(as_utf8(self._file.stream, self._encoding))
        except BROKEN as exc:
            raise SourceError(f"{self.path} cannot be read to its end: {exc}") from exc

    def _look_at(self, provider: Provider) -> Iterator[Spot]:
        if self._file.is_packed:
            yield Spot("packed")
        if provider.most_bytes and self.bytes >= provider.most_bytes:
            yield Spot(
                "too_large",
                f"{self.bytes / 1e6:,.0f} MB, {provider.title} takes {provider.most_bytes / 1e6:,.0f}",
            )
        has_mark = self._file.head.startswith(codecs.BOM_UTF8)
        if has_mark and not provider.wants_mark:
            yield Spot("byte_order_mark")
        if provider.wants_mark and not has_mark:
            yield Spot("no_byte_order_mark")
        if self._encoding not in ("utf-8", "utf-8-sig"):
            yield Spot("other_encoding", f"it looks like {self._encoding}")
        yield from self._form()

    def _form(self) -> Iterator[Spot]:
        if not self._file.head.strip(b"\xef\xbb\xbf \t\r\n"):
            yield Spot("empty_file")
            return
        name = self.path.name
        try:
            format = find_format(self._file.head, self._encoding, name=name)
        except SourceError as error:
            yield Spot("not_lines", str(error).removeprefix(name).strip())
            return
        first = self._file.head.decode(self._encoding, "replace").lstrip("\ufeff \t\r\n")[:1]
        if format is Format.PARQUET or (format is Format.JSON and first == "["):
            yield Spot("not_lines", {"parquet": "a Parquet file"}.get(format, "one JSON array"))
        elif format is Format.JSON and not _is_one_object(self._file.head, self._encoding):
            yield Spot("not_lines", "JSON over several lines")
        elif (
            format is Format.TABLE
            and first != "{"
            and name.lower().endswith((".csv", ".tsv", ".txt"))
        ):
            yield Spot("not_lines", "a table")


@contextmanager
def open_training(path: Path, provider: Provider) -> Iterator[TrainingFile]:
    """A training file, open.

    Raises:
        Misconfigured: there is no such file, or it may not be read.
        SourceError: it cannot be unpacked.
    """
    with opened(path) as file:
        yield TrainingFile(path, file, provider)


def _is_one_object(head: bytes, encoding: str) -> bool:
    """Whether the first line is an object of its own: a file of a single line."""
    first = head.decode(encoding, "replace").lstrip("\ufeff \t\r\n").partition("\n")[0]
    try:
        return isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False


def _read(stream: IO[bytes]) -> Iterator[Line]:
    is_after_blank = False
    for number, data in enumerate(read_lines(stream), start=1):
        if data is None:
            yield Line(number, None, (Spot("row_too_long"),))
        elif not data.strip():
            is_after_blank = True
            continue
        else:
            # A blank line at the end is a line end too many, and harms nobody.
            spots = (Spot("blank_line"),) if is_after_blank else ()
            is_after_blank = False
            value, broken = _parse(data)
            yield Line(number, value, (*spots, *broken))


def _parse(data: bytes) -> tuple[object, tuple[Spot, ...]]:
    try:
        text = data.decode().strip()
    except UnicodeDecodeError as exc:
        return None, (Spot("not_utf8", f"byte {exc.start + 1} is 0x{data[exc.start]:02x}"),)
    try:
        return json.loads(text, parse_constant=_refuse), ()
    except RecursionError:
        return None, (Spot("not_json", "nested too deep"),)
    except ValueError as exc:
        why = exc.msg if isinstance(exc, json.JSONDecodeError) else str(exc)
        return None, (Spot("not_json", f"{why}: {text[:_SHOWN]}"),)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")
