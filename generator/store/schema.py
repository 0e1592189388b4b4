"""The tables of the store, and the steps from one version of them to the next."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from generator.errors import StoreError

APPLICATION_ID = 0x4C4F5245
"""`LORE`: tells our files from other SQLite files."""

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE pages (
        site TEXT NOT NULL, page_id INTEGER NOT NULL, revision_id INTEGER NOT NULL,
        own TEXT NOT NULL, title TEXT NOT NULL, timestamp TEXT NOT NULL, fetched_at TEXT NOT NULL,
        language TEXT NOT NULL, license TEXT NOT NULL, license_url TEXT NOT NULL,
        url TEXT NOT NULL, history_url TEXT NOT NULL, wikitext BLOB NOT NULL,
        PRIMARY KEY (site, page_id, revision_id, own)
    ) WITHOUT ROWID;
    CREATE TABLE aliases (
        site TEXT NOT NULL, asked TEXT NOT NULL, page_id INTEGER NOT NULL, fragment TEXT NOT NULL,
        PRIMARY KEY (site, asked)
    ) WITHOUT ROWID;
    CREATE TABLE replies (
        call BLOB PRIMARY KEY, model TEXT NOT NULL, endpoint TEXT NOT NULL, body BLOB NOT NULL,
        finish_reason TEXT NOT NULL, prompt_tokens INTEGER NOT NULL,
        completion_tokens INTEGER NOT NULL, cached_tokens INTEGER NOT NULL,
        reasoning_tokens INTEGER NOT NULL, is_estimate INTEGER NOT NULL, served_by TEXT NOT NULL,
        latency_s REAL NOT NULL, received_at TEXT NOT NULL, attempts INTEGER NOT NULL
    );
    CREATE TABLE failures (
        call BLOB NOT NULL, reason TEXT NOT NULL, detail TEXT NOT NULL, attempts INTEGER NOT NULL,
        failed_at TEXT NOT NULL, body BLOB
    );
    CREATE INDEX failures_by_call ON failures (call);
    """,
    """
    CREATE INDEX unsettled_replies ON replies (call)
        WHERE (finish_reason <> 'stop' AND finish_reason <> '')
        OR completion_tokens - reasoning_tokens < 16;
    CREATE TABLE experience (
        model TEXT NOT NULL, template TEXT NOT NULL, replies INTEGER NOT NULL,
        pairs INTEGER NOT NULL, estimated_tokens INTEGER NOT NULL, prompt_tokens INTEGER NOT NULL,
        completion_tokens INTEGER NOT NULL,
        PRIMARY KEY (model, template)
    ) WITHOUT ROWID;
    """,
    """
    CREATE TABLE batches (
        id TEXT PRIMARY KEY, endpoint TEXT NOT NULL, model TEXT NOT NULL, state TEXT NOT NULL,
        calls INTEGER NOT NULL, tokens INTEGER NOT NULL, remote_file TEXT NOT NULL,
        remote TEXT NOT NULL, status TEXT NOT NULL, completed INTEGER NOT NULL,
        failed INTEGER NOT NULL, output_file TEXT NOT NULL, error_file TEXT NOT NULL,
        detail TEXT NOT NULL, created_at TEXT NOT NULL, changed_at TEXT NOT NULL
    );
    CREATE TABLE batch_calls (
        call BLOB PRIMARY KEY, batch TEXT NOT NULL, tokens INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX batch_calls_by_batch ON batch_calls (batch);
    ALTER TABLE replies ADD COLUMN batch INTEGER NOT NULL DEFAULT 0;
    """,
    """
    CREATE TABLE plans (
        source TEXT NOT NULL, plan TEXT NOT NULL, calls BLOB NOT NULL, planned_at TEXT NOT NULL,
        PRIMARY KEY (source, plan)
    );
    CREATE TABLE templates (
        name TEXT NOT NULL, digest TEXT NOT NULL, text BLOB NOT NULL, first_at TEXT NOT NULL,
        last_at TEXT NOT NULL,
        PRIMARY KEY (name, digest)
    ) WITHOUT ROWID;
    CREATE TABLE template_uses (
        name TEXT NOT NULL, digest TEXT NOT NULL, dataset TEXT NOT NULL, model TEXT NOT NULL,
        calls INTEGER NOT NULL, read INTEGER NOT NULL, kept INTEGER NOT NULL,
        prompt_tokens INTEGER NOT NULL, completion_tokens INTEGER NOT NULL, cost_usd REAL,
        at TEXT NOT NULL,
        PRIMARY KEY (name, digest, dataset, model)
    ) WITHOUT ROWID;
    """,
    """
    CREATE TABLE limits (
        endpoint TEXT NOT NULL, model TEXT NOT NULL, requests_per_minute REAL,
        tokens_per_minute REAL, is_told INTEGER NOT NULL, at_once INTEGER NOT NULL,
        refused_at INTEGER, learnt_at TEXT NOT NULL,
        PRIMARY KEY (endpoint, model)
    ) WITHOUT ROWID;
    """,
    """
    CREATE TABLE unwanted_parameters (
        endpoint TEXT NOT NULL, model TEXT NOT NULL, parameter TEXT NOT NULL,
        PRIMARY KEY (endpoint, model, parameter)
    ) WITHOUT ROWID;
    """,
    """
    CREATE TABLE judge_tests (
        endpoint TEXT NOT NULL, model TEXT NOT NULL, template TEXT NOT NULL,
        passed INTEGER NOT NULL, recall REAL NOT NULL, lost REAL NOT NULL, score TEXT NOT NULL,
        pairs TEXT NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (endpoint, model, template)
    ) WITHOUT ROWID;
    """,
    """
    CREATE TABLE tuning_files (
        backend TEXT NOT NULL, endpoint TEXT NOT NULL, digest TEXT NOT NULL, remote TEXT NOT NULL,
        PRIMARY KEY (backend, endpoint, digest)
    ) WITHOUT ROWID;
    CREATE TABLE tuning_jobs (
        token TEXT NOT NULL, attempt INTEGER NOT NULL, backend TEXT NOT NULL,
        endpoint TEXT NOT NULL, dataset TEXT NOT NULL, spec TEXT NOT NULL, id TEXT NOT NULL,
        status TEXT NOT NULL, model TEXT NOT NULL, tuned_model TEXT NOT NULL, created_at TEXT NOT NULL,
        seen_at TEXT NOT NULL,
        PRIMARY KEY (token, attempt)
    ) WITHOUT ROWID;
    CREATE TABLE tuning_results (
        backend TEXT NOT NULL, endpoint TEXT NOT NULL, file TEXT NOT NULL, name TEXT NOT NULL,
        content BLOB NOT NULL,
        PRIMARY KEY (backend, endpoint, file)
    );
    """,
)
"""Entry n brings a file from version n to n + 1. Never edited once released, only added to."""


def prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Make the tables, or bring those of an older version up to date.

    Raises:
        StoreError: for a file that is not ours, or was made by a newer version.
    """
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    owner = connection.execute("PRAGMA application_id").fetchone()[0]
    if version > len(MIGRATIONS) and owner == APPLICATION_ID:
        raise StoreError(
            f"{path} was made by a newer loremill (layout {version}, this one knows "
            f"{len(MIGRATIONS)}): update loremill, or choose another --workspace"
        )
    if owner != APPLICATION_ID and (version or _has_tables(connection)):
        raise StoreError(f"{path} is a database of another program: choose another --workspace")
    while version < len(MIGRATIONS):
        version = _migrate_one(connection)


def _migrate_one(connection: sqlite3.Connection) -> int:
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Read again under the lock: another process may have done it meanwhile.
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if version < len(MIGRATIONS):
            for statement in MIGRATIONS[version].split(";"):
                if statement.strip():
                    connection.execute(statement)
            version += 1
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {version}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    return version


def _has_tables(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is not None
