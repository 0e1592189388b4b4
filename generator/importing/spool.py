"""Clean pairs on the disk until it is known which of them are wanted, and in which split."""

from __future__ import annotations

import json
from array import array
from dataclasses import dataclass, fields
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import Any, Self

from generator.exporters.files import explained
from generator.records import Pair, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Spooled:
    """A clean pair, and which of the files it is from."""

    pair: Pair
    source: int
    marks: tuple[Verdict, ...] = ()
    """What checks have to say of it, though it stays."""


_FIELDS = tuple(one.name for one in fields(Pair))


class Spool:
    """Pairs numbered from 0; memory holds 8 bytes of each."""

    def __init__(self, folder: Path) -> None:
        """In a nameless file of the folder, where the dataset must find room as well."""
        with explained(folder):
            self._file = TemporaryFile(dir=folder)  # noqa: SIM115 - closed by `__exit__`
        self._offsets = array("Q")
        self._end = 0
        self._is_at_end = True

    def __len__(self) -> int:
        return len(self._offsets)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def add(self, spooled: Spooled) -> int:
        """Take in a pair; its number.

        Raises:
            StoreError: the disk is full, or the like.
        """
        values = {name: getattr(spooled.pair, name) for name in _FIELDS}
        marks = [(one.check, one.reason) for one in spooled.marks]
        data = json.dumps([spooled.source, values, marks]).encode() + b"\n"
        with explained(Path("temporary file")):
            if not self._is_at_end:
                self._file.seek(self._end)
                self._is_at_end = True
            self._file.write(data)
        self._offsets.append(self._end)
        self._end += len(data)
        return len(self._offsets) - 1

    def get(self, number: int) -> Spooled:
        """The pair of a number."""
        with explained(Path("temporary file")):
            self._is_at_end = False
            self._file.seek(self._offsets[number])
            source, stored, marks = json.loads(self._file.readline())
        values: dict[str, Any] = {
            k: tuple(v) if isinstance(v, list) else v for k, v in stored.items()
        }
        pair = Pair(**values)
        said = (
            Verdict(pair=pair.id, check=check, keep=True, reason=reason) for check, reason in marks
        )
        return Spooled(pair=pair, source=source, marks=tuple(said))
