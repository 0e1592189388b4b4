"""The calls of an evaluation: every item in every column, put to a model in the dataset's manner. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from generator.chat.wire import ENDPOINT
from generator.deriving.wordings import Wordings, fill
from generator.engine.follow_up import CONTINUATIONS, HALVINGS, REDRAWS
from generator.engine.plan import Planned
from generator.evaluation.manner import Manner
from generator.evaluation.records import COLUMNS, Column, Item, SideName
from generator.evaluation.retrieval import Retriever
from generator.prompts import Template
from generator.records import Call, Json, Message, Passage

MAX_TOKENS: Final = 256
"""Of an answer: those that are asked for have 60 words at most, and some models lead up to them."""
ALTERNATIVES: Final = 20
"""First tokens whose probability is asked for, where classes are told: as many as OpenAI tells."""


@dataclass(frozen=True, kw_only=True)
class Side:
    """One model as it is asked."""

    name: SideName
    model: str
    endpoint: str
    """A label without secrets."""
    is_elsewhere: bool
    """Whether it is not at the usual place, where a name stands for one model only."""
    manner: Manner
    max_tokens: int = MAX_TOKENS
    draw: int = 0
    """Another one asks everything anew."""
    wants_odds: bool = False
    """Whether the probabilities of the first token are asked for."""
    settings: Mapping[str, Json] = field(default_factory=dict)
    """Further ones of every call, above those that are usual."""

    @property
    def parameters(self) -> dict[str, Json]:
        """Of every call: greedy, so that the same question has the same answer."""
        odds: dict[str, Json] = {"logprobs": True, "top_logprobs": ALTERNATIVES}
        return {
            "temperature": 0,
            "max_tokens": self.max_tokens,
            **self.manner.parameters,
            **(odds if self.wants_odds else {}),
            **({ENDPOINT: self.endpoint} if self.is_elsewhere else {}),
            **self.settings,
        }


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One item in one column, with its call."""

    item: Item
    side: SideName
    column: Column
    planned: Planned
    shown: Sequence[Passage] = field(default_factory=tuple)
    """Passages that stand above the question."""


def plan_asking(
    items: Iterable[Item],
    side: Side,
    *,
    columns: Collection[Column],
    retriever: Retriever,
    wordings: Wordings,
) -> Iterator[Asked]:
    """The calls to one model, item by item, in all columns that the item can have.

    A question without a text that answers it, as the general ones are, stands alone.
    """
    for item in items:
        for column in COLUMNS:
            shown = _shown(item, column, retriever) if column in columns else None
            if shown is not None:
                yield _ask(item, side, column, shown, wordings)


def columns_of(items: Iterable[Item]) -> list[Column]:
    """The columns that a set of items can have: without an outline only the closed-book one."""
    return [*COLUMNS] if any(item.passages for item in items) else ["closed"]


def with_passages(
    question: str, shown: Sequence[Passage], wordings: Wordings, *, language: str
) -> str:
    """A question below passages, in the words of its language; alone where there are none."""
    if not shown:
        return question
    context = "\n\n".join(one.text for one in shown)
    return fill(wordings.of(language).context_qa, context=context, question=question)


def plan_question(
    messages: tuple[Message, ...], side: Side, *, about: Passage, name: str
) -> Planned:
    """The call that puts a question to a model. `about` is what displays say it is about."""
    call = Call(
        model=side.model, messages=messages, parameters=side.parameters, sample=side.draw
    )  # fmt: skip
    return Planned(
        call=call,
        passage=about,
        template=template_of(name, max_tokens=side.max_tokens),
        pairs=1,
        # An answer is asked for once: halves, the rest of a reply and further draws are for pairs.
        halvings=HALVINGS,
        continuations=CONTINUATIONS,
        redraws=REDRAWS,
    )


# Inside -----------------------------------------------------------------------------------------


def _shown(item: Item, column: Column, retriever: Retriever) -> Sequence[Passage] | None:
    """What stands above the question; None where the column is not for it."""
    if column == "closed":
        return ()
    if not item.passages:
        return None
    if column == "section":
        return item.passages
    return retriever.find(item.prompt, item.language)


def _ask(
    item: Item, side: Side, column: Column, shown: Sequence[Passage], wordings: Wordings
) -> Asked:
    about = Passage(
        article=item.place.article or item.row, language=item.language,
        section=item.place.section, text=item.text,
    )  # fmt: skip
    question = with_passages(item.prompt, shown, wordings, language=item.language)
    messages = side.manner.messages(question, item.place)
    planned = plan_question(messages, side, about=about, name=column)
    return Asked(item=item, side=side.name, column=column, planned=planned, shown=shown)


def template_of(column: str, *, max_tokens: int = MAX_TOKENS) -> Template:
    """What stands for a prompt file in lists of calls; the text comes from the dataset."""
    return Template(
        name=f"ask-{column}", kind="answer", pairs=1, system="", user="",
        parameters={"max_tokens": max_tokens},
    )  # fmt: skip
