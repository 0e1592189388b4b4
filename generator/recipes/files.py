"""Recipe files: where they are looked for, and reading them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from generator.errors import Misconfigured
from generator.names import nearest
from generator.prompts import find_template, list_templates, read_template, shipped_folder
from generator.recipes.recipe import Amount, Recipe, Step

RECIPES = "recipes"
"""Folder of recipe files, inside one of prompt files."""
SUFFIX = ".toml"

_Name = Annotated[str, Field(pattern=r"^[\w][\w .-]{0,59}$")]


class _Step(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    prompt: _Name
    name: _Name | None = None
    gives: Literal["pairs", "facts", "wordings"] = "pairs"
    after: str | list[str] = Field(default_factory=list)
    per: Literal["header", "section", "words", "fact", "name", "pair", "neighbour"] = "header"
    words: Annotated[int, Field(ge=1)] | None = None
    count: Annotated[int, Field(ge=0, le=50)] = 1
    at_least: Annotated[int, Field(ge=0, le=200)] = 0
    at_most: Annotated[int, Field(ge=1, le=200)] = 200
    share: Annotated[float, Field(gt=0, le=1)] = 1.0
    min_words: Annotated[int, Field(ge=0)] = 0
    at_once: Annotated[int, Field(ge=1, le=200)] = 200

    @property
    def own_name(self) -> str:
        return self.name or self.prompt

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.after,) if isinstance(self.after, str) else tuple(self.after)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    description: str = ""
    step: Annotated[list[_Step], Field(min_length=1, max_length=40)]


def find_recipe(given: str, folder: Path | None = None) -> Path:
    """The path that is given, or the recipe file of that name.

    Looked for in `recipes/` of `folder`, of `./prompts`, and of the shipped prompt files.

    Raises:
        Misconfigured: there is none by this name.
    """
    path = Path(given)
    if path.suffix == SUFFIX or len(path.parts) > 1:
        return path
    for place in _places(folder):
        path = place / f"{given}{SUFFIX}"
        if path.is_file() and path.stem == given:
            return path
    known = [name for name, _ in list_recipes(folder)]
    raise Misconfigured(
        f"no recipe named {given!r}{nearest(given, known)}; `loremill recipes list` shows all"
    )


def list_recipes(folder: Path | None = None) -> list[tuple[str, Path]]:
    """Name and path of every recipe that can be found, in the order of the names."""
    found: dict[str, Path] = {}
    for place in reversed(_places(folder)):
        found.update({path.stem: path for path in place.glob(f"*{SUFFIX}")})
    return sorted(found.items())


def load_recipe(given: str, folder: Path | None = None) -> Recipe:
    """A recipe by name or path, with its prompt files; see `find_recipe` and `read_recipe`.

    Raises:
        Misconfigured: the recipe cannot be used.
        BadTemplate: one of its prompt files cannot.
    """
    path = find_recipe(given, folder)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"cannot read recipe {path}: {error}") from error
    return read_recipe(text, name=path.stem, path=str(path), folder=folder)


def read_recipe(text: str, *, name: str, path: str = "", folder: Path | None = None) -> Recipe:
    """A recipe from its text.

    Raises:
        Misconfigured: the message names the file, the step, what is wrong in it, and the nearest name.
        BadTemplate: one of its prompt files cannot be used.
    """
    where = path or f"recipe {name!r}"
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured(f"{where}: no TOML: {error}") from error
    try:
        file = _File.model_validate(given)
    except ValidationError as error:
        raise Misconfigured(f"{where}: {_explain(error, given)}") from error
    for problem in _problems(file.step):
        raise Misconfigured(f"{where}: {problem}")
    steps = [_step(one, where, folder) for one in file.step]
    return Recipe(name=name, description=file.description, steps=steps, source=text, path=path)


# Inside -----------------------------------------------------------------------------------------


def _places(folder: Path | None) -> list[Path]:
    if folder is not None and not folder.is_dir():
        raise Misconfigured(f"--prompts {folder}: no such folder")
    places = [folder, Path("prompts"), shipped_folder()]
    return [place / RECIPES for place in places if place is not None]


def _step(one: _Step, where: str, folder: Path | None) -> Step:
    try:
        path = find_template(one.prompt, folder)
    except Misconfigured:
        known = [name for name, _ in list_templates(folder)]
        raise Misconfigured(
            f"{where}: step {one.own_name!r}: no prompt file named {one.prompt!r}"
            f"{nearest(one.prompt, known)}; `loremill prompts list` shows all"
        ) from None
    return Step(
        name=one.own_name,
        template=read_template(path),
        gives=one.gives,
        after=one.needs,
        amount=Amount(
            per=one.per, words=one.words or 100, count=one.count, at_least=one.at_least,
            at_most=one.at_most, share=one.share,
        ),
        min_words=one.min_words,
        at_once=one.at_once,
    )  # fmt: skip


def _problems(steps: Sequence[_Step]) -> Iterator[str]:
    """What no single setting shows: names, order, and what a step is given by those before it."""
    before: dict[str, _Step] = {}
    for one in steps:
        name = one.own_name
        if name in before:
            yield f"two steps are named {name!r}: give one of them a name of its own"
        for needed in one.needs:
            if needed not in before:
                near = nearest(needed, list(before))
                yield f"step {name!r}: no step {needed!r} before it{near}"
            else:
                yield from _misfit(one, before[needed])
        yield from _bad_amount(one)
        before[name] = one


def _misfit(one: _Step, needed: _Step) -> Iterator[str]:
    if one.gives == "wordings" and needed.gives != "pairs":
        yield f"step {one.own_name!r}: only pairs can be reworded, and {needed.own_name!r} gives none"
    if one.gives != "wordings" and needed.gives != "facts":
        yield (
            f"step {one.own_name!r}: {needed.own_name!r} lists no facts; only a step that gives "
            "wordings comes after pairs"
        )


def _bad_amount(one: _Step) -> Iterator[str]:
    name = one.own_name
    if one.at_least > one.at_most:
        yield f"step {name!r}: at_least = {one.at_least} is more than at_most = {one.at_most}"
    if one.per == "words" and one.words is None:
        yield f'step {name!r}: per = "words" needs words = N'
    if one.per in ("fact", "name") and not one.needs:
        yield f"step {name!r}: per = {one.per!r} needs facts: say after which step"
    if (one.per == "pair") != (one.gives == "wordings"):
        yield f'step {name!r}: per = "pair" and gives = "wordings" go together'
    if one.gives == "wordings" and not one.needs:
        yield f"step {name!r}: wordings of what? say after which step"
    if one.per == "neighbour" and (one.needs or one.gives != "pairs"):
        yield f'step {name!r}: per = "neighbour" gives pairs, and needs no other step'


def _explain(error: ValidationError, given: Mapping[str, object]) -> str:
    problem = error.errors(include_url=False)[0]
    place = problem["loc"]
    steps = given.get("step")
    step = ""
    if len(place) > 1 and place[0] == "step" and isinstance(steps, list):
        number = int(place[1])
        own = steps[number] if number < len(steps) else None
        own_name = own.get("name") or own.get("prompt") if isinstance(own, dict) else None
        step = f"step {own_name!r}: " if own_name else f"step {number + 1}: "
        place = place[2:]
    name = str(place[0]) if place else "step"
    if problem["type"] == "extra_forbidden":
        known = list((_Step if step else _File).model_fields)
        return f"{step}unknown setting {name!r}{nearest(name, known)}"
    if problem["type"] == "missing":
        return f"{step}there is no {name!r}" if step else "there is no [[step]]"
    return f"{step}{name}: {problem['msg']}, got {problem['input']!r}"
