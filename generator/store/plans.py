"""The store's memory of what was planned: one row per article and plan, for saying why a call is new.

A row is written when a build has planned an article, before its calls are made. It holds digests and
names, no text, and takes some 40 bytes a call.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime

from generator.digests import digest
from generator.records import Json
from generator.store.access import Access
from generator.store.packing import pack, unpack

_PUT = """
    INSERT INTO plans VALUES (?, ?, ?, ?)
    ON CONFLICT (source, plan) DO UPDATE SET planned_at = excluded.planned_at
"""
_GET = "SELECT calls FROM plans WHERE source = ? ORDER BY planned_at DESC, rowid DESC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """One call as it was planned once: all that another one can differ in."""

    call: str
    """Its digest."""
    article: str
    """Title of the article, as it was then."""
    section: tuple[str, ...]
    occurrence: int
    part: int
    parts: int
    text: str
    """Digest of the passage's text."""
    template: str
    """Name of the prompt file…"""
    version: str
    """…its digest…"""
    wording: str
    """…and the digest of what is left of it without the model's settings."""
    model: str
    parameters: Mapping[str, Json]
    sample: int


_FIELDS = tuple(field.name for field in fields(Noted))


class Plans:
    """Plans of one workspace; a part of `Store`."""

    def __init__(self, access: Access) -> None:
        """Take what the store reads and writes with."""
        self._access = access

    def put(self, source: str, calls: Sequence[Noted]) -> None:
        """Remember what was planned for an article; returns before it is durable."""
        self._access.writer.put(_PUT, lambda: _values(source, calls))

    def of(self, source: str) -> list[Noted]:
        """All that was ever planned for an article, the newest plan first.

        Raises:
            StoreError: the file cannot be read.
        """
        return [noted for (calls,) in self._access.ask(_GET, (source,)) for noted in _read(calls)]


def _values(source: str, calls: Sequence[Noted]) -> tuple[object, ...]:
    plan = digest([one.call for one in calls] + [one.template for one in calls])
    rows = [[getattr(one, name) for name in _FIELDS] for one in calls]
    return (
        source,
        plan,
        pack(json.dumps(rows)),
        datetime.now(UTC).isoformat(timespec="microseconds"),
    )


def _read(calls: bytes) -> Iterable[Noted]:
    for row in json.loads(unpack(calls)):
        values = dict(zip(_FIELDS, row, strict=True))
        yield Noted(**{**values, "section": tuple(values["section"])})
