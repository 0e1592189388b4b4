"""What an import is asked to do, checked."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from generator.checks import select_checks
from generator.config import BuildConfig, resolve
from generator.errors import Misconfigured
from generator.exporters import ExportOptions
from generator.importing.fields import Asked
from generator.importing.opening import STDIN
from generator.importing.reading import Told
from generator.names import nearest, slug
from generator.records import Json
from generator.splits import Shares

NEED_A_PASSAGE: Final = frozenset(
    {"numbers", "units", "names", "quotes", "copying", "subject", "abstention", "language", "injection"}
)  # fmt: skip
"""Checks that compare a pair with the passage it was written from; an imported pair has none."""
FOR_MAPS: Final = ("empty", "encoding", "duplicate")
"""What runs on the pairs of a function: it knows better than the others what it means to write."""
KIND: Final = "imported"
MODEL: Final = "imported"
"""Stands in rows and manifest where a built dataset names its model: nobody knows who wrote them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """Everything that shapes an imported dataset."""

    files: tuple[Path, ...]
    asked: Asked
    told: Told
    kind: str
    licence: str
    """As the user names it; empty where unknown."""
    sample: int | None
    """So many clean pairs; None for all."""
    map: str
    """`module:function` for plain lines; empty for data."""
    checks: tuple[str, ...]
    build: BuildConfig
    """Where the dataset goes, its format and its splits: the options that `build` has as well."""

    @property
    def folder(self) -> Path:
        """Where the dataset goes."""
        return self.build.folder

    @property
    def shares(self) -> Shares:
        """Of the splits."""
        train, validation, test = self.build.shares
        return Shares(train=train, validation=validation, test=test)

    @property
    def export(self) -> ExportOptions:
        """Settings of the format; no base context unless one is given, since there is no article."""
        build = self.build
        given = {"system": build.system, "separator": build.separator, "stop": build.stop_sequence}
        chosen: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        return ExportOptions(**chosen, base_context=build.base_context or "")

    @property
    def settings(self) -> dict[str, Json]:
        """What shapes the dataset, by the names of the options; nothing about who made it and where."""
        asked, told, build = self.asked, self.told, self.build
        return {
            "prompt_field": asked.prompt,
            "completion_field": asked.completion,
            "group_field": asked.group,
            "encoding": told.encoding,
            "delimiter": told.delimiter,
            "kind": self.kind,
            "licence": self.licence,
            "sample": self.sample,
            "map": self.map,
            "checks": list(self.checks),
            "seed": build.seed,
            "split": list(build.shares),
            "format": build.format,
        }


def read_options(
    files: str | Path | Iterable[str | Path],
    *,
    prompt_field: str = "",
    completion_field: str = "",
    group_field: str = "",
    encoding: str = "",
    delimiter: str = "",
    kind: str = KIND,
    licence: str = "",
    sample: int | None = None,
    map: str = "",
    checks: Iterable[str] | None = None,
    environ: Mapping[str, str] | None = None,
    **options: Any,
) -> ImportOptions:
    """The checked options; see `import_pairs` for what they mean.

    Raises:
        Misconfigured: an option that cannot be.
    """
    paths = [Path(files)] if isinstance(files, str | Path) else [Path(one) for one in files]
    paths = list(dict.fromkeys(paths))
    if not paths:
        raise Misconfigured("nothing to import: give a file")
    if sample is not None and sample < 1:
        raise Misconfigured(f"sample: {sample} is no number of pairs; give 1 or more")
    if not kind.strip():
        raise Misconfigured("kind: give a word, such as 'imported'")
    if unknown := options.keys() - set(_SHARED):
        name = min(unknown)
        raise Misconfigured(f"unknown option {name!r}{nearest(name, _SHARED)}")
    if options.get("name") is None:
        options["name"] = _name(paths)
    return ImportOptions(
        files=tuple(paths),
        asked=Asked(prompt=prompt_field, completion=completion_field, group=group_field),
        told=Told(encoding=encoding, delimiter=_delimiter(delimiter)),
        kind=kind.strip(),
        licence=licence.strip(),
        sample=sample,
        map=map,
        checks=_choose_checks(checks, is_map=bool(map)),
        build=resolve(options, os.environ if environ is None else environ),
    )


_SHARED: Final = (
    "workspace", "name", "seed", "shares", "format", "system", "separator", "stop_sequence",
    "base_context", "report",
)  # fmt: skip
"""Fields of `BuildConfig` that mean the same here."""


def _choose_checks(wanted: Iterable[str] | None, *, is_map: bool) -> tuple[str, ...]:
    if wanted is None and is_map:
        return FOR_MAPS
    named = list(wanted or ())
    chosen = select_checks(named)
    return tuple(name for name in chosen if name not in NEED_A_PASSAGE or name in named)


def _delimiter(given: str) -> str:
    known = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "bar": "|"}
    delimiter = known.get(given, given)
    if len(delimiter) > 1 or delimiter in ('"', "\n", "\r"):
        raise Misconfigured(f"delimiter: {given!r} is none; give one character, or tab")
    return delimiter


def _name(paths: list[Path]) -> str:
    first = slug("import" if paths[0] == STDIN else paths[0].name.partition(".")[0] or "import")
    return first if len(paths) == 1 else f"{first}-and-{len(paths) - 1}-more"
