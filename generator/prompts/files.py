"""Prompt files on disk: where they are looked for, and reading them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from generator.errors import BadTemplate, Misconfigured
from generator.names import nearest
from generator.prompts.draft import Draft, read_draft
from generator.prompts.template import Template

SUFFIX = ".md"
DEFAULT_TEMPLATES = ("detailed", "basic")


def find_templates(
    names: Sequence[str] = DEFAULT_TEMPLATES, *, folder: Path | None = None
) -> list[Template]:
    """Templates by name, each from the first place that has it: `folder`, `./prompts`, the shipped ones.

    Raises:
        BadTemplate: where one cannot be used.
        Misconfigured: where there is none by a name, or `folder` is no folder.
    """
    return [read_template(find_template(name, folder)) for name in names]


def find_template(name: str, folder: Path | None = None) -> Path:
    """Where the prompt file of a name lies.

    Raises:
        Misconfigured: there is none, or `folder` is no folder.
    """
    for place in _places(folder):
        path = place / f"{name}{SUFFIX}"
        if path.is_file() and path.stem == name:
            return path
    known = [known for known, _ in list_templates(folder)]
    raise Misconfigured(
        f"no prompt file named {name!r}{nearest(name, known)}; `loremill prompts list` shows all"
    )


def find_prompt(given: str, folder: Path | None = None) -> Path:
    """The path that is given, or the prompt file of that name.

    Raises:
        Misconfigured: it is neither a path nor a name that is known.
    """
    path = Path(given)
    is_path = path.suffix == SUFFIX or len(path.parts) > 1
    return path if is_path else find_template(given, folder)


def list_templates(folder: Path | None = None) -> list[tuple[str, Path]]:
    """Name and path of every template that can be found, in the order of the names."""
    found: dict[str, Path] = {}
    for place in reversed(_places(folder)):
        found.update({path.stem: path for path in place.glob(f"*{SUFFIX}")})
    return sorted(found.items())


def read_template(path: Path) -> Template:
    """A template from its file.

    Raises:
        BadTemplate: the message names the file, what is wrong in it, and the nearest right name.
    """
    return parse_template(_read(path), name=path.stem, path=str(path))


def load_draft(path: Path) -> Draft:
    """A prompt file taken apart, whatever is wrong in it.

    Raises:
        BadTemplate: it cannot be read, or not as UTF-8.
    """
    return read_draft(_read(path), name=path.stem, path=str(path))


def parse_template(text: str, *, name: str, path: str = "") -> Template:
    """A template from its text; see `read_template`."""
    draft = read_draft(text, name=name, path=path)
    if draft.faults or draft.template is None:
        first = draft.faults[0]
        raise BadTemplate(f"{draft.where}, line {first.line}: {first.message}")
    return draft.template


def shipped_folder() -> Path:
    """Where the shipped templates are: inside an installed package, or beside it in a checkout."""
    package = Path(__file__).parent.parent
    inside = package / "_shipped" / "prompts"
    return inside if inside.is_dir() else package.parent / "prompts"


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadTemplate(f"cannot read prompt file {path}: {error}") from error


def _places(folder: Path | None) -> list[Path]:
    if folder is not None and not folder.is_dir():
        raise Misconfigured(f"--prompts {folder}: no such folder")
    return [place for place in (folder, Path("prompts"), shipped_folder()) if place is not None]
