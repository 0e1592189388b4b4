"""From a template and a passage to the messages of one call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from generator.errors import BadTemplate
from generator.prompts.template import Template
from generator.records import Message, Passage

GIVEN = ("facts", "questions", "other_section", "other_passage")
"""Variables that only some steps of a recipe have; for others they are empty."""

ENVIRONMENT = ImmutableSandboxedEnvironment(
    undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
)


def render(
    template: Template,
    passage: Passage,
    *,
    pairs: int | None = None,
    given: Mapping[str, str] | None = None,
) -> tuple[Message, ...]:
    """The messages of one call.

    The passage cannot end its own `<passage>` tag: what looks like one in it is broken apart. So it
    is with what is `given`, values of the variables in `GIVEN`.

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
        **dict.fromkeys(GIVEN, ""),
        **{name: _as_given(text) for name, text in (given or {}).items()},
    }
    messages = []
    for role, source in (("system", template.system), ("user", template.user)):
        content = _render(source, values, template)
        if content:
            messages.append(Message(role, content))  # type: ignore[arg-type]
    return tuple(messages)


@lru_cache(maxsize=64)
def _compile(source: str) -> jinja2.Template:
    """Kept, as compiling takes 2 ms and a night renders the same few prompts 100,000 times."""
    return ENVIRONMENT.from_string(source)


_FAILURES = (
    jinja2.TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    SyntaxError,  # Python compiles what Jinja makes, and nests no more than 20 blocks.
    TypeError,
    ValueError,
)


def _render(source: str, values: Mapping[str, Any], template: Template) -> str:
    try:
        return _compile(source).render(values).strip()
    except _FAILURES as error:
        raise BadTemplate(f"prompt {template.name!r} cannot be rendered: {error}") from error


_PASSAGE_TAG = re.compile(r"<(\s*/?\s*passage)", re.IGNORECASE)


def _as_data(text: str) -> str:
    return _PASSAGE_TAG.sub(r"< \1", text)


_GIVEN_TAG = re.compile(r"<(\s*/?\s*(?:passage|facts|pairs))", re.IGNORECASE)


def _as_given(text: str) -> str:
    return _GIVEN_TAG.sub(r"< \1", text)


def _one_line(text: str) -> str:
    return " ".join(text.split())
