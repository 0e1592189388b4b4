"""What becomes of an article's first pairs: mended where that helps, then judged. Pure, from stored replies."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from generator.articles import Prepared
from generator.checks import Checker, Opinions, refusal
from generator.config import BuildConfig
from generator.engine.follow_up import End
from generator.engine.plan import Planned, source_of
from generator.judging import Inspected, Inspector, plan_inspection, read_inspection
from generator.pairs import Answer
from generator.prompts import Template, find_templates
from generator.records import Pair, Verdict
from generator.repairing import (
    REWRITE,
    TOP_UP,
    Draft,
    Mend,
    Mended,
    plan_rewrites,
    plan_top_ups,
    read_mend,
)

Find = Callable[[str], End | None]


@dataclass(frozen=True, kw_only=True)
class Looks:
    """What is done with the pairs of a dataset once they are there."""

    model: str = ""
    """What mends."""
    checks: tuple[str, ...] = ()
    rewrite: Template | None = None
    top_up: Template | None = None
    inspectors: Sequence[Inspector] = ()
    opinions: Opinions = field(default_factory=Opinions, compare=False, repr=False)
    """What the checks have said, as every pair is looked at more than once."""

    @property
    def known_opinions(self) -> Opinions | None:
        """Those for whoever looks last; None where nobody has looked before."""
        return self.opinions if self.mends or self.inspectors else None

    @property
    def mends(self) -> bool:
        """Whether pairs may be mended."""
        return self.rewrite is not None or self.top_up is not None

    @property
    def templates(self) -> list[Template]:
        """The prompt files of the model that mends."""
        return [one for one in (self.rewrite, self.top_up) if one is not None]


def looks_of(config: BuildConfig, inspectors: Sequence[Inspector]) -> Looks:
    """What a configuration wants.

    Raises:
        BadTemplate, Misconfigured: a prompt file cannot be used, or is not there.
    """

    def find(name: str, *, wanted: bool) -> Template | None:
        return find_templates((name,), folder=config.prompts)[0] if wanted else None

    return Looks(
        model=config.model,
        checks=config.check_names,
        rewrite=find(REWRITE, wanted=config.repairs),
        top_up=find(TOP_UP, wanted=config.top_up),
        inspectors=inspectors,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What one step has come to on one passage, as it is looked at again."""

    answer: Answer
    passage: str
    """Id of the passage."""
    text: str
    """What its pairs were made from."""
    against: Callable[[Pair], str]
    """What a pair is checked against."""


@dataclass(frozen=True, kw_only=True)
class Looked:
    """An article, looked at again."""

    mended: Sequence[Mended] = ()
    inspected: Sequence[Inspected] = ()
    verdicts: Mapping[str, tuple[Verdict, ...]] = field(default_factory=dict)
    """By the id of a pair, what is to be said of it beside what the checks say."""


def plan_mends(prepared: Prepared, read: Sequence[Read], looks: Looks) -> list[Mend]:
    """The calls that mend the pairs of an article."""
    if not looks.mends:
        return []
    source = source_of(prepared.page)
    drafts = _drafts(prepared, read, looks)
    mends: list[Mend] = []
    if looks.rewrite is not None:
        mends += plan_rewrites(drafts, looks.rewrite, model=looks.model, source=source)
    if looks.top_up is not None:
        mends += plan_top_ups(
            prepared.passages, drafts, looks.top_up, unsettled=_unsettled(read),
            model=looks.model, source=source,
        )  # fmt: skip
    return mends


def look_again(prepared: Prepared, read: Sequence[Read], looks: Looks, find: Find) -> Looked:
    """All that stored replies say about the first pairs of an article.

    Args:
        prepared: the article.
        read: what came of its first calls.
        looks: what is done with them.
        find: how a call has ended, by its digest.
    """
    mended = [read_mend(one, prepared.page, find) for one in plan_mends(prepared, read, looks)]
    asked = _plan_judging(prepared, read, mended, looks)
    inspected = [read_inspection(one, find) for one in asked]
    return Looked(
        mended=mended,
        inspected=inspected,
        verdicts=_verdicts(mended, inspected),
    )


def plan_looking(
    prepared: Prepared, read: Sequence[Read], looks: Looks, find: Find
) -> list[Planned]:
    """The calls to judges, once what mends has been answered."""
    mended = [read_mend(one, prepared.page, find) for one in plan_mends(prepared, read, looks)]
    return [one.planned for one in _plan_judging(prepared, read, mended, looks)]


# Inside -----------------------------------------------------------------------------------------


def _plan_judging(
    prepared: Prepared, read: Sequence[Read], mended: Iterable[Mended], looks: Looks
) -> list[Inspected]:
    """Judges are shown what the checks let pass, passage by passage."""
    if not looks.inspectors:
        return []
    later = [_read_again(one) for one in mended]
    drafts = _drafts(prepared, [*read, *later], looks)
    lost = {draft.pair.id for draft in drafts if draft.refusal is not None}
    by_text: dict[tuple[str, str], list[Draft]] = {}
    for draft in drafts:
        # A pair that words another anew goes with it.
        if draft.refusal is None and draft.pair.of not in lost:
            by_text.setdefault((draft.passage.id, draft.text), []).append(draft)
    source = source_of(prepared.page)
    return [
        asked
        for inspector in looks.inspectors
        for own in by_text.values()
        for asked in plan_inspection(
            replace(own[0].passage, text=own[0].text),
            [draft.pair for draft in own],
            inspector,
            source=source,
        )
    ]


def _read_again(mended: Mended) -> Read:
    passage = mended.mend.planned.passage
    return Read(
        answer=mended.answer,
        passage=passage.id,
        text=passage.text,
        against=lambda pair: passage.text,
    )


def _drafts(prepared: Prepared, read: Iterable[Read], looks: Looks) -> list[Draft]:
    """The pairs of an article with what the checks say, by themselves: other articles change nothing."""
    passages = {passage.id: passage for passage in prepared.passages}
    checker = Checker(looks.checks, opinions=looks.opinions)
    drafts = []
    for one in read:
        for pair in one.answer.pairs:
            verdicts = [*checker.judge(pair, one.against(pair))]
            if own := one.answer.verdicts.get(pair.id):
                verdicts.append(own)
            drafts.append(Draft(
                pair=pair, passage=passages[one.passage], text=one.text, refusal=refusal(verdicts)
            ))  # fmt: skip
    return drafts


def _unsettled(read: Iterable[Read]) -> Collection[str]:
    return {one.passage for one in read if one.answer.outcome.status in ("pending", "failed")}


def _verdicts(
    mended: Iterable[Mended], inspected: Iterable[Inspected]
) -> dict[str, tuple[Verdict, ...]]:
    found: dict[str, list[Verdict]] = {}
    for verdict in chain(_links(mended), _opinions(inspected)):
        found.setdefault(verdict.pair, []).append(verdict)
    return {pair: tuple(verdicts) for pair, verdicts in found.items()}


def _links(mended: Iterable[Mended]) -> Iterator[Verdict]:
    """What was refused says what replaces it, and the other way round."""
    for one in mended:
        for new, old in one.origins.items():
            yield Verdict(pair=old, check=REWRITE, keep=True, reason=f"rewritten_as {new}")
            yield Verdict(pair=new, check=REWRITE, keep=True, reason=f"rewritten_from {old}")


def _opinions(inspected: Iterable[Inspected]) -> Iterator[Verdict]:
    for one in inspected:
        for pair, conclusion in one.conclusions.items():
            yield one.inspector.verdict(pair, conclusion)
