"""One thread that writes: rows from any thread or task, committed in groups, acknowledged when durable.

A commit waits for the disk (about 200 a second on a small machine); grouping whatever has arrived
meanwhile makes thousands of rows a second durable at the price of one wait.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

GROUP_ROWS = 2_000
"""Rows per commit at most, so that a flood cannot make one transaction endless."""


Values = Callable[[], Sequence[object]]
"""Makes the values of a row; called in the writer's thread, which has the time to compress them."""


@dataclass(slots=True)
class _Write:
    statement: str
    values: Values
    written: Future[None] = field(default_factory=Future)


class Writer:
    """Owns the writing connection and its thread."""

    def __init__(
        self,
        connect: Callable[[], sqlite3.Connection],
        *,
        make_room: Callable[[], bool] = lambda: False,
    ) -> None:
        """Start the thread; `make_room` is asked once to free space when the disk is full."""
        self._connect = connect
        self._make_room = make_room
        self._queue: SimpleQueue[_Write | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="store-writer", daemon=True)
        self._thread.start()

    def put(self, statement: str, values: Values) -> Future[None]:
        """Queue one row. The future is done when the row is on the disk, or holds the error."""
        write = _Write(statement, values)
        self._queue.put(write)
        return write.written

    def close(self) -> None:
        """Write what is queued, then end the thread."""
        self._queue.put(None)
        self._thread.join()

    def _work(self) -> None:
        connection = self._connect()
        try:
            while (group := self._next_group()) is not None:
                self._commit(connection, group)
        finally:
            connection.close()

    def _next_group(self) -> list[_Write] | None:
        first = self._queue.get()
        if first is None:
            return None
        group = [first]
        try:
            while len(group) < GROUP_ROWS:
                following = self._queue.get_nowait()
                if following is None:
                    self._queue.put(None)  # found again by the next round, after this group
                    break
                group.append(following)
        except Empty:
            pass
        return group

    def _commit(self, connection: sqlite3.Connection, group: list[_Write]) -> None:
        try:
            try:
                _insert(connection, group)
            except sqlite3.OperationalError:
                if not self._make_room():
                    raise
                _insert(connection, group)
        except sqlite3.Error as error:
            for write in group:
                write.written.set_exception(error)
        else:
            for write in group:
                write.written.set_result(None)


def _insert(connection: sqlite3.Connection, group: list[_Write]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        for write in group:
            connection.execute(write.statement, write.values())
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
