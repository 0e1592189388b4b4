"""The store's memory of batches: which calls are in which, and how far each batch has come.

A call that is in a batch is in flight: nobody else asks for it until the batch is collected.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from itertools import islice
from typing import Any

from generator.store.access import Access

LOOKUP_ROWS = 500
"""Keys per look-up, as in the store."""

_PUT_CALL = "INSERT OR IGNORE INTO batch_calls VALUES (?, ?, ?)"
_MOVE_CALL = "UPDATE batch_calls SET batch = ? WHERE call = ?"
_FREE_CALL = "DELETE FROM batch_calls WHERE call = ? AND batch = ?"
_FREE_ALL = "DELETE FROM batch_calls WHERE batch = ?"
_FORGET = "DELETE FROM batches WHERE id = ?"


class State(StrEnum):
    """How far a batch has come; each is on the disk before the step after it is begun."""

    WRITING = "writing"
    """Its file is being written; nothing has left the machine."""
    PREPARED = "prepared"
    """The file is whole; it may have been uploaded, or not."""
    UPLOADED = "uploaded"
    """The endpoint has the file; the batch may have been created, or not."""
    QUEUED = "queued"
    """The endpoint has no room for it at present; it is created later."""
    SUBMITTED = "submitted"
    """The endpoint works on it."""
    FINISHED = "finished"
    EXPIRED = "expired"
    FAILED = "failed"
    CANCELLED = "cancelled"
    """Over, in one of four ways; what it brought is not fetched yet."""
    COLLECTED = "collected"
    """What it brought is in the store, and its calls are free."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One file of calls, and what is known about it."""

    id: str
    """32 hexadecimal characters, the same here and in the endpoint's metadata."""
    endpoint: str
    """A label without secrets."""
    model: str
    state: State
    calls: int = 0
    tokens: int = 0
    """Of the prompts, estimated."""
    remote_file: str = ""
    """Id of the file at the endpoint, and…"""
    remote: str = ""
    """…of the batch."""
    status: str = ""
    """What the endpoint calls its state."""
    completed: int = 0
    """Calls answered so far, as the endpoint says."""
    failed: int = 0
    output_file: str = ""
    """Ids of the files with replies and with errors; either may be missing."""
    error_file: str = ""
    detail: str = ""
    """Why it is where it is, for people."""
    created_at: str = ""
    """ISO 8601, UTC."""
    changed_at: str = field(default="", compare=False)
    """When it was last kept, by every look at it; a batch is the same one for all that."""

    @property
    def is_live(self) -> bool:
        """True where it holds calls."""
        return self.state is not State.COLLECTED

    @property
    def is_over(self) -> bool:
        """True where the endpoint is done with it and its replies can be fetched."""
        return self.state in (State.FINISHED, State.EXPIRED, State.FAILED, State.CANCELLED)


_COLUMNS = [one.name for one in fields(Batch)]
_PUT = f"INSERT OR REPLACE INTO batches ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"
_GET = f"SELECT {', '.join(_COLUMNS)} FROM batches"


class Batches:
    """Batches of one workspace; a part of `Store`. Writing returns when it is safe on the disk.

    All methods raise StoreError where the file cannot be read or written.
    """

    def __init__(self, access: Access) -> None:
        """Take what the store reads and writes with."""
        self._access = access

    # Batches ----------------------------------------------------------------------------------

    def save(self, batch: Batch, **changes: Any) -> Batch:
        """Keep a batch with some fields changed; returns it as it is kept."""
        changed = replace(batch, **changes, changed_at=_now())
        if not changed.created_at:
            changed = replace(changed, created_at=changed.changed_at)
        self._write(_PUT, [tuple(asdict(changed).values())])
        return changed

    def get(self, id: str) -> Batch | None:
        """A batch by our id."""
        rows = self._access.ask(f"{_GET} WHERE id = ?", (id,))
        return _batch_from(rows[0]) if rows else None

    def live(self) -> list[Batch]:
        """Batches that hold calls, oldest first."""
        query = f"{_GET} WHERE state <> ? ORDER BY created_at, id"
        return [_batch_from(row) for row in self._access.ask(query, (State.COLLECTED,))]

    def all(self) -> list[Batch]:
        """Every batch there was, oldest first."""
        return [_batch_from(row) for row in self._access.ask(f"{_GET} ORDER BY created_at, id", ())]

    def forget(self, batch: Batch) -> None:
        """Remove a batch that never left the machine, and free its calls."""
        self.free(batch.id)
        self._write(_FORGET, [(batch.id,)])

    # Calls ------------------------------------------------------------------------------------

    def reserve(self, batch: str, calls: Mapping[str, int]) -> set[str]:
        """Put calls, with the tokens of their prompts, into a batch; returns those now in it.

        A call that another batch holds stays there.
        """
        self._write(_PUT_CALL, [(bytes.fromhex(call), batch, n) for call, n in calls.items()])
        return {call for call, holder in self.holding(calls).items() if holder == batch}

    def holds(self, call: str) -> bool:
        """True where some batch holds this call."""
        return bool(
            self._access.ask("SELECT 1 FROM batch_calls WHERE call = ?", (bytes.fromhex(call),))
        )

    def holding(self, calls: Iterable[str]) -> dict[str, str]:
        """Which of these calls are in a batch -> the id of that batch."""
        rows = self._look_up("SELECT call, batch FROM batch_calls WHERE call IN", calls)
        return {call.hex(): batch for call, batch in rows}

    def tokens(self, batch: str, calls: Iterable[str]) -> dict[str, int]:
        """Which of these calls are in this batch -> the tokens of their prompts, estimated."""
        rows = self._look_up("SELECT call, batch, tokens FROM batch_calls WHERE call IN", calls)
        return {call.hex(): tokens for call, holder, tokens in rows if holder == batch}

    def move(self, batch: str, calls: Iterable[str]) -> None:
        """Put calls from another batch into this one."""
        self._write(_MOVE_CALL, [(batch, bytes.fromhex(call)) for call in calls])

    def free(self, batch: str, calls: Iterable[str] | None = None) -> None:
        """Take calls out of a batch, all of them where none are named."""
        if calls is None:
            self._write(_FREE_ALL, [(batch,)])
        else:
            self._write(_FREE_CALL, [(bytes.fromhex(call), batch) for call in calls])

    # Inside -----------------------------------------------------------------------------------

    def _look_up(self, query: str, calls: Iterable[str]) -> Iterator[Any]:
        keys = iter([bytes.fromhex(call) for call in calls])
        while chunk := list(islice(keys, LOOKUP_ROWS)):
            yield from self._access.ask(f"{query} ({', '.join('?' * len(chunk))})", chunk)

    def _write(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        self._access.write(statement, [lambda row=row: row for row in rows])  # type: ignore[misc]


def _batch_from(row: Sequence[Any]) -> Batch:
    values = dict(zip(_COLUMNS, row, strict=True))
    return Batch(**{**values, "state": State(values["state"])})


def _now() -> str:
    now = datetime.datetime.now(datetime.UTC)
    return now.isoformat(timespec="seconds").replace("+00:00", "Z")
