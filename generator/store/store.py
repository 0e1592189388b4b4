"""The workspace's SQLite file: what can be put into it and what can be asked of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from generator.errors import StoreError
from generator.records import Failure, Page, Reply, Usage
from generator.store import rescue
from generator.store.access import Access
from generator.store.batches import Batches
from generator.store.claims import Claims
from generator.store.judges import JudgeBook
from generator.store.limits import LimitBook
from generator.store.packing import pack, unpack
from generator.store.plans import Plans
from generator.store.schema import prepare
from generator.store.tuning import TuningBook
from generator.store.unwanted import Unwanted
from generator.store.versions import Versions
from generator.store.writer import Writer

FILE_NAME = "loremill.db"
LOOKUP_ROWS = 500
"""Keys per look-up; SQLite takes 999 in the oldest version that Python 3.11 may meet."""

_PUT_PAGE = f"INSERT OR IGNORE INTO pages VALUES ({', '.join('?' * 13)})"
_PUT_ALIAS = "INSERT OR REPLACE INTO aliases VALUES (?, ?, ?, ?)"
# A reply that is there stays: it was paid for first, and rows made from it must not change.
_PUT_REPLY = f"INSERT OR IGNORE INTO replies VALUES ({', '.join('?' * 15)})"
_PUT_FAILURE = "INSERT INTO failures VALUES (?, ?, ?, ?, ?, ?)"
_PUT_EXPERIENCE = """
    INSERT INTO experience VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (model, template) DO UPDATE SET
        replies = replies + excluded.replies,
        pairs = pairs + excluded.pairs,
        estimated_tokens = estimated_tokens + excluded.estimated_tokens,
        prompt_tokens = prompt_tokens + excluded.prompt_tokens,
        completion_tokens = completion_tokens + excluded.completion_tokens
"""
SHORT_TOKENS = 16
"""A pair as JSON takes about ten tokens: a reply below this hardly holds one. The index
`unsettled_replies` has the same number."""
_UNSETTLED = f"""
    ((finish_reason <> 'stop' AND finish_reason <> '')
    OR completion_tokens - reasoning_tokens < {SHORT_TOKENS})
"""
_PAGE_COLUMNS = (
    "site, page_id, revision_id, title, timestamp, fetched_at, language, license, license_url, "
    "url, history_url, wikitext"
)


class ModelTotals(NamedTuple):
    """What one model was asked for in a workspace, over all runs."""

    model: str
    replies: int
    usage: Usage


class Experience(NamedTuple):
    """What replies to one prompt file took, summed up."""

    replies: int
    pairs: int
    """Asked for."""
    estimated_tokens: int
    """Of the prompts, as we estimate them…"""
    prompt_tokens: int
    """…and as the endpoint counted them."""
    completion_tokens: int


class Store:
    """Pages, replies and failures of one workspace. Use `open_store`, which closes it as well.

    Reading is done on the caller's thread, writing on the store's own; a future returned by a
    `put_…` method is done when the row is safe on the disk.
    """

    def __init__(self, workspace: Path) -> None:
        """Open the workspace, making folder and file where they are missing.

        Raises:
            StoreError: where that cannot be done; the message names the path and the next step.
        """
        self.workspace = workspace
        self.path = workspace / FILE_NAME
        self._reserve = workspace / "loremill.reserve"
        with self._explained():
            workspace.mkdir(parents=True, exist_ok=True)
            self._reader = self._connect()
            prepare(self._reader, self.path)
            self.claims = Claims(
                workspace / "loremill.locks", is_elsewhere=lambda call: self.batches.holds(call)
            )
        rescue.keep_reserve(self._reserve)
        self._writer = Writer(
            self._connect, make_room=lambda: rescue.give_up_reserve(self._reserve)
        )
        access = Access(ask=self._ask, writer=self._writer, explained=self._explained)
        self.batches = Batches(access)
        self.limits = LimitBook(access)
        self.judges = JudgeBook(access)
        self.tuning = TuningBook(access)
        self.unwanted = Unwanted(access)
        self.plans = Plans(access)
        self.versions = Versions(access)
        self._take_in_rescued()

    def close(self) -> None:
        """Write what is queued, then let go of the file."""
        self._writer.close()
        self.claims.close()
        self._reader.close()

    # Pages ------------------------------------------------------------------------------------

    def get_page(self, site: str, page_id: int, revision_id: int) -> Page | None:
        """A revision that was fetched before."""
        row = self._ask_one(
            f"SELECT {_PAGE_COLUMNS} FROM pages WHERE site = ? AND page_id = ? AND revision_id = ?",
            (site, page_id, revision_id),
        )
        return None if row is None else _page_from(row)

    def find_page(self, key: tuple[str, int, int, str]) -> Page | None:
        """A stored page by `Page.key`."""
        row = self._ask_one(
            f"SELECT {_PAGE_COLUMNS} FROM pages"
            " WHERE site = ? AND page_id = ? AND revision_id = ? AND own = ?",
            key,
        )
        return None if row is None else _page_from(row)

    def put_page(self, page: Page) -> None:
        """Keep a page for good; waits until it is safe.

        Raises:
            StoreError: where it cannot be written.
        """
        with self._explained():
            self._writer.put(_PUT_PAGE, lambda: _page_values(page)).result()

    def put_alias(self, site: str, asked: str, page_id: int, fragment: str) -> None:
        """Remember which page a title led to."""
        with self._explained():
            self._writer.put(_PUT_ALIAS, lambda: (site, asked, page_id, fragment)).result()

    # Replies ----------------------------------------------------------------------------------

    def answered(self, calls: Iterable[str]) -> set[str]:
        """Which of these calls have a reply."""
        return self._among(calls, "SELECT call FROM replies WHERE call IN")

    def unsettled(self, calls: Iterable[str]) -> set[str]:
        """Which of these calls have a reply that was cut, or is too short to hold a pair."""
        return self._among(
            calls,
            f"SELECT call FROM replies INDEXED BY unsettled_replies WHERE {_UNSETTLED} AND call IN",
        )

    def failed_for(self, reason: str, calls: Iterable[str]) -> set[str]:
        """Which of these calls failed for this reason at some time."""
        query = "SELECT DISTINCT call FROM failures WHERE reason = ? AND call IN"
        return self._among(calls, query, reason)

    def get_reply(self, call: str) -> Reply | None:
        """The reply to a call."""
        row = self._ask_one("SELECT * FROM replies WHERE call = ?", (bytes.fromhex(call),))
        return None if row is None else _reply_from(row)

    async def put_reply(self, reply: Reply, *, model: str, endpoint: str) -> None:
        """Make a reply durable; returns when it is.

        Raises:
            StoreError: where it is not in the store. It is in a rescue file then, if that could
                be written, and the message says which.
        """
        try:
            await self._writer.post(_PUT_REPLY, lambda: _reply_values(reply, model, endpoint))
        except sqlite3.Error as error:
            raise self._rescue(reply, model, endpoint, error) from error

    async def put_replies(self, replies: Iterable[Reply], *, model: str, endpoint: str) -> None:
        """Make many replies durable at the price of one wait.

        Raises:
            StoreError: one of them is not in the store.
        """
        with self._explained():
            written = [
                self._writer.post(_PUT_REPLY, partial(_reply_values, reply, model, endpoint))
                for reply in replies
            ]
            for one in written:
                await one

    async def put_failure(self, failure: Failure) -> None:
        """Record why a call has no reply; returns when that is durable."""
        with self._explained():
            await self._writer.post(_PUT_FAILURE, lambda: _failure_values(failure))

    async def put_failures(self, failures: Iterable[Failure]) -> None:
        """Record many failures at the price of one wait."""
        with self._explained():
            written = [
                self._writer.post(_PUT_FAILURE, partial(_failure_values, failure))
                for failure in failures
            ]
            for one in written:
                await one

    def last_failure(self, call: str) -> Failure | None:
        """The newest failure of a call."""
        row = self._ask_one(
            "SELECT reason, detail, attempts, failed_at, body FROM failures"
            " WHERE call = ? ORDER BY rowid DESC LIMIT 1",
            (bytes.fromhex(call),),
        )
        if row is None:
            return None
        reason, detail, attempts, failed_at, body = row
        return Failure(
            call=call,
            reason=reason,
            detail=detail,
            attempts=attempts,
            failed_at=failed_at,
            body=None if body is None else unpack(body),
        )

    def failure_reasons(self, calls: Iterable[str]) -> dict[str, str]:
        """Which of these calls ever failed -> the reason of the last time."""
        found: dict[str, str] = {}
        for keys in _chunks([bytes.fromhex(call) for call in calls], LOOKUP_ROWS):
            marks = ", ".join("?" * len(keys))
            query = f"SELECT call, reason FROM failures WHERE call IN ({marks}) ORDER BY rowid"
            found.update((call.hex(), reason) for call, reason in self._ask(query, keys))
        return found

    # Experience -------------------------------------------------------------------------------

    def put_experience(self, model: str, template: str, gained: Experience) -> None:
        """Add to what is known about a prompt file with a model; returns before it is durable."""
        self._writer.put(_PUT_EXPERIENCE, lambda: (model, template, *gained))

    def experience(self, model: str) -> dict[str, Experience]:
        """What is known about prompt files with a model, by the label of the file."""
        query = """
            SELECT template, replies, pairs, estimated_tokens, prompt_tokens, completion_tokens
            FROM experience WHERE model = ?
        """
        return {template: Experience(*sums) for template, *sums in self._ask(query, (model,))}

    # Totals -----------------------------------------------------------------------------------

    def count_pages(self) -> int:
        """Number of page revisions kept."""
        return int(self._ask("SELECT COUNT(*) FROM pages", ())[0][0])

    def count_failures(self) -> dict[str, int]:
        """Failed calls that have no reply to this day, by reason."""
        query = """
            SELECT reason, COUNT(DISTINCT call) FROM failures
            WHERE call NOT IN (SELECT call FROM replies) GROUP BY reason ORDER BY reason
        """
        return {reason: int(count) for reason, count in self._ask(query, ())}

    def totals(self) -> list[ModelTotals]:
        """Replies and tokens by model, over all runs."""
        query = """
            SELECT model, COUNT(*), SUM(prompt_tokens), SUM(completion_tokens),
                SUM(cached_tokens), SUM(reasoning_tokens), MAX(is_estimate)
            FROM replies GROUP BY model ORDER BY model
        """
        return [
            ModelTotals(model, count, Usage(
                prompt_tokens=prompt, completion_tokens=completion, cached_tokens=cached,
                reasoning_tokens=reasoning, is_estimate=bool(estimate),
            ))
            for model, count, prompt, completion, cached, reasoning, estimate in self._ask(query, ())
        ]  # fmt: skip

    # Inside -----------------------------------------------------------------------------------

    def _connect(self) -> sqlite3.Connection:
        # Autocommit: the writer opens its own transactions, a reader never holds one.
        connection = sqlite3.connect(
            self.path, timeout=60, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    def _ask(self, query: str, values: Iterable[object]) -> list[Any]:
        with self._explained():
            return self._reader.execute(query, tuple(values)).fetchall()

    def _among(self, calls: Iterable[str], query: str, *values: object) -> set[str]:
        """The calls that a query ending in `call IN` gives."""
        found: set[str] = set()
        for keys in _chunks([bytes.fromhex(call) for call in calls], LOOKUP_ROWS):
            marks = ", ".join("?" * len(keys))
            found.update(row[0].hex() for row in self._ask(f"{query} ({marks})", (*values, *keys)))
        return found

    def _ask_one(self, query: str, values: Iterable[object]) -> Any | None:
        rows = self._ask(query, values)
        return rows[0] if rows else None

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(_explain(self.path, error)) from error
        except OSError as error:
            raise StoreError(
                f"cannot use the workspace {self.workspace}: {error.strerror or error}; "
                "free room or rights there, or choose another --workspace"
            ) from error

    def _rescue(self, reply: Reply, model: str, endpoint: str, error: sqlite3.Error) -> StoreError:
        row: dict[str, object] = {"reply": asdict(reply), "model": model, "endpoint": endpoint}
        try:
            kept = f"the reply is kept in {rescue.rescue(row, self.workspace)}"
        except OSError:
            kept = f"the reply to call {reply.call} could not be kept anywhere"
        return StoreError(f"{_explain(self.path, error)}; {kept}")

    def _take_in_rescued(self) -> None:
        for path, rows in rescue.rescued(self.workspace):
            with self._explained():
                for row in rows:
                    usage = Usage(**row["reply"].pop("usage"))
                    reply = Reply(**row["reply"], usage=usage)
                    values = partial(_reply_values, reply, row["model"], row["endpoint"])
                    self._writer.put(_PUT_REPLY, values).result()
                path.unlink()


@contextmanager
def open_store(workspace: Path) -> Iterator[Store]:
    """The store of a workspace, closed at the end."""
    store = Store(workspace)
    try:
        yield store
    finally:
        store.close()


def _reply_values(reply: Reply, model: str, endpoint: str) -> tuple[object, ...]:
    usage = reply.usage
    return (
        bytes.fromhex(reply.call), model, endpoint, pack(reply.body), reply.finish_reason,
        usage.prompt_tokens, usage.completion_tokens, usage.cached_tokens, usage.reasoning_tokens,
        usage.is_estimate, reply.served_by, reply.latency_s, reply.received_at, reply.attempts,
        reply.batch,
    )  # fmt: skip


def _failure_values(failure: Failure) -> tuple[object, ...]:
    return (
        bytes.fromhex(failure.call), failure.reason, failure.detail, failure.attempts,
        failure.failed_at, None if failure.body is None else pack(failure.body),
    )  # fmt: skip


def _page_values(page: Page) -> tuple[object, ...]:
    return (
        *page.key, page.title, page.timestamp, page.fetched_at, page.language, page.license,
        page.license_url, page.url, page.history_url, pack(page.wikitext),
    )  # fmt: skip


def _reply_from(row: Any) -> Reply:
    (
        call, _, _, body, finish_reason, prompt, completion, cached, reasoning, is_estimate,
        served_by, latency_s, received_at, attempts, batch,
    ) = row  # fmt: skip
    return Reply(
        call=call.hex(),
        body=unpack(body),
        finish_reason=finish_reason,
        usage=Usage(
            prompt_tokens=prompt,
            completion_tokens=completion,
            cached_tokens=cached,
            reasoning_tokens=reasoning,
            is_estimate=bool(is_estimate),
        ),
        served_by=served_by,
        latency_s=latency_s,
        received_at=received_at,
        attempts=attempts,
        batch=bool(batch),
    )


def _page_from(row: Any) -> Page:
    (
        site, page_id, revision_id, title, timestamp, fetched_at, language, license_name,
        license_url, url, history_url, wikitext,
    ) = row  # fmt: skip
    return Page(
        site=site,
        page_id=page_id,
        revision_id=revision_id,
        title=title,
        timestamp=timestamp,
        fetched_at=fetched_at,
        language=language,
        license=license_name,
        license_url=license_url,
        url=url,
        history_url=history_url,
        wikitext=unpack(wikitext),
    )


def _explain(path: Path, error: sqlite3.Error) -> str:
    text = str(error)
    if "full" in text or "disk I/O" in text:
        return f"no room to write {path} ({text}): free some, then run the same command again"
    if "readonly" in text or "unable to open" in text:
        return f"cannot write {path} ({text}): mend its rights, or choose another --workspace"
    if "not a database" in text or "malformed" in text:
        return (
            f"{path} is damaged ({text}): move it away, then rescue what it holds with "
            "`sqlite3 OLD .recover | sqlite3 NEW`, or choose another --workspace"
        )
    return f"cannot use {path}: {text}"


def _chunks(items: list[bytes], size: int) -> Iterator[list[bytes]]:
    return (items[start : start + size] for start in range(0, len(items), size))
