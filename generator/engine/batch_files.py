"""Files of calls for the Batch API: what has no reply goes into files within the endpoint's limits."""

from __future__ import annotations

import os
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from generator.chat.tokens import estimate_tokens
from generator.engine.follow_up import OVERFLOW, follow
from generator.engine.plan import Planned
from generator.engine.stop import Stop
from generator.errors import CallError, StoreError
from generator.records import Call
from generator.store import Store
from generator.store.batches import Batch, State

CHUNK = 1000
"""Calls looked up, and put into a batch, at once: one wait for the disk."""
MOST_CALLS = 50_000
MOST_BYTES = 200_000_000
"""Of one file, as OpenAI takes it (2026-11)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLimits:
    """The most that one file may hold, and all batches of a model together."""

    calls: int = MOST_CALLS
    size: int = MOST_BYTES
    """In bytes."""
    tokens: int | None = None
    """Of prompts, in all batches that wait at the endpoint; None for unknown."""


@dataclass(slots=True, kw_only=True)
class Seen:
    """What became of the plan on its way into files."""

    planned: int = 0
    already_answered: int = 0
    left_over: int = 0
    """Calls for which the budget had no room."""
    batches: set[str] = field(default_factory=set)
    """Batches that hold calls of the plan, older ones included."""


@dataclass(slots=True, kw_only=True)
class _Line:
    call: Call
    tokens: int
    data: bytes


@dataclass(slots=True, kw_only=True)
class _File:
    batch: Batch
    handle: BinaryIO
    calls: int = 0
    tokens: int = 0
    size: int = 0

    def take(self, lines: deque[_Line], limits: BatchLimits) -> list[_Line]:
        """As many of the lines as fit; at least one into an empty file."""
        taken: list[_Line] = []
        calls, tokens, size = self.calls, self.tokens, self.size
        while lines:
            calls, tokens, size = calls + 1, tokens + lines[0].tokens, size + len(lines[0].data)
            is_over = (
                calls > limits.calls
                or size > limits.size
                or (limits.tokens is not None and tokens > limits.tokens)
            )
            if is_over and calls > 1:
                break
            taken.append(lines.popleft())
        return taken

    def add(self, line: _Line) -> None:
        self.handle.write(line.data)
        self.calls += 1
        self.tokens += line.tokens
        self.size += len(line.data)


def path_of(batch: Batch, workspace: Path, what: str = "") -> Path:
    """Where a batch's file is while the batch lives; `what` names another that belongs to it."""
    ending = f".{what}.jsonl" if what else ".jsonl"
    return workspace / f"loremill-batch-{batch.id}{ending}"


class BatchFiles:
    """Writes the calls of a plan into files. A call is in the store's batch before it is in the file."""

    def __init__(
        self,
        *,
        store: Store,
        endpoint: str,
        model: str,
        line: Callable[[Call], bytes],
        limits: BatchLimits,
        stop: Stop,
        is_wanted: Callable[[str], bool],
        afford: Callable[[str, Call], bool],
    ) -> None:
        """Set up.

        Args:
            store: where replies and batches are looked up.
            endpoint: a label for the store, without secrets.
            model: of all the calls.
            line: makes the line that asks for a call; raises CallError where it cannot be asked so.
            limits: of the files.
            stop: ends the writing between two chunks.
            is_wanted: says by digest which calls are not to be asked again.
            afford: sets the cost of a call in a batch aside; False where it does not fit.
        """
        self._store = store
        self._endpoint = endpoint
        self._model = model
        self._line = line
        self._limits = limits
        self._stop = stop
        self._is_wanted = is_wanted
        self._afford = afford
        self.seen = Seen()

    def write(self, plan: Iterable[Sequence[Planned]]) -> Iterator[Batch]:
        """One prepared batch after the other; for a thread, as it plans, looks up and writes.

        Raises:
            StoreError: a file cannot be written.
        """
        file: _File | None = None
        try:
            for lines in self._missing(plan):
                while lines and not self._stop.is_set:
                    file = file or self._open()
                    self._put(file, file.take(lines, self._limits))
                    if lines and file.calls:
                        full, file = file, None
                        yield self._close(full)
                if self._stop.is_set:
                    return
            if file is not None and file.calls:
                last, file = file, None
                yield self._close(last)
        except OSError as error:
            raise StoreError(
                f"cannot write a batch's file in {self._store.workspace} "
                f"({error.strerror or error}): free room there, then run the same command again"
            ) from error
        finally:
            if file is not None:
                file.handle.close()
                discard(file.batch, self._store)
                self._store.claims.release(file.batch.id)

    def _missing(self, plan: Iterable[Sequence[Planned]]) -> Iterator[deque[_Line]]:
        """Lines for calls that have no reply and are in no batch, a chunk at a time."""
        calls = self._with_later_steps(chain.from_iterable(plan))
        while chunk := {one.call.digest: one for one in islice(calls, CHUNK)}:
            held = self._store.batches.holding(chunk)
            self.seen.batches |= set(held.values())
            answered = self._store.answered(chunk)
            self.seen.planned += len(chunk)
            self.seen.already_answered += len(answered)
            # What is too long for the model is asked in halves, by the run after this one.
            ended = answered | self._store.failed_for(OVERFLOW, chunk.keys() - answered)
            todo = [
                one.call
                for digest, one in chunk.items()
                if digest not in ended and digest not in held and self._is_wanted(digest)
            ]
            yield deque(self._lines(todo))

    def _with_later_steps(self, calls: Iterable[Planned]) -> Iterator[Planned]:
        """Each call, and those of later steps that stored replies have led to."""
        for one in calls:
            if one.next_steps:
                links = follow(one, self._store.get_reply)
                yield from (link.planned for link in links)
            else:
                yield one

    def _lines(self, calls: Iterable[Call]) -> Iterator[_Line]:
        for call in calls:
            try:
                data = self._line(call)
            except CallError:
                continue  # it cannot be asked online either, and is told there
            tokens = sum(estimate_tokens(message.content) for message in call.messages)
            yield _Line(call=call, tokens=tokens, data=data)

    def _open(self) -> _File:
        batch = Batch(
            id=uuid.uuid4().hex, endpoint=self._endpoint, model=self._model, state=State.WRITING
        )
        # Held until the file is whole: whoever finds such a batch unheld knows that we are dead.
        self._store.claims.take(batch.id)
        batch = self._store.batches.save(batch)
        return _File(batch=batch, handle=path_of(batch, self._store.workspace).open("wb"))

    def _put(self, file: _File, lines: list[_Line]) -> None:
        """Put lines into a file, but for those that somebody else asks for at this moment.

        The call is in the batch first and then looked at once more; a run that asks online claims
        it first and then looks whether it is in a batch. So never do both think it theirs.
        """
        id = file.batch.id
        ours = self._store.batches.reserve(id, {line.call.digest: line.tokens for line in lines})
        answered = self._store.answered(ours)
        dropped: list[str] = []
        for line in lines:
            call = line.call.digest
            if call not in ours:
                continue
            if call in answered or not self._store.claims.is_free(call):
                dropped.append(call)
            elif not self._afford(id, line.call):
                self.seen.left_over += 1
                dropped.append(call)
            else:
                file.add(line)
        self._store.batches.free(id, dropped)

    def _close(self, file: _File) -> Batch:
        file.handle.flush()
        os.fsync(file.handle.fileno())
        file.handle.close()
        batch = self._store.batches.save(
            file.batch, state=State.PREPARED, calls=file.calls, tokens=file.tokens
        )
        self.seen.batches.add(batch.id)
        self._store.claims.release(batch.id)
        return batch


def discard(batch: Batch, store: Store) -> None:
    """Remove a batch that the endpoint does not work on, with its files; its calls are free then."""
    store.batches.forget(batch)
    remove_files(batch, store.workspace)


def remove_files(batch: Batch, workspace: Path) -> None:
    """Remove a batch's files from the disk."""
    for what in ("", "output", "error"):
        path_of(batch, workspace, what).unlink(missing_ok=True)


def halve(batch: Batch, store: Store) -> list[Batch]:
    """Two prepared batches in the place of one that was not created, each with half of its calls.

    From the first step on the old one counts as unfinished: after a crash in between, whoever finds
    it discards it, and no call is in a file without being in its batch.
    """
    store.batches.save(batch, state=State.WRITING)
    lines = path_of(batch, store.workspace).read_bytes().splitlines(keepends=True)
    tokens = store.batches.tokens(batch.id, map(_call_of, lines))
    held = [line for line in lines if _call_of(line) in tokens]
    middle = len(held) // 2
    halves = [_part(batch, part, tokens, store) for part in (held[:middle], held[middle:])]
    discard(batch, store)
    return halves


def _part(batch: Batch, lines: list[bytes], tokens: Mapping[str, int], store: Store) -> Batch:
    calls = [_call_of(line) for line in lines]
    part = Batch(
        id=uuid.uuid4().hex,
        endpoint=batch.endpoint,
        model=batch.model,
        state=State.WRITING,
        calls=len(calls),
        tokens=sum(tokens[call] for call in calls),
    )
    store.claims.take(part.id)
    part = store.batches.save(part)
    with path_of(part, store.workspace).open("wb") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
    store.batches.move(part.id, calls)
    part = store.batches.save(part, state=State.PREPARED)
    store.claims.release(part.id)
    return part


def _call_of(line: bytes) -> str:
    # Written by ourselves: {"custom_id":"…32 characters…
    start = len(b'{"custom_id":"')
    return line[start : start + 32].decode("ascii", "replace")
