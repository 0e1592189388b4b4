"""The store's memory of prompt files: the text of every version, and what came of it in each dataset."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime

from generator.store.access import Access
from generator.store.packing import pack, unpack

# The text may change where the digest does not: a comment in the header. The newest is kept.
_PUT_TEXT = """
    INSERT INTO templates VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (name, digest) DO UPDATE SET text = excluded.text, last_at = excluded.last_at
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a prompt file that a build has used."""

    name: str
    digest: str
    first_at: str
    """When the first build with it began, and the last one: ISO 8601, UTC."""
    last_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What one version has come to in one dataset, with one model, when that was last written."""

    name: str
    digest: str
    dataset: str
    model: str
    calls: int = 0
    """Answered, those included that others have led to."""
    read: int = 0
    """Pairs in their replies, or facts, and…"""
    kept: int = 0
    """…those of them that every check let pass."""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float | None = 0.0
    """Of their replies; None where the price is not known."""
    at: str = ""


_USE_COLUMNS = ", ".join(field.name for field in fields(Use))
_PUT_USE = f"""
    INSERT OR REPLACE INTO template_uses ({_USE_COLUMNS})
    VALUES ({", ".join("?" for _ in fields(Use))})
"""


class Versions:
    """Versions of prompt files in one workspace; a part of `Store`.

    All methods raise StoreError where the file cannot be read or written.
    """

    def __init__(self, access: Access) -> None:
        """Take what the store reads and writes with."""
        self._access = access

    def put(self, name: str, digest: str, text: str) -> None:
        """Keep the text of a version that is used now; returns when it is safe."""
        now = _now()
        self._access.write(_PUT_TEXT, [lambda: (name, digest, pack(text), now, now)])

    def put_use(self, use: Use) -> None:
        """Keep what a version has come to in a dataset, in place of what was known of the two."""
        values = (*astuple(use)[:-1], _now())
        self._access.write(_PUT_USE, [lambda: values])

    def names(self) -> list[str]:
        """Names of all prompt files that were ever used."""
        return [name for (name,) in self._access.ask("SELECT DISTINCT name FROM templates", ())]

    def of(self, name: str) -> list[Version]:
        """The versions of a prompt file, the one used last first."""
        query = """
            SELECT name, digest, first_at, last_at FROM templates WHERE name = ?
            ORDER BY last_at DESC, first_at DESC
        """
        return [
            Version(name=name, digest=digest, first_at=first, last_at=last)
            for name, digest, first, last in self._access.ask(query, (name,))
        ]

    def text(self, name: str, digest: str) -> str | None:
        """The text of a version; None for one that was never used."""
        query = "SELECT text FROM templates WHERE name = ? AND digest = ?"
        rows = self._access.ask(query, (name, digest))
        return unpack(rows[0][0]) if rows else None

    def uses(self, name: str) -> Iterator[Use]:
        """What came of each version of a prompt file, the newest first."""
        query = f"SELECT {_USE_COLUMNS} FROM template_uses WHERE name = ? ORDER BY at DESC, dataset"
        names = [field.name for field in fields(Use)]
        for row in self._access.ask(query, (name,)):
            yield Use(**dict(zip(names, row, strict=True)))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
