"""The pairs of a dataset folder, read back one by one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from pydantic import TypeAdapter, ValidationError

from generator.errors import Misconfigured
from generator.exporters.info import PageRecord
from generator.records import Pair

_PAIR = TypeAdapter(Pair)
_PAGE = TypeAdapter(PageRecord)
_SPLIT = re.compile(r"[a-z][a-z0-9_]{0,39}")
"""A split becomes the name of a file and a key of a hub."""


class PairsIn:
    """A `pairs.jsonl`: iterate over it once, then ask for its digest."""

    def __init__(self, path: Path) -> None:
        """Nothing is read yet."""
        self._path = path
        self._digest = hashlib.sha256()

    def __iter__(self) -> Iterator[Pair]:
        """The pairs in their order; memory holds one.

        Raises:
            Misconfigured: the file cannot be read, or a line of it is no pair.
        """
        with _open(self._path) as lines:
            for number, line in enumerate(lines, start=1):
                self._digest.update(line)
                if line.strip():
                    yield self._read(line, number)

    def _read(self, line: bytes, number: int) -> Pair:
        try:
            pair = _PAIR.validate_json(line)
        except ValidationError as exc:
            raise Misconfigured(f"{self._path}, line {number}: {_explain(exc)}") from exc
        if not _SPLIT.fullmatch(pair.split):
            raise Misconfigured(
                f"{self._path}, line {number}: {pair.split!r} is no name of a split; "
                "use small letters, digits and _"
            )
        return pair

    @property
    def sha256(self) -> str:
        """Of what was read so far."""
        return self._digest.hexdigest()


def read_pages(path: Path) -> Iterator[PageRecord]:
    """The pages of an `articles.jsonl`, one by one.

    Raises:
        Misconfigured: the file cannot be read, or a line of it is no page.
    """
    with _open(path) as lines:
        for number, line in enumerate(lines, start=1):
            try:
                yield _PAGE.validate_json(line)
            except ValidationError as exc:
                raise Misconfigured(f"{path}, line {number}: {_explain(exc)}") from exc


@contextmanager
def _open(path: Path) -> Iterator[IO[bytes]]:
    try:
        file = path.open("rb")
    except OSError as exc:
        raise Misconfigured(f"{path}: cannot be read: {exc.strerror}") from exc
    with file:
        yield file


def _explain(error: ValidationError) -> str:
    problem = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in problem["loc"])
    return f"{where}: {problem['msg']}" if where else str(problem["msg"])
