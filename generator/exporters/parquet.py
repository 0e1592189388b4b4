"""Pairs as Parquet: the rows of the format `huggingface` in columns, compressed."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from generator.exporters import ExportOptions, FolderExporter, RowFile
from generator.exporters.extras import load_extra
from generator.exporters.files import FileFacts, explained, facts_of, sync_file
from generator.exporters.hugging_face import FEATURES, LOADING, tagged_row
from generator.records import Json, Pair

ROW_GROUP: Final = 2_000
"""Rows that are held in memory and written at once; with 10,000 an export took 210 MB instead of 150."""


class Parquet(FolderExporter):
    """The format `parquet`."""

    def row(self, pair: Pair, options: ExportOptions) -> dict[str, Json]:
        """See `tagged_row`."""
        return tagged_row(pair, options)

    def open(self, path: Path) -> RowFile:
        """A file of row groups.

        Raises:
            Misconfigured: pyarrow is not installed.
        """
        return ParquetFile(path)

    def companions(self, files: Mapping[str, str], options: ExportOptions) -> dict[str, str]:
        """Nothing: a Parquet file describes itself."""
        return {}

    def usage(self) -> str:
        """How it is loaded."""
        return LOADING

    def header(self) -> str:
        """The types of the columns, so that a hub knows them without opening a file."""
        return FEATURES


class ParquetFile(RowFile):
    """A split as `NAME.parquet`."""

    def __init__(self, path: Path) -> None:
        """Begin the file; `path` is without its ending.

        Raises:
            Misconfigured: pyarrow is not installed.
        """
        self._arrow = load_extra("pyarrow", extra="parquet", use="the format 'parquet'")
        parquet = load_extra("pyarrow.parquet", extra="parquet", use="the format 'parquet'")
        self._path = path.with_name(f"{path.name}.parquet")
        self._part = path.with_name(f".{path.name}.parquet.part")
        self._schema = _schema(self._arrow)
        self._rows: list[dict[str, Json]] = []
        self._count = 0
        with explained(self._path):
            self._writer = parquet.ParquetWriter(self._part, self._schema, compression="zstd")

    @property
    def name(self) -> str:
        """The final name."""
        return self._path.name

    def write(self, row: dict[str, Json]) -> None:
        """Append a row."""
        self._rows.append(row)
        self._count += 1
        if len(self._rows) >= ROW_GROUP:
            self._write_group()

    def close(self) -> FileFacts:
        """Bring it to the disk."""
        if self._rows:
            self._write_group()
        with explained(self._path):
            self._writer.close()
            sync_file(self._part)
            return facts_of(self._part)._replace(lines=self._count)

    def _write_group(self) -> None:
        table = self._arrow.Table.from_pylist(self._rows, schema=self._schema)
        self._rows.clear()
        with explained(self._path):
            self._writer.write_table(table)

    def publish(self) -> None:
        """Give it its name."""
        with explained(self._path):
            self._part.replace(self._path)

    def discard(self) -> None:
        """Remove it where it was not published."""
        with suppress(OSError):
            self._writer.close()
        with suppress(OSError):
            self._part.unlink(missing_ok=True)


def _schema(arrow: Any) -> Any:
    message = arrow.struct([("role", arrow.string()), ("content", arrow.string())])
    return arrow.schema(
        [
            ("messages", arrow.list_(message)),
            ("id", arrow.string()),
            ("kind", arrow.string()),
            ("article", arrow.string()),
            ("section", arrow.list_(arrow.string())),
            ("language", arrow.string()),
            ("site", arrow.string()),
            ("page_id", arrow.int64()),
            ("revision_id", arrow.int64()),
            ("url", arrow.string()),
            ("template", arrow.string()),
            ("model", arrow.string()),
            ("facts", arrow.list_(arrow.string())),
            ("quote", arrow.string()),
        ]
    )
