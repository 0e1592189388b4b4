"""Prompt files: finding, reading, checking and rendering them.

A prompt file is a TOML header between two lines of `+++`, then the text, in two parts that begin
with a line `[system]` and a line `[user]`. The text is a Jinja template over `VARIABLES` and over
whatever the header's `[variables]` table defines.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import jinja2
from jinja2 import meta
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from generator.digests import digest
from generator.errors import BadTemplate, Misconfigured
from generator.names import nearest
from generator.records import Json, Message, Passage

SUFFIX = ".md"
DEFAULT_TEMPLATES = ("detailed", "basic")

VARIABLES: dict[str, str] = {
    "title": "title of the article",
    "section": "path of the section: Synopsis > Act 1",
    "passage": "text of the section, or of the part of it that this call is about",
    "part": "number of this part of a section that was cut, 1 for a whole one",
    "parts": "how many parts the section was cut into, 1 for a whole one",
    "pairs": "how many pairs to ask for",
    "kind": "the kind that the header names",
    "language": "language code of the article",
    "words": "length of the passage in words",
}
REQUIRED = ("title", "section", "passage", "pairs")
"""Without these a model cannot know what to write about, or how much."""


class _Header(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    kind: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    pairs: Annotated[int, Field(ge=1, le=200)] | Literal["auto"] = "auto"
    words_per_pair: Annotated[int, Field(ge=1)] = 25
    min_pairs: Annotated[int, Field(ge=1)] = 1
    max_pairs: Annotated[int, Field(ge=1, le=200)] = 25
    model: dict[str, Any] = Field(default_factory=dict)
    variables: dict[str, str | int | float] = Field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Template:
    """One prompt file, checked."""

    name: str
    """File name without its ending."""
    kind: str
    pairs: int | Literal["auto"] = "auto"
    words_per_pair: int = 25
    min_pairs: int = 1
    max_pairs: int = 25
    parameters: Mapping[str, Json] = field(default_factory=dict)
    """Model settings, in the words of `Call.parameters`."""
    variables: Mapping[str, str | int | float] = field(default_factory=dict)
    system: str
    user: str
    path: str = ""
    """Where the file lies; not part of what it is."""

    @cached_property
    def digest(self) -> str:
        """Identity: everything in the file that can change a reply, and nothing else."""
        return digest([
            self.kind, self.pairs, self.words_per_pair, self.min_pairs, self.max_pairs,
            dict(self.parameters), dict(self.variables), self.system, self.user,
        ])  # fmt: skip

    @property
    def label(self) -> str:
        """`name@digest`, as rows and reports carry it."""
        return f"{self.name}@{self.digest}"

    def count_pairs(self, words: int) -> int:
        """How many pairs to ask for about a passage of so many words."""
        if self.pairs != "auto":
            return self.pairs
        return max(self.min_pairs, min(self.max_pairs, math.ceil(words / self.words_per_pair)))


def find_templates(
    names: Sequence[str] = DEFAULT_TEMPLATES, *, folder: Path | None = None
) -> list[Template]:
    """Templates by name, each from the first place that has it: `folder`, `./prompts`, the shipped ones.

    Raises:
        BadTemplate: where one cannot be used.
        Misconfigured: where there is none by a name, or `folder` is no folder.
    """
    return [read_template(_find(name, folder)) for name in names]


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
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadTemplate(f"cannot read prompt file {path}: {error}") from error
    return parse_template(text, name=path.stem, path=str(path))


def parse_template(text: str, *, name: str, path: str = "") -> Template:
    """A template from its text; see `read_template`."""
    where = path or f"prompt {name!r}"
    header_text, body = _split_header(text, where)
    header = _read_header(header_text, where)
    system, user = _split_body(body, where)
    template = Template(
        name=name,
        kind=header.kind,
        pairs=header.pairs,
        words_per_pair=header.words_per_pair,
        min_pairs=header.min_pairs,
        max_pairs=header.max_pairs,
        parameters=header.model,
        variables=header.variables,
        system=system,
        user=user,
        path=path,
    )
    _check_variables(template, where)
    _check_it_renders(template, where)
    return template


def render(
    template: Template, passage: Passage, *, pairs: int | None = None
) -> tuple[Message, ...]:
    """The messages of one call.

    The passage cannot end its own `<passage>` tag: what looks like one in it is broken apart.

    Raises:
        BadTemplate: where the template fails on these values.
    """
    values: dict[str, Any] = {
        **template.variables,
        "title": _one_line(passage.article),
        "section": _one_line(passage.heading),
        "passage": _as_data(passage.text),
        "part": passage.part,
        "parts": passage.parts,
        "pairs": template.count_pairs(passage.words) if pairs is None else pairs,
        "kind": template.kind,
        "language": passage.language,
        "words": passage.words,
    }
    messages = []
    for role, source in (("system", template.system), ("user", template.user)):
        content = _render(source, values, template)
        if content:
            messages.append(Message(role, content))  # type: ignore[arg-type]
    return tuple(messages)


# Reading ----------------------------------------------------------------------------------------


def shipped_folder() -> Path:
    """Where the shipped templates are: inside an installed package, or beside it in a checkout."""
    package = Path(__file__).parent
    inside = package / "_shipped" / "prompts"
    return inside if inside.is_dir() else package.parent / "prompts"


def _places(folder: Path | None) -> list[Path]:
    if folder is not None and not folder.is_dir():
        raise Misconfigured(f"--prompts {folder}: no such folder")
    return [place for place in (folder, Path("prompts"), shipped_folder()) if place is not None]


def _find(name: str, folder: Path | None) -> Path:
    for place in _places(folder):
        path = place / f"{name}{SUFFIX}"
        if path.is_file() and path.stem == name:
            return path
    known = [known for known, _ in list_templates(folder)]
    raise Misconfigured(
        f"no prompt file named {name!r}{nearest(name, known)}; `loremill prompts list` shows all"
    )


def _split_header(text: str, where: str) -> tuple[str, str]:
    lines = text.replace("\r\n", "\n").split("\n")
    marks = [number for number, line in enumerate(lines) if line.strip() == "+++"][:2]
    if len(marks) < 2 or marks[0] != 0:
        raise BadTemplate(f"{where}: must begin with a header between two lines of +++")
    return "\n".join(lines[1 : marks[1]]), "\n".join(lines[marks[1] + 1 :])


def _read_header(text: str, where: str) -> _Header:
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadTemplate(f"{where}: the header is not TOML: {error}") from error
    try:
        header = _Header.model_validate(values)
    except ValidationError as error:
        raise BadTemplate(f"{where}: {_first_problem(error)}") from error
    if header.min_pairs > header.max_pairs:
        raise BadTemplate(
            f"{where}: min_pairs = {header.min_pairs} is more than max_pairs = {header.max_pairs}"
        )
    for name in header.variables:
        if name in VARIABLES:
            raise BadTemplate(f"{where}: variable {name!r} is taken; choose another name for it")
    return header


def _first_problem(error: ValidationError) -> str:
    problem = error.errors(include_url=False)[0]
    name = ".".join(str(part) for part in problem["loc"][:1])
    if problem["type"] == "extra_forbidden":
        return f"unknown setting {name!r} in the header{nearest(name, list(_Header.model_fields))}"
    return f"setting {name!r} in the header: {problem['msg']}, got {problem['input']!r}"


_PART = re.compile(r"^\[(system|user)\][ \t]*$", re.MULTILINE)


def _split_body(body: str, where: str) -> tuple[str, str]:
    pieces = _PART.split(body)
    if pieces[0].strip():
        raise BadTemplate(f"{where}: text before the first [system] or [user] line")
    parts = list(zip(pieces[1::2], pieces[2::2], strict=True))
    names = [name for name, _ in parts]
    if "user" not in names or len(set(names)) != len(names):
        raise BadTemplate(f"{where}: needs one [user] part and at most one [system] part")
    texts = {name: text.strip() for name, text in parts}
    return texts.get("system", ""), texts["user"]


def _check_variables(template: Template, where: str) -> None:
    known = [*VARIABLES, *template.variables]
    used: set[str] = set()
    for part, source in (("[system]", template.system), ("[user]", template.user)):
        try:
            used |= meta.find_undeclared_variables(_ENVIRONMENT.parse(source))
        except jinja2.TemplateSyntaxError as error:
            raise BadTemplate(f"{where}: line {error.lineno} of {part}: {error.message}") from error
    for name in sorted(used - set(known)):
        raise BadTemplate(f"{where}: unknown variable {name!r}{nearest(name, known)}")
    for name in [*REQUIRED, *template.variables]:
        if name not in used:
            raise BadTemplate(f"{where}: {name!r} is unused; write {{{{ {name} }}}} in the text")


def _check_it_renders(template: Template, where: str) -> None:
    sample = Passage(article="A", section=("B",), text="C")
    try:
        render(template, sample)
    except BadTemplate as error:
        raise BadTemplate(f"{where}: {error}") from error


# Rendering --------------------------------------------------------------------------------------

_ENVIRONMENT = ImmutableSandboxedEnvironment(
    undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
)


@lru_cache(maxsize=64)
def _compile(source: str) -> jinja2.Template:
    """Kept, as compiling takes 2 ms and a night renders the same few prompts 100,000 times."""
    return _ENVIRONMENT.from_string(source)


def _render(source: str, values: Mapping[str, Any], template: Template) -> str:
    try:
        return _compile(source).render(values).strip()
    except (jinja2.TemplateError, ArithmeticError, TypeError, ValueError) as error:
        raise BadTemplate(f"prompt {template.name!r} cannot be rendered: {error}") from error


_PASSAGE_TAG = re.compile(r"<(\s*/?\s*passage)", re.IGNORECASE)


def _as_data(text: str) -> str:
    return _PASSAGE_TAG.sub(r"< \1", text)


def _one_line(text: str) -> str:
    return " ".join(text.split())
