"""The plan: which calls an article needs. Planning is pure and repeatable; resuming is planning again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from generator.digests import digest
from generator.prompts import Template, render
from generator.records import Call, Json, Page, Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One call, and what it is about."""

    call: Call
    passage: Passage
    template: Template
    pairs: int
    """How many pairs it asks for."""
    source: str = ""
    """The article, whatever its revision; see `source_of`. Empty where nobody wants to know."""
    halvings: int = 0
    """How often the passage was halved before; see `follow_up` for this and the following."""
    continuations: int = 0
    redraws: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What is the same for every call of a job."""

    model: str
    templates: Sequence[Template]
    overrides: Mapping[str, Json] = field(default_factory=dict)
    """Model settings that stand above those of the templates."""
    sample: int = 0


def source_of(page: Page) -> str:
    """Identity of an article across its revisions: by wiki and page id, a file by its title."""
    return digest([page.site, page.page_id or page.title])


def plan_calls(
    passages: Iterable[Passage], asking: Asking, *, source: str = ""
) -> Iterator[Planned]:
    """Every (passage, template) as a call, lazily, passage by passage."""
    for passage in passages:
        for template in asking.templates:
            pairs = template.count_pairs(passage.words)
            call = Call(
                model=asking.model,
                messages=render(template, passage, pairs=pairs),
                parameters={**template.parameters, **asking.overrides},
                sample=asking.sample,
            )
            yield Planned(call=call, passage=passage, template=template, pairs=pairs, source=source)
