"""What the parts of a store read and write with, handed to each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from generator.store.writer import Values, Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The two connections of one workspace's file, and how their errors are told."""

    ask: Callable[[str, Iterable[object]], list[Any]]
    """The rows that a query gives; raises StoreError."""
    writer: Writer
    explained: Callable[[], AbstractContextManager[None]]
    """Inside it an error of the file is a StoreError."""

    def write(self, statement: str, rows: Iterable[Values]) -> None:
        """Write rows; returns when all of them are safe on the disk.

        Raises:
            StoreError: they cannot be written.
        """
        with self.explained():
            for written in [self.writer.put(statement, row) for row in rows]:
                written.result()
