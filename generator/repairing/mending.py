"""Calls that mend the pairs of an article, and what comes of them: one for a passage and a kind of fault."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from generator.checks import reason_word
from generator.engine.follow_up import CONTINUATIONS, HALVINGS, REDRAWS, End, Link
from generator.engine.plan import Given, Planned, given_values
from generator.measures.coverage import left_out
from generator.pairs import Answer, read_answer
from generator.prompts import Template, render
from generator.records import Call, Page, Pair, Passage, Reply, Verdict

REWRITE: Final = "rewrite"
TOP_UP: Final = "top-up"
"""Names of the prompt files."""
REWRITTEN: Final = "rewritten"
"""The repair that a pair carries which was worded anew."""
MENDABLE: Final = frozenset({"ambiguous_subject", "passage_reference"})
"""Why a pair is refused that may be right in other words."""
MOST_QUESTIONS: Final = 60
"""Of a passage that a top-up is shown; more pairs about one passage there hardly are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A pair as it was first written."""

    pair: Pair
    passage: Passage
    text: str
    """What it was made from, which is more than the passage for a pair about two."""
    refusal: Verdict | None
    """Why a check would drop it; None where it is kept."""


@dataclass(frozen=True, kw_only=True)
class Mend:
    """One call that mends."""

    kind: Literal["rewrite", "top-up"]
    planned: Planned
    originals: Mapping[str, Pair] = field(default_factory=dict)
    """By id, the pairs that are worded anew."""


@dataclass(frozen=True, kw_only=True)
class Mended:
    """What has come of one."""

    mend: Mend
    answer: Answer
    """Its pairs as they go through the checks like all others."""
    origins: Mapping[str, str] = field(default_factory=dict)
    """Id of a pair worded anew -> id of the one that it replaces."""


def plan_rewrites(
    drafts: Iterable[Draft], template: Template, *, model: str, source: str
) -> Iterator[Mend]:
    """The calls for pairs that nobody understands without the passage: each pair is asked about once."""
    by_passage: dict[str, list[Draft]] = {}
    for draft in drafts:
        if _is_mendable(draft):
            by_passage.setdefault(draft.passage.id, []).append(draft)
    at_once = template.count_pairs(0)
    for own in by_passage.values():
        for start in range(0, len(own), at_once):
            yield _rewrite(own[start : start + at_once], template, model, source)


def plan_top_ups(
    passages: Iterable[Passage],
    drafts: Sequence[Draft],
    template: Template,
    *,
    unsettled: Collection[str],
    model: str,
    source: str,
) -> Iterator[Mend]:
    """A call for each passage with sentences that no pair speaks of.

    A pair that is being worded anew counts as there, so that both can be asked at the same time.

    Args:
        passages: of the article.
        drafts: its pairs.
        template: the prompt file.
        unsettled: ids of passages that first calls are still open for: nobody knows what they will say.
        model: what is asked.
        source: the article; see `source_of`.
    """
    for passage in passages:
        if passage.id in unsettled:
            continue
        own = [
            draft.pair
            for draft in drafts
            if draft.passage.id == passage.id and (draft.refusal is None or _is_mendable(draft))
        ]
        texts = [f"{pair.prompt}\n{pair.completion}" for pair in own]
        missed = left_out(passage.text, texts, language=passage.language)
        if missed:
            yield _top_up(passage, missed, own, template, model, source)


def read_mend(mend: Mend, page: Page, find: Callable[[str], End | None]) -> Mended:
    """The pairs that a call has brought, tagged; free, from what is stored."""
    end = find(mend.planned.call.digest)
    link = Link(planned=mend.planned, end=end, is_last=True)
    answer = read_answer(mend.planned, page, [link], split="")
    origins: dict[str, str] = {}
    if mend.kind == REWRITE:
        answer, origins = _in_place(mend, answer)
    if isinstance(end, Reply) and not answer.pairs and answer.outcome.reason == "no_pairs":
        # It may leave out what the passage does not bear out: that is an answer, and no failure.
        outcome = replace(answer.outcome, status="done", reason="nothing_to_mend")
        answer = replace(answer, outcome=outcome)
    return Mended(mend=mend, answer=answer, origins=origins)


# Inside -----------------------------------------------------------------------------------------


def _is_mendable(draft: Draft) -> bool:
    is_about_one = draft.pair.other_section is None
    why = "" if draft.refusal is None else reason_word(draft.refusal.reason)
    return is_about_one and why in MENDABLE


def _rewrite(drafts: Sequence[Draft], template: Template, model: str, source: str) -> Mend:
    given = tuple(
        Given(id=one.pair.id, prompt=one.pair.prompt, completion=one.pair.completion)
        for one in drafts
    )
    planned = _planned(
        drafts[0].passage, template, given_values((), given, None), len(given), model, source
    )
    return Mend(
        kind=REWRITE,
        planned=replace(planned, given=given),
        originals={one.pair.id: one.pair for one in drafts},
    )


def _top_up(
    passage: Passage,
    missed: Sequence[str],
    pairs: Sequence[Pair],
    template: Template,
    model: str,
    source: str,
) -> Mend:
    shown = missed[: template.max_pairs]
    asked = [json.dumps(pair.prompt, ensure_ascii=False) for pair in pairs[:MOST_QUESTIONS]]
    values = {
        "facts": "\n".join(f"s{number}: {text}" for number, text in enumerate(shown, start=1)),
        "questions": "\n".join(asked),
    }
    planned = _planned(passage, template, values, len(shown), model, source)
    return Mend(kind=TOP_UP, planned=planned)


def _planned(
    passage: Passage,
    template: Template,
    values: Mapping[str, str],
    pairs: int,
    model: str,
    source: str,
) -> Planned:
    call = Call(
        model=model,
        messages=render(template, passage, pairs=pairs, given=values),
        parameters=dict(template.parameters),
    )
    return Planned(
        call=call, passage=passage, template=template, pairs=pairs, source=source,
        # One call each: no halves, no rest, no further draw.
        halvings=HALVINGS, continuations=CONTINUATIONS, redraws=REDRAWS,
    )  # fmt: skip


def _in_place(mend: Mend, answer: Answer) -> tuple[Answer, dict[str, str]]:
    """Pairs worded anew with all that is known of those they replace; the first for each of them."""
    found: dict[str, Pair] = {}
    for pair in answer.pairs:
        original = mend.originals[pair.of]
        found.setdefault(original.id, replace(
            original, id=pair.id, prompt=pair.prompt, completion=pair.completion,
            template=pair.template, model=pair.model, call=pair.call, position=pair.position,
            repairs=(*pair.repairs, REWRITTEN),
        ))  # fmt: skip
    kept = tuple(found.values())
    outcome = replace(answer.outcome, pairs=len(kept))
    origins = {pair.id: original for original, pair in found.items()}
    return replace(answer, pairs=kept, outcome=outcome), origins
