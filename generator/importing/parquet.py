"""Rows of Parquet, a batch at a time; needs the extra `parquet`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from generator.errors import SourceError
from generator.exporters.extras import load_extra
from generator.importing.rows import Row

_BATCH: Final = 1024


def read_parquet(path: Path) -> Iterator[Row]:
    """One row per row of the file.

    Raises:
        Misconfigured: the package that reads Parquet is not installed.
        SourceError: the file is broken.
    """
    arrow = load_extra("pyarrow", extra="parquet", use="reading Parquet")
    parquet = load_extra("pyarrow.parquet", extra="parquet", use="reading Parquet")
    number = 0
    try:
        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=_BATCH):
                for value in batch.to_pylist():
                    number += 1
                    yield Row(number=number, value=value)
    except (OSError, ValueError, arrow.ArrowException) as exc:
        raise SourceError(f"{path.name} breaks off after row {number:,}: {exc}") from exc
