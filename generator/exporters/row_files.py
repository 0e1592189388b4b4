"""Rows as JSON lines."""

from __future__ import annotations

from pathlib import Path

from generator.exporters import RowFile
from generator.exporters.files import FileFacts, PartFile
from generator.exporters.jsonl import json_line
from generator.records import Json

BOM = "\ufeff"


class JsonLines(RowFile):
    """A split as `NAME.jsonl`."""

    def __init__(self, path: Path, *, bom: bool = False) -> None:
        """Begin the file.

        Args:
            path: without its ending.
            bom: begin with a byte order mark, which Azure asks for and other readers stumble over.
        """
        self._file = PartFile(path.with_name(f"{path.name}.jsonl"))
        if bom:
            self._file.write(BOM)

    @property
    def name(self) -> str:
        """The final name."""
        return self._file.path.name

    def write(self, row: dict[str, Json]) -> None:
        """Append a row."""
        self._file.write(json_line(row))

    def close(self) -> FileFacts:
        """Bring it to the disk."""
        return self._file.close()

    def publish(self) -> None:
        """Give it its name."""
        self._file.publish()

    def discard(self) -> None:
        """Remove it where it was not published."""
        self._file.discard()
