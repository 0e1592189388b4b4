"""Asking about the pairs of a passage, some at a time, and reading what comes back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final, Protocol

from generator.chat.wire import message_text
from generator.checks import Candidate, HasTexts
from generator.checks.injection import new as injection
from generator.checks.instructions import new as instructions
from generator.digests import digest
from generator.engine.follow_up import CONTINUATIONS, HALVINGS, REDRAWS, End
from generator.engine.plan import Planned
from generator.judging.objects import Record, records_by_name
from generator.judging.verdicts import (
    Conclusion,
    conclude_judge,
    conclude_round_trip,
    unjudged,
)
from generator.prompts import Template, find_templates, render
from generator.records import Call, Passage, Reply, Verdict

JUDGE: Final = "judge"
ROUND_TRIP: Final = "round-trip"
"""Names of the prompt files, and of what they do in verdicts and manifests."""
NAME_LENGTH = 4
"""Characters of the names under which a model sees pairs. They come from the pairs' content, so that
no pair can name another and say something about it."""


class Judgeable(HasTexts, Protocol):
    """A pair that is known by an id."""

    @property
    def id(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Inspector:
    """A model with a prompt file, and how its replies are read."""

    name: str
    """`JUDGE` or `ROUND_TRIP`."""
    model: str
    template: Template
    trusted: bool = False
    """Whether it may refuse pairs; otherwise its verdicts only mark them."""

    @property
    def at_once(self) -> int:
        """The most pairs in one call."""
        return self.template.count_pairs(0)

    def conclude(self, record: Record, pair: HasTexts, passage: str) -> Conclusion:
        """What counts of what the model wrote about a pair."""
        read = conclude_judge if self.name == JUDGE else conclude_round_trip
        return read(record, pair, passage)

    def verdict(self, pair: str, conclusion: Conclusion) -> Verdict:
        """The conclusion as a verdict, which keeps the pair but where a trusted one refuses it."""
        keep = conclusion.status != "refused" or not self.trusted
        reason = conclusion.reason
        if conclusion.status == "unjudged":
            reason = f"unjudged {reason}"
        return Verdict(pair=pair, check=self.name, keep=keep, reason=reason)


@dataclass(frozen=True, kw_only=True)
class Inspected:
    """One call about some pairs, and what has come of it."""

    inspector: Inspector
    planned: Planned
    pairs: Sequence[Judgeable]
    end: End | None = None
    conclusions: dict[str, Conclusion] = field(default_factory=dict)
    """By the pair's id; empty before it is read."""

    @cached_property
    def names(self) -> dict[str, Judgeable]:
        """The pairs by the names that the model sees."""
        return dict(zip(_names(self.pairs), self.pairs, strict=True))


def inspectors(
    model: str, *, round_trip: bool = False, prompts: Path | None = None
) -> tuple[Inspector, ...]:
    """The judge, and the round trip where that is wanted.

    Raises:
        BadTemplate, Misconfigured: a prompt file cannot be used, or is not there.
    """
    wanted = (JUDGE, ROUND_TRIP) if round_trip else (JUDGE,)
    templates = find_templates(wanted, folder=prompts)
    return tuple(
        Inspector(name=name, model=model, template=template)
        for name, template in zip(wanted, templates, strict=True)
    )


def plan_inspection(
    passage: Passage, pairs: Iterable[Judgeable], inspector: Inspector, *, source: str = ""
) -> Iterator[Inspected]:
    """The calls about the pairs of one passage, in the pairs' order.

    A pair that gives orders to its reader is asked about alone, so that it can spoil no verdict but
    its own.
    """
    quiet: list[Judgeable] = []
    for pair in pairs:
        if _gives_orders(pair, passage):
            yield _ask(passage, [pair], inspector, source)
        else:
            quiet.append(pair)
    for start in range(0, len(quiet), inspector.at_once):
        yield _ask(passage, quiet[start : start + inspector.at_once], inspector, source)


def read_inspection(asked: Inspected, find: Callable[[str], End | None]) -> Inspected:
    """The same call with what its reply says of each pair. Never raises for what a reply holds."""
    end = find(asked.planned.call.digest)
    if not isinstance(end, Reply):
        why = "not_asked" if end is None else "call_failed"
        conclusions = {pair.id: unjudged(why) for pair in asked.pairs}
    else:
        records = records_by_name(message_text(end.body), asked.names.keys())
        conclusions = {
            pair.id: asked.inspector.conclude(
                records.get(name, {}), pair, asked.planned.passage.text
            )
            for name, pair in asked.names.items()
        }
    return Inspected(
        inspector=asked.inspector, planned=asked.planned, pairs=asked.pairs, end=end,
        conclusions=conclusions,
    )  # fmt: skip


# Inside -----------------------------------------------------------------------------------------


def _ask(
    passage: Passage, pairs: Sequence[Judgeable], inspector: Inspector, source: str
) -> Inspected:
    template = inspector.template
    shown = (_shown(name, pair, inspector) for name, pair in zip(_names(pairs), pairs, strict=True))
    lines = "\n".join(json.dumps(one, ensure_ascii=False) for one in shown)
    call = Call(
        model=inspector.model,
        messages=render(template, passage, pairs=len(pairs), given={"questions": lines}),
        parameters=dict(template.parameters),
    )
    planned = Planned(
        call=call, passage=passage, template=template, pairs=len(pairs), source=source,
        # A judge is asked once: halves of a passage, the rest of a reply and further draws are for pairs.
        halvings=HALVINGS, continuations=CONTINUATIONS, redraws=REDRAWS,
    )  # fmt: skip
    return Inspected(inspector=inspector, planned=planned, pairs=pairs)


def _shown(name: str, pair: HasTexts, inspector: Inspector) -> dict[str, str]:
    answer = {"answer": pair.completion} if inspector.name == JUDGE else {}
    return {"pair": name, "question": pair.prompt, **answer}


def _names(pairs: Sequence[HasTexts]) -> list[str]:
    names: list[str] = []
    for pair in pairs:
        whole = digest([pair.prompt, pair.completion])
        length = NAME_LENGTH
        # Two pairs of the same words are told apart by their order.
        while whole[:length] in names and length < len(whole):
            length += 1
        name = whole[:length]
        names.append(f"{name}.{len(names)}" if name in names else name)
    return names


_orders = (injection(), instructions())


def _gives_orders(pair: HasTexts, passage: Passage) -> bool:
    candidate = Candidate(
        id="",
        prompt=pair.prompt,
        completion=pair.completion,
        passage=passage.text,
        is_refused=False,
    )
    return any(not check(candidate).keep for check in _orders)
