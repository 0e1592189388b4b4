"""The store's memory of tuning: files that were uploaded, jobs that were started, and what they left."""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields

from generator.store.access import Access


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedJob:
    """One attempt at a job: on the disk before it is asked for, so that no lost answer loses it."""

    token: str
    """Digest of what was asked for, and of where: the same command has the same token."""
    attempt: int
    """From 1; a further one follows one that failed or was cancelled."""
    backend: str
    endpoint: str
    """A label without secrets."""
    dataset: str
    """Folder or file that it was started with."""
    spec: str = ""
    """What was asked for, as JSON."""
    id: str = ""
    """The backend's; empty until it has answered."""
    status: str = ""
    """As it was last seen, like the next two."""
    model: str = ""
    tuned_model: str = ""
    created_at: str = ""
    """When it was asked for: ISO 8601, UTC."""
    seen_at: str = ""


_COLUMNS = [field.name for field in fields(StartedJob)]
_LISTED = ", ".join(_COLUMNS)
_PUT = f"INSERT OR REPLACE INTO tuning_jobs ({_LISTED}) VALUES ({', '.join('?' * len(_COLUMNS))})"
_GET = f"SELECT {_LISTED} FROM tuning_jobs"
_PUT_FILE = "INSERT OR REPLACE INTO tuning_files VALUES (?, ?, ?, ?)"
_GET_FILE = "SELECT remote FROM tuning_files WHERE backend = ? AND endpoint = ? AND digest = ?"
_FORGET_FILE = "DELETE FROM tuning_files WHERE backend = ? AND endpoint = ? AND remote = ?"
_PUT_RESULT = "INSERT OR REPLACE INTO tuning_results VALUES (?, ?, ?, ?, ?)"
_GET_RESULT = "SELECT name, content FROM tuning_results WHERE backend = ? AND endpoint = ? AND file = ?"  # fmt: skip


class TuningBook:
    """Jobs of one workspace; a part of `Store`. Writing returns when it is safe on the disk.

    All methods raise StoreError where the file cannot be read or written.
    """

    def __init__(self, access: Access) -> None:
        """Take what the store reads and writes with."""
        self._access = access

    # Jobs -------------------------------------------------------------------------------------

    def save(self, job: StartedJob) -> StartedJob:
        """Keep an attempt as it is now; returns it."""
        self._access.write(_PUT, [lambda: astuple(job)])
        return job

    def latest(self, token: str) -> StartedJob | None:
        """The last attempt at a job; None where there was none."""
        rows = self._access.ask(f"{_GET} WHERE token = ? ORDER BY attempt DESC LIMIT 1", (token,))
        return StartedJob(**dict(zip(_COLUMNS, rows[0], strict=True))) if rows else None

    def jobs(self) -> list[StartedJob]:
        """Every attempt, oldest first."""
        rows = self._access.ask(f"{_GET} ORDER BY created_at, token, attempt", ())
        return [StartedJob(**dict(zip(_COLUMNS, row, strict=True))) for row in rows]

    # Files ------------------------------------------------------------------------------------

    def put_file(self, backend: str, endpoint: str, digest: str, remote: str) -> None:
        """Remember under which id a backend has a file with this content."""
        self._access.write(_PUT_FILE, [lambda: (backend, endpoint, digest, remote)])

    def file(self, backend: str, endpoint: str, digest: str) -> str:
        """The id under which a backend has a file with this content; empty where it has none."""
        rows = self._access.ask(_GET_FILE, (backend, endpoint, digest))
        return str(rows[0][0]) if rows else ""

    def forget_file(self, backend: str, endpoint: str, remote: str) -> None:
        """A file that the backend has no more."""
        self._access.write(_FORGET_FILE, [lambda: (backend, endpoint, remote)])

    # Results ----------------------------------------------------------------------------------

    def put_result(self, backend: str, endpoint: str, file: str, name: str, content: bytes) -> None:
        """Keep a result file as it came, before anything looks at it."""
        self._access.write(_PUT_RESULT, [lambda: (backend, endpoint, file, name, content)])

    def result(self, backend: str, endpoint: str, file: str) -> tuple[str, bytes] | None:
        """Name and content of a result file, by the backend's id; None where it was not fetched."""
        rows = self._access.ask(_GET_RESULT, (backend, endpoint, file))
        return (str(rows[0][0]), bytes(rows[0][1])) if rows else None
