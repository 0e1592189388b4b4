"""Exporters: a pair as a row for a tuning tool, one small file per format, behind one table."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Protocol, runtime_checkable

from generator.errors import Misconfigured
from generator.exporters.files import FileFacts
from generator.exporters.options import ExportOptions
from generator.records import Json, Pair
from generator.registry import load

__all__ = [
    "EXPORTERS",
    "NOT_FROM_PAIRS",
    "ExportOptions",
    "Exporter",
    "FolderExporter",
    "RowFile",
    "load_exporter",
    "load_row_exporter",
]


class Exporter(Protocol):
    """One format. Pure: the same pair and options give the same row."""

    @abstractmethod
    def row(self, pair: Pair, options: ExportOptions) -> dict[str, Json]:
        """The pair as one JSON object."""
        ...

    def conflict(self, pair: Pair, options: ExportOptions) -> str | None:
        """Why the pair cannot be told in this format, a word to count by; None where it can."""
        return None


class RowFile(Protocol):
    """One split while it is written, beside its final name."""

    @property
    @abstractmethod
    def name(self) -> str:
        """The final name, without a folder."""
        ...

    @abstractmethod
    def write(self, row: dict[str, Json]) -> None:
        """Append a row.

        Raises:
            StoreError: the disk is full, or the like.
        """
        ...

    @abstractmethod
    def close(self) -> FileFacts:
        """Bring it safely to the disk, still under its temporary name; `lines` is its rows."""
        ...

    @abstractmethod
    def publish(self) -> None:
        """Give it its name."""
        ...

    @abstractmethod
    def discard(self) -> None:
        """Remove it where it was not published."""
        ...


@runtime_checkable
class FolderExporter(Exporter, Protocol):
    """A format that is more than rows: a folder that its tool can be pointed at."""

    @abstractmethod
    def open(self, path: Path) -> RowFile:
        """Begin the file of a split; `path` is without an ending."""
        ...

    @abstractmethod
    def companions(self, files: Mapping[str, str], options: ExportOptions) -> dict[str, str]:
        """Further files, name -> text.

        Args:
            files: split -> name of its file, for splits that have rows; the training split first.
        """
        ...

    @abstractmethod
    def usage(self) -> str:
        """How the folder is used, as Markdown."""
        ...

    def header(self) -> str:
        """Further lines of the card's header, in YAML, with their line end; mostly none."""
        return ""


EXPORTERS: Final[dict[str, str]] = {
    "chat": "generator.exporters.chat:Chat",
    "completion": "generator.exporters.completion:Completion",
    "alpaca": "generator.exporters.alpaca:Alpaca",
    "sharegpt": "generator.exporters.sharegpt:ShareGPT",
    "gemini": "generator.exporters.gemini:Gemini",
    "trl-chat": "generator.exporters.trl:TrlChat",
    "trl-text": "generator.exporters.trl:TrlText",
    "trl-prompt-completion": "generator.exporters.trl:TrlPromptCompletion",
    "trl-chat-prompt-completion": "generator.exporters.trl:TrlChatPromptCompletion",
    "trl-prompt-only": "generator.exporters.trl:TrlPromptOnly",
    "trl-chat-prompt-only": "generator.exporters.trl:TrlChatPromptOnly",
    "axolotl": "generator.exporters.axolotl:Axolotl",
    "llama-factory": "generator.exporters.llama_factory:LlamaFactory",
    "parquet": "generator.exporters.parquet:Parquet",
    "huggingface": "generator.exporters.hugging_face:HuggingFace",
}
"""Format -> `module:attribute` of what makes an `Exporter` when called."""

_TWO_ANSWERS = "a prompt with a better and a worse answer; a pair has one answer"
NOT_FROM_PAIRS: Final[dict[str, str]] = {
    "trl-preference": _TWO_ANSWERS,
    "trl-chat-preference": _TWO_ANSWERS,
    "trl-unpaired-preference": "answers that are known to be bad; pairs that a check refused are not "
    "that: most are duplicates, or refer to a text that nobody sees",
    "trl-stepwise-supervision": "a verdict on each step of an answer; a pair has no steps",
}
"""Formats of the field that pairs cannot make -> what they need."""


def load_exporter(format: str) -> Exporter:
    """The exporter of a format in `EXPORTERS`, or of a `module:attribute` of one's own.

    Raises:
        Misconfigured: a format that is not there, or that pairs cannot make.
    """
    if needs := NOT_FROM_PAIRS.get(format):
        raise Misconfigured(f"format {format!r} cannot be made of pairs: it needs {needs}")
    exporter: Exporter = load(format, EXPORTERS, what="format")()
    return exporter


def load_row_exporter(format: str) -> Exporter:
    """The same, for what has to be rows alone: the split files of a dataset.

    Raises:
        Misconfigured: as above, or it is a folder with more in it.
    """
    exporter = load_exporter(format)
    if isinstance(exporter, FolderExporter):
        raise Misconfigured(
            f"format {format!r} is a folder of its own: build in another format, then "
            f"`loremill export NAME --format {format}`"
        )
    return exporter
