"""A prompt file taken apart, good or bad: what it says on which line, and what makes it unusable."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, cast

import jinja2
from jinja2 import meta
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from generator.errors import BadTemplate
from generator.names import nearest
from generator.prompts.rendering import ENVIRONMENT, render
from generator.prompts.template import INSTEAD, REQUIRED, VARIABLES, Template
from generator.records import Passage

Role = Literal["system", "user"]

MISSING = {
    "title": "no_title",
    "section": "no_section",
    "passage": "no_passage",
    "pairs": "no_pair_count",
}
"""Required variable -> the word for its absence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something for which a prompt file cannot be used."""

    line: int
    code: str
    """A word to count by: `unknown_variable`, `no_passage`, …"""
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The text below a `[system]` or `[user]` line."""

    role: Role
    text: str
    line: int
    """Of the file, where the text begins."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A prompt file as far as it can be read."""

    name: str
    path: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """The header's values, unchecked."""
    setting_lines: Mapping[str, int] = field(default_factory=dict)
    """`pairs` or `model.temperature` -> its line."""
    parts: tuple[Part, ...] = ()
    template: Template | None = None
    """None where the header or the parts cannot be read."""
    faults: tuple[Fault, ...] = ()
    """In the order in which they were found; none for a file that can be used."""

    @property
    def where(self) -> str:
        """The file, for messages."""
        return self.path or f"prompt {self.name!r}"

    def line_of(self, setting: str) -> int:
        """Where a setting stands; 1 where it does not."""
        return self.setting_lines.get(setting, 1)


class _Header(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    kind: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    pairs: Annotated[int, Field(ge=1, le=200)] | Literal["auto"] = "auto"
    words_per_pair: Annotated[int, Field(ge=1)] = 25
    min_pairs: Annotated[int, Field(ge=1)] = 1
    max_pairs: Annotated[int, Field(ge=1, le=200)] = 25
    model: dict[str, Any] = Field(default_factory=dict)
    variables: dict[str, str | int | float] = Field(default_factory=dict)


def read_draft(text: str, *, name: str, path: str = "") -> Draft:
    """Take a prompt file apart. Never raises: what is wrong is in the draft."""
    lines = text.replace("\r\n", "\n").split("\n")
    marks = [number for number, line in enumerate(lines) if line.strip() == "+++"][:2]
    if len(marks) < 2 or marks[0] != 0:
        message = "must begin with a header between two lines of +++"
        return Draft(
            name=name, path=path, faults=(Fault(line=1, code="no_header", message=message),)
        )
    header_lines, body_lines = lines[1 : marks[1]], lines[marks[1] + 1 :]
    parts, part_faults = _read_parts(body_lines, first_line=marks[1] + 2)
    setting_lines = _find_settings(header_lines)
    try:
        settings = tomllib.loads("\n".join(header_lines))
    except tomllib.TOMLDecodeError as error:
        fault = Fault(
            line=_line_in(error), code="bad_header", message=f"the header is not TOML: {error}"
        )
        return Draft(name=name, path=path, parts=parts, faults=(fault, *part_faults))
    header, header_faults = _check_header(settings, setting_lines)
    faults = [*header_faults, *part_faults]
    own = settings.get("variables")
    if not part_faults:
        faults += _check_variables(parts, list(own) if isinstance(own, dict) else [], setting_lines)
    template = None
    if header is not None and not part_faults:
        template = _make_template(header, parts, name=name, path=path)
    if template is not None and not faults:
        faults += _check_it_renders(template, parts)
    return Draft(
        name=name,
        path=path,
        settings=settings,
        setting_lines=setting_lines,
        parts=parts,
        template=template,
        faults=tuple(faults),
    )


# The header -------------------------------------------------------------------------------------

_TABLE = re.compile(r"\s*\[\s*([\w.\"'-]+)\s*\]\s*(#.*)?$")
_SETTING = re.compile(r"\s*[\"']?([\w-]+)[\"']?\s*=")
_TOML_LINE = re.compile(r"at line (\d+)")


def _find_settings(lines: list[str]) -> dict[str, int]:
    """Lines of settings and tables, as tomllib does not tell them; the header begins on line 2."""
    found: dict[str, int] = {}
    table = ""
    for number, line in enumerate(lines, start=2):
        if match := _TABLE.match(line):
            table = f"{match[1]}."
            found.setdefault(match[1], number)
        elif match := _SETTING.match(line):
            found.setdefault(f"{table}{match[1]}", number)
    return found


def _line_in(error: tomllib.TOMLDecodeError) -> int:
    found = _TOML_LINE.search(str(error))
    return int(found[1]) + 1 if found else 1


def _check_header(
    settings: Mapping[str, Any], lines: Mapping[str, int]
) -> tuple[_Header | None, list[Fault]]:
    try:
        header = _Header.model_validate(settings)
    except ValidationError as error:
        return None, list(_header_faults(error, lines))
    faults = []
    if header.min_pairs > header.max_pairs:
        message = f"min_pairs = {header.min_pairs} is more than max_pairs = {header.max_pairs}"
        line = lines.get("min_pairs", lines.get("max_pairs", 1))
        faults.append(Fault(line=line, code="min_over_max", message=message))
    for name in header.variables:
        if name in VARIABLES:
            message = f"variable {name!r} is taken; choose another name for it"
            line = lines.get(f"variables.{name}", 1)
            faults.append(Fault(line=line, code="taken_variable", message=message))
    return header, faults


def _header_faults(error: ValidationError, lines: Mapping[str, int]) -> Iterator[Fault]:
    """One a setting: a value that fits neither of two types has a problem for each."""
    told: set[str] = set()
    for problem in error.errors(include_url=False):
        place = [str(part) for part in problem["loc"]]
        name = place[0]
        if name in told:
            continue
        told.add(name)
        line = lines.get(".".join(place[:2]), lines.get(name, 1))
        if problem["type"] == "extra_forbidden":
            near = nearest(name, list(_Header.model_fields))
            message = f"unknown setting {name!r} in the header{near}"
            yield Fault(line=line, code="unknown_setting", message=message)
        elif problem["type"] == "missing":
            message = f"the header has no {name!r}"
            yield Fault(line=line, code="bad_setting", message=message)
        else:
            message = f"setting {name!r} in the header: {problem['msg']}, got {problem['input']!r}"
            yield Fault(line=line, code="bad_setting", message=message)


# The text ---------------------------------------------------------------------------------------

_MARK = re.compile(r"\[(system|user)\][ \t]*")


def _read_parts(lines: list[str], *, first_line: int) -> tuple[tuple[Part, ...], list[Fault]]:
    numbered = list(enumerate(lines, start=first_line))
    marks = [place for place, (_, line) in enumerate(numbered) if _MARK.fullmatch(line)]
    faults = []
    before = numbered[: marks[0]] if marks else numbered
    for number, line in before:
        if line.strip():
            message = "text before the first [system] or [user] line"
            faults.append(Fault(line=number, code="bad_parts", message=message))
            break
    parts = tuple(
        _make_part(numbered[start:end])
        for start, end in zip(marks, [*marks, len(numbered)][1:], strict=True)
    )
    roles = [part.role for part in parts]
    if "user" not in roles or len(set(roles)) != len(roles):
        message = "needs one [user] part and at most one [system] part"
        faults.append(Fault(line=first_line, code="bad_parts", message=message))
    return parts, faults


def _make_part(numbered: list[tuple[int, str]]) -> Part:
    role = cast("Role", numbered[0][1].strip()[1:-1])
    begin = next((number for number, line in numbered[1:] if line.strip()), numbered[0][0])
    return Part(role=role, text="\n".join(line for _, line in numbered[1:]).strip(), line=begin)


def _make_template(header: _Header, parts: tuple[Part, ...], *, name: str, path: str) -> Template:
    texts = {part.role: part.text for part in parts}
    return Template(
        name=name,
        kind=header.kind,
        pairs=header.pairs,
        words_per_pair=header.words_per_pair,
        min_pairs=header.min_pairs,
        max_pairs=header.max_pairs,
        parameters=header.model,
        variables=header.variables,
        system=texts.get("system", ""),
        user=texts["user"],
        path=path,
    )


def _check_variables(
    parts: tuple[Part, ...], own: list[str], setting_lines: Mapping[str, int]
) -> list[Fault]:
    """Every variable that is not there, and every one that has to be used and is not."""
    known = [*VARIABLES, *own]
    used: set[str] = set()
    faults = []
    for part in parts:
        try:
            names = meta.find_undeclared_variables(ENVIRONMENT.parse(part.text))
        except jinja2.TemplateSyntaxError as error:
            message = f"this is no Jinja: {error.message}"
            line = part.line + error.lineno - 1
            return [Fault(line=line, code="bad_syntax", message=message)]
        except RecursionError:
            message = "the statements of this part are nested too deeply"
            return [Fault(line=part.line, code="bad_syntax", message=message)]
        for name in sorted(names - set(known), key=lambda name: _line_of_name(part, name)):
            message = f"unknown variable {name!r}{nearest(name, known)}"
            line = _line_of_name(part, name)
            faults.append(Fault(line=line, code="unknown_variable", message=message))
        used |= names
    user_line = next(part.line for part in parts if part.role == "user")
    for name in (*REQUIRED, *own):
        if name not in used and INSTEAD.get(name) not in used:
            message = f"{name!r} is unused; write {{{{ {name} }}}} in the text"
            line = setting_lines.get(f"variables.{name}", user_line)
            code = MISSING.get(name, "unused_variable")
            faults.append(Fault(line=line, code=code, message=message))
    return faults


def _line_of_name(part: Part, name: str) -> int:
    tokens = ENVIRONMENT.lex(part.text)
    line = next((line for line, kind, text in tokens if (kind, text) == ("name", name)), 1)
    return part.line + line - 1


def _check_it_renders(template: Template, parts: tuple[Part, ...]) -> list[Fault]:
    sample = Passage(article="A", section=("B",), text="C")
    try:
        render(template, sample)
    except BadTemplate as error:
        return [Fault(line=parts[0].line, code="does_not_render", message=str(error))]
    return []
