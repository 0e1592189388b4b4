"""Rows of Parquet, a batch at a time; needs the extra `parquet`."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from generator.errors import Misconfigured, SourceError
from generator.importing.rows import Row

_BATCH: Final = 1024


def read_parquet(path: Path) -> Iterator[Row]:
    """One row per row of the file.

    Raises:
        Misconfigured: the package that reads Parquet is not installed.
        SourceError: the file is broken.
    """
    parquet = _load()
    number = 0
    try:
        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=_BATCH):
                for value in batch.to_pylist():
                    number += 1
                    yield Row(number=number, value=value)
    except (OSError, ValueError) as exc:  # pyarrow's own errors are of these two kinds
        raise SourceError(
            f"{path.name} cannot be read as Parquet after row {number}: {exc}"
        ) from exc


def _load() -> Any:
    try:
        return importlib.import_module("pyarrow.parquet")
    except ImportError as exc:
        raise Misconfigured(
            "reading Parquet needs pyarrow: install it with `uv sync --extra parquet` or "
            "`pip install 'loremill[parquet]'`, or save the file as JSONL"
        ) from exc
