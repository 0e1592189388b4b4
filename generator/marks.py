"""Remembers millions of digests in little memory, and the order in which they came.

A dictionary takes some 200 bytes for each, this 18 to 36: one flat table in which a mark stands at the
place that it names itself, or at the next free one.
"""

from __future__ import annotations

from array import array

MARK_BYTES = 8
"""Of a digest, as many as are compared: no two of a hundred million alike by chance."""
_START = 1024
_ID_BYTES = 16
_FREE = 0


class Marks:
    """Digests numbered from 0 in the order of their coming."""

    def __init__(self) -> None:
        """None yet."""
        self._marks = array("Q", [0]) * _START
        self._numbers = array("I", [0]) * _START
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def find(self, digest: bytes) -> int | None:
        """The number of a digest; None for one that has not come. Takes `MARK_BYTES` of it or more."""
        mark = _mark(digest)
        place = self._place(mark)
        return self._numbers[place] if self._marks[place] == mark else None

    def add(self, digest: bytes) -> bool:
        """Take in a digest; False where it had come before."""
        mark = _mark(digest)
        place = self._place(mark)
        if self._marks[place] == mark:
            return False
        self._marks[place], self._numbers[place] = mark, self._count
        self._count += 1
        if 3 * self._count > 2 * len(self._marks):
            self._grow()
        return True

    def _place(self, mark: int) -> int:
        """Where a mark stands, or could."""
        marks, last = self._marks, len(self._marks) - 1
        place = mark & last
        while marks[place] not in (mark, _FREE):
            place = (place + 1) & last
        return place

    def _grow(self) -> None:
        had = zip(self._marks, self._numbers, strict=True)
        size = 2 * len(self._marks)
        self._marks, self._numbers = array("Q", [0]) * size, array("I", [0]) * size
        for mark, number in had:
            if mark != _FREE:
                place = self._place(mark)
                self._marks[place], self._numbers[place] = mark, number


class Ids:
    """Ids by the order of their coming; those that are digests in 16 bytes each."""

    def __init__(self) -> None:
        """None yet."""
        self._digests = bytearray()
        self._others: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self._digests) // _ID_BYTES

    def __getitem__(self, number: int) -> str:
        start = number * _ID_BYTES
        return self._others.get(number) or self._digests[start : start + _ID_BYTES].hex()

    def append(self, own: str) -> None:
        """Take in an id."""
        digest = _unhex(own)
        if digest.hex() != own or len(digest) != _ID_BYTES:
            self._others[len(self)] = own
            digest = bytes(_ID_BYTES)
        self._digests += digest


def _unhex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def _mark(digest: bytes) -> int:
    return int.from_bytes(digest[:MARK_BYTES], "big") or 1
