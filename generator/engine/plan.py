"""The plan: which calls an article needs. Planning is pure and repeatable; resuming is planning again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from generator.digests import digest
from generator.engine.neighbours import neighbours
from generator.engine.shares import find_spared
from generator.facts import Fact
from generator.prompts import Template, render
from generator.recipes import Gives, Recipe, Step, plain_recipe
from generator.records import Call, Json, Page, Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A pair that is to be worded anew."""

    id: str
    prompt: str
    completion: str
    facts: tuple[Fact, ...] = ()


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
    step: Step | None = None
    """Of the recipe; None for a call outside of any."""
    asking: Asking | None = None
    facts: tuple[Fact, ...] = ()
    """Facts that it is given, `f1` being the first; for a step that lists facts those found before."""
    given: tuple[Given, ...] = ()
    """Pairs that it is to word anew, `p1` being the first."""
    beside: Passage | None = None
    """The second passage of a call about two."""
    spared: frozenset[str] = frozenset()
    """Names of steps that are not about this passage, as they may only make a share of a dataset."""

    @property
    def text(self) -> str:
        """All that its pairs may be made from."""
        beside = self.beside
        return self.passage.text if beside is None else f"{self.passage.text}\n\n{beside.text}"

    @property
    def gives(self) -> Gives:
        """What its reply is read for."""
        return "pairs" if self.step is None else self.step.gives

    @property
    def step_name(self) -> str:
        """Name of the step in the recipe."""
        return self.template.name if self.step is None else self.step.name

    @property
    def is_first(self) -> bool:
        """False for one that follows another of its step: a half, the rest, a second try."""
        return not (self.halvings or self.continuations or self.redraws)

    @property
    def next_steps(self) -> tuple[Step, ...]:
        """Steps of the recipe that its reply leads to."""
        if self.step is None or self.asking is None:
            return ()
        return self.asking.steps.next(self.step)

    def takes(self, step: Step) -> bool:
        """Whether a step is about this passage: it is long enough, and in the step's share."""
        return self.passage.words >= step.min_words and step.name not in self.spared


@dataclass(frozen=True, kw_only=True)
class Asking:
    """What is the same for every call of a job."""

    model: str
    templates: Sequence[Template]
    overrides: Mapping[str, Json] = field(default_factory=dict)
    """Model settings that stand above those of the templates."""
    sample: int = 0
    recipe: Recipe | None = None
    """How the templates are used; None for each of them on every passage."""

    @cached_property
    def steps(self) -> Recipe:
        """The recipe, given or plain."""
        return self.recipe or plain_recipe(self.templates)


def source_of(page: Page) -> str:
    """Identity of an article across its revisions: by wiki and page id, a file by its title."""
    return digest([page.site, page.page_id or page.title])


def plan_calls(
    passages: Iterable[Passage], asking: Asking, *, source: str = ""
) -> Iterator[Planned]:
    """The calls of an article that need no reply, passage by passage; those about two come last.

    What replies to them lead to is found by `follow_up`.
    """
    first = list(asking.steps.first())
    alone = [step for step in first if step.amount.per != "neighbour"]
    beside = [step for step in first if step.amount.per == "neighbour"]
    passages = list(passages)
    spares = find_spared(passages, asking.steps)
    for passage in passages:
        own = spares.get(passage.id, frozenset())
        for step in alone:
            if passage.words >= step.min_words and step.name not in own:
                yield plan_call(step, passage, asking, source=source, spared=own)
    for step in beside:
        for one, other in neighbours(passages, step):
            yield plan_call(step, one, asking, source=source, beside=other)


def plan_call(
    step: Step,
    passage: Passage,
    asking: Asking,
    *,
    source: str = "",
    pairs: int | None = None,
    facts: tuple[Fact, ...] = (),
    given: tuple[Given, ...] = (),
    beside: Passage | None = None,
    spared: frozenset[str] = frozenset(),
) -> Planned:
    """One call of a step. `pairs` is how many to ask for, by the length of the passage where None."""
    template = step.template
    pairs = step.count(passage.words) if pairs is None else pairs
    call = Call(
        model=asking.model,
        messages=render(template, passage, pairs=pairs, given=given_values(facts, given, beside)),
        parameters={**template.parameters, **asking.overrides},
        sample=asking.sample,
    )
    return Planned(
        call=call, passage=passage, template=template, pairs=pairs, source=source, step=step,
        asking=asking, facts=facts, given=given, beside=beside, spared=spared,
    )  # fmt: skip


def given_values(
    facts: Sequence[Fact], given: Sequence[Given], beside: Passage | None
) -> dict[str, str]:
    """What a step is given, as its prompt file sees it: under short names, a line each."""
    questions = (
        {"id": f"p{number}", "prompt": one.prompt, "completion": one.completion}
        for number, one in enumerate(given, start=1)
    )
    return {
        "facts": "\n".join(f"f{number}: {one.statement}" for number, one in enumerate(facts, 1)),
        "questions": "\n".join(json.dumps(one, ensure_ascii=False) for one in questions),
        "other_section": "" if beside is None else beside.heading,
        "other_passage": "" if beside is None else beside.text,
    }
