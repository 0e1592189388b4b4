"""What two things somebody means: two datasets, two prompt files, or two models.

    dataset:NAME or dataset:FOLDER    a dataset of the workspace, or any dataset folder
    template:NAME                     the prompt file that a build would use
    template:NAME@DIGEST              a version of it that the workspace has seen
    template:FILE.md                  any prompt file
    model:NAME                        a chat model

The first word may be left out where only one dataset or prompt file is called so; that of a model may
not, as any name could be one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from generator.errors import Misconfigured
from generator.exporters.manifest import MANIFEST
from generator.names import nearest
from generator.prompts import SUFFIX, Template, list_templates, parse_template
from generator.store import Store
from generator.versions import Wording, find_wording

Kind = Literal["dataset", "template", "model"]
KINDS: tuple[Kind, ...] = ("dataset", "template", "model")


@dataclass(frozen=True, kw_only=True)
class Operand:
    """One of the two, found."""

    kind: Kind
    label: str
    folder: Path = Path()
    """Of a dataset."""
    template: Template | None = None
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where operands are looked for."""

    workspace: Path
    store: Store | None
    prompts: Path | None


def find_operands(a: str, b: str, places: Places) -> tuple[Operand, Operand]:
    """Both operands, which must be of one kind.

    Raises:
        Misconfigured: one is not there, could be two things, or they are of two kinds.
    """
    first, second = find_operand(a, places), find_operand(b, places)
    if first.kind != second.kind:
        raise Misconfigured(
            f"{a!r} is a {first.kind} and {b!r} a {second.kind}: compare two of a kind, and say "
            "which with dataset:…, template:… or model:… in front"
        )
    return first, second


def find_operand(asked: str, places: Places) -> Operand:
    """What one operand means.

    Raises:
        Misconfigured: nothing, or more than one thing.
    """
    kind, colon, name = asked.partition(":")
    if colon and kind in KINDS:
        if not name:
            raise Misconfigured(f"{asked!r}: give a name after the colon")
        return _of_kind(kind, name, places)
    if places_of(asked, places.workspace) and _is_template(asked, places):
        raise Misconfigured(
            f"{asked!r} is a dataset and a prompt file: say dataset:{asked} or template:{asked}"
        )
    if places_of(asked, places.workspace):
        return _dataset(asked, places)
    if _is_template(asked, places):
        return _template(asked, places)
    known = [
        *_dataset_names(places.workspace),
        *(name for name, _ in list_templates(places.prompts)),
    ]
    raise Misconfigured(
        f"no dataset and no prompt file {asked!r}{nearest(asked, known)}; "
        "for models write model:NAME"
    )


def places_of(asked: str, workspace: Path) -> list[Path]:
    """Folders with a whole dataset that this may mean, the workspace's own first."""
    found = (workspace / asked, Path(asked))
    return [folder for folder in found if _holds_dataset(folder)]


def _of_kind(kind: str, name: str, places: Places) -> Operand:
    if kind == "dataset":
        return _dataset(name, places)
    if kind == "template":
        return _template(name, places)
    return Operand(kind="model", label=name, model=name)


def _dataset(name: str, places: Places) -> Operand:
    found = places_of(name, places.workspace)
    if not found:
        hint = nearest(name, _dataset_names(places.workspace))
        raise Misconfigured(f"no finished dataset {name!r} in {places.workspace}{hint}")
    return Operand(kind="dataset", label=found[0].name, folder=found[0])


def _template(asked: str, places: Places) -> Operand:
    wording = find_wording(asked, places.store, places.prompts)
    template = parse_template(wording.text, name=wording.name, path=wording.path)
    return Operand(kind="template", label=_label(asked, wording), template=template)


def _label(asked: str, wording: Wording) -> str:
    return asked if "@" in asked and not asked.endswith(SUFFIX) else wording.name


def _is_template(asked: str, places: Places) -> bool:
    if asked.endswith(SUFFIX):
        return Path(asked).is_file()
    names = {name for name, _ in list_templates(places.prompts)}
    kept = set(places.store.versions.names()) if places.store else set()
    return bool({asked, asked.rpartition("@")[0]} & (names | kept))


def _dataset_names(workspace: Path) -> Iterator[str]:
    return (path.parent.name for path in sorted(workspace.glob(f"*/{MANIFEST}")))


def _holds_dataset(folder: Path) -> bool:
    try:
        return (folder / MANIFEST).is_file()
    except (OSError, ValueError):
        return False
