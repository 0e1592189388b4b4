"""What an export takes from the dataset's manifest: its name, who wrote the pairs, the settings of the build."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from generator.errors import Misconfigured
from generator.exporters.info import DatasetInfo
from generator.exporters.manifest import MANIFEST
from generator.exporters.options import ExportOptions
from generator.names import nearest

PAIRS: Final = "pairs.jsonl"
ARTICLES: Final = "articles.jsonl"


class _Model(BaseModel):
    name: str
    endpoint: str = ""
    is_extractive: bool = False


class Digest(BaseModel):
    """What a manifest says of a file."""

    sha256: str


class _Settings(BaseModel):
    format: str = "chat"
    options: dict[str, str | bool] = {}


class Source(BaseModel):
    """What an export wants to know of a dataset's manifest."""

    name: str
    model: _Model
    export: _Settings = _Settings()
    files: dict[str, Digest]

    def options(self, given: Mapping[str, str | bool | None]) -> ExportOptions:
        """Settings of an export: those given, else those of the build, else the defaults.

        Raises:
            Misconfigured: a setting that is not there, or cannot be.
        """
        known = asdict(ExportOptions())
        for name in given:
            if name not in known:
                raise Misconfigured(f"unknown setting {name!r}{nearest(name, known)}")
        built = {name: self.export.options[name] for name in known if name in self.export.options}
        chosen = {name: value for name, value in given.items() if value is not None}
        values: dict[str, Any] = {**built, **chosen}
        return ExportOptions(**values)

    @property
    def info(self) -> DatasetInfo:
        """What the card says of the making; without pages and prompt files."""
        return DatasetInfo(
            name=self.name,
            model=self.model.name,
            is_extractive=self.model.is_extractive,
            endpoint=self.model.endpoint,
            pages=(),
            templates=(),
        )


def read_source(dataset: Path) -> Source:
    """What the manifest of a dataset folder says.

    Raises:
        Misconfigured: it is no dataset, or one of an older version.
    """
    path = dataset / MANIFEST
    try:
        source = Source.model_validate_json(path.read_bytes())
    except OSError as exc:
        raise Misconfigured(
            f"no dataset at {str(dataset)!r}: `loremill status` lists those of a workspace"
        ) from exc
    except ValidationError as exc:
        raise Misconfigured(f"{path}: not the manifest of a dataset; build it again") from exc
    if PAIRS not in source.files:
        raise Misconfigured(f"{path}: names no {PAIRS}; build the dataset again")
    return source
