"""What a recipe says, once it can be used."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from generator.prompts import Template

Gives = Literal["pairs", "facts", "wordings"]
Per = Literal["header", "section", "words", "fact", "name", "pair", "neighbour"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """How much one step asks for about one passage."""

    per: Per = "header"
    """What is counted: `header` leaves it to the prompt file, `neighbour` to pairs of sections."""
    words: int = 100
    """With `per = "words"`: one for so many words, and for what is left of them."""
    count: int = 1
    """So many for each of what is counted."""
    at_least: int = 0
    at_most: int = 200
    share: float = 1.0
    """The most that it may make of a dataset, for steps that are not about every section."""

    def of(self, number: int) -> int:
        """How many for a passage of so many words, facts, names or pairs."""
        units = math.ceil(number / self.words) if self.per == "words" else number
        return max(self.at_least, min(self.at_most, units * self.count))


@dataclass(frozen=True, kw_only=True)
class Step:
    """One prompt file in a recipe."""

    name: str
    template: Template
    gives: Gives = "pairs"
    after: tuple[str, ...] = ()
    """Steps each of whose replies leads to this one; none for a step that needs no reply."""
    amount: Amount = field(default_factory=Amount)
    min_words: int = 0
    """Shorter passages are not asked about by this step."""
    at_once: int = 200
    """The most facts or pairs that one call is given; more are given to several."""

    def count(self, words: int) -> int:
        """How many to ask for about a passage by its length alone."""
        if self.amount.per == "words":
            return self.amount.of(words)
        if self.amount.per == "header":
            return self.template.count_pairs(words)
        return self.amount.of(1)


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Steps in order, each after those that it needs."""

    name: str
    description: str = ""
    steps: Sequence[Step]
    source: str = ""
    """The file's text, empty for one that is no file."""
    path: str = ""

    @property
    def templates(self) -> list[Template]:
        """The prompt files in the order of the steps."""
        return list({step.template.label: step.template for step in self.steps}.values())

    @property
    def lists_facts(self) -> bool:
        """Whether pairs are made from a list of facts, which a language model has to make."""
        return any(step.gives == "facts" for step in self.steps)

    @property
    def rewords(self) -> bool:
        """Whether pairs get further wordings, of which one can be held out."""
        return any(step.gives == "wordings" for step in self.steps)

    def first(self) -> Iterator[Step]:
        """Steps that need no reply."""
        return (step for step in self.steps if not step.after)

    def next(self, step: Step) -> tuple[Step, ...]:
        """Steps that the replies to one lead to."""
        return tuple(one for one in self.steps if step.name in one.after)

    def with_template(self, template: Template) -> Recipe:
        """The same with a prompt file in the place of that of its name."""
        steps = [
            replace(step, template=template) if step.template.name == template.name else step
            for step in self.steps
        ]
        return replace(self, steps=steps)

    def without_shares(self) -> Recipe:
        """The same with steps on every passage that is long enough, whatever share they may make."""
        steps = [
            replace(step, amount=replace(step.amount, share=1.0))
            if step.amount.per in ("section", "neighbour")
            else step
            for step in self.steps
        ]
        return replace(self, steps=steps)

    def leading_to(self, steps: Iterable[Step]) -> Recipe:
        """Some steps and those whose replies they need, and no others."""
        names = {step.name for step in steps}
        for step in reversed(self.steps):
            if step.name in names:
                names.update(step.after)
        return replace(self, steps=[step for step in self.steps if step.name in names])

    def chain(self, step: Step) -> list[Step]:
        """A step and all that come of it, in the recipe's order."""
        names = {step.name}
        found = [step]
        for one in self.steps:
            if one.name not in names and names & set(one.after):
                names.add(one.name)
                found.append(one)
        return found


def plain_recipe(templates: Sequence[Template], name: str = "") -> Recipe:
    """Each prompt file once per passage, with as many pairs as it says itself."""
    steps = [Step(name=template.name, template=template) for template in templates]
    return Recipe(name=name, steps=steps)
