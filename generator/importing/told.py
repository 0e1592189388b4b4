"""What an import tells while it goes on and when it is done."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from generator.importing.drawing import Drawn
from generator.importing.fields import Fields
from generator.importing.reading import Reading
from generator.importing.rows import Row
from generator.records import Json

SHOWN: Final = 600
"""Characters of a row that an example shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """How a file is written, and its fields; told before its rows are read."""

    name: str
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a file is."""

    name: str
    rows: int
    clean: int
    rejected: int
    bytes_read: int
    size: int | None
    """In bytes, None where nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecord:
    """A file that was read."""

    name: str
    sha256: str
    bytes: int
    format: str
    encoding: str
    delimiter: str
    has_header: bool
    fields: Fields
    template: str
    """Tag of its pairs: `import@` and a digest of the fields, or `map:` and the function."""
    rows: int
    skipped: int
    """Lines of which a function made nothing."""
    clean: int
    rejected: int
    broken: str
    """Why the file could not be read to its end; empty where it could."""

    def told(self) -> dict[str, Json]:
        """What a manifest says of it."""
        row: dict[str, Json] = asdict(self)
        fields = self.fields
        row["fields"] = {
            "shape": fields.shape,
            "prompt": fields.prompt,
            "completion": fields.completion,
            "input": fields.input,
            "group": fields.group,
        }
        return row


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A row as it was, and what becomes of it."""

    name: str
    number: int
    before: str
    """The row as JSON, its beginning."""
    pairs: tuple[Drawn, ...]
    reasons: tuple[str, ...]
    """Why each pair is rejected; empty for one that is kept."""

    @classmethod
    def of(cls, name: str, row: Row, pairs: Sequence[Drawn], reasons: Sequence[str]) -> Example:
        """The example that a row is."""
        before = row.excerpt
        if not row.problem:
            before = json.dumps(row.value, ensure_ascii=False, default=str)
        return cls(
            name=name,
            number=row.number,
            before=before[:SHOWN],
            pairs=tuple(pairs),
            reasons=tuple(reasons),
        )
