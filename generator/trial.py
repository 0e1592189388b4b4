"""Trying a prompt file on some sections: which, what came back, and what the whole article would take."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from itertools import chain
from typing import Any

from generator.articles import Prepared
from generator.asking import everywhere
from generator.assemble import checked_against
from generator.chat.prices import Price
from generator.checks import Checker, refusal
from generator.comparison.asking import choose_sections
from generator.config import BuildConfig
from generator.engine.follow_up import find_end, follow
from generator.engine.foresight import foresee
from generator.engine.plan import Asking, Planned, plan_calls, source_of
from generator.engine.run import RunResult
from generator.errors import ExitCode, LoremillError, Misconfigured, Stopped
from generator.estimate import ENOUGH_REPLIES, Plan, estimate_calls
from generator.facts import Fact
from generator.names import nearest
from generator.pairs import Answer, read_answers
from generator.prompts import Template
from generator.records import Defect, Outcome, Page, Pair, Passage, Reply, Verdict
from generator.spending import price_of
from generator.store import Experience, Store
from generator.wikitext.selection import LEAD, select


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedPair:
    """A pair that came back, and what the checks say of it."""

    pair: Pair
    verdicts: tuple[Verdict, ...]

    @property
    def refusal(self) -> Verdict | None:
        """The verdict that keeps it out of a dataset; None where it would be kept."""
        return refusal(self.verdicts)


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedSection:
    """A passage and what came back about it."""

    passage: Passage
    asked: int
    """How many pairs were asked for."""
    outcome: Outcome
    pairs: tuple[TriedPair, ...]
    defects: tuple[Defect, ...]
    facts: tuple[Fact, ...] = ()
    """What a prompt file that lists facts has come to."""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A prompt file, tried."""

    page: Page
    template: Template
    sections: Sequence[TriedSection]
    cost: float | None
    """Of all replies to these sections, those included that were there before; None for unknown."""
    whole: Plan
    """The calls for the whole article with this prompt file, as they stand now."""
    run: RunResult = field(default_factory=RunResult)

    @property
    def exit_code(self) -> ExitCode:
        """0 where every section is done; see `ExitCode`."""
        if isinstance(self.run.stop.error, LoremillError):
            return self.run.stop.error.exit_code
        if self.run.stop.reason:
            return ExitCode.STOPPED
        is_done = all(section.outcome.status == "done" for section in self.sections)
        return ExitCode.OK if is_done else ExitCode.INCOMPLETE

    def as_dict(self) -> dict[str, Any]:
        """The trial for `--json`."""
        new = self.whole.new
        return {
            "article": self.page.title,
            "url": self.page.url,
            "revision_id": self.page.revision_id,
            "template": self.template.label,
            "model": self.whole.model,
            "endpoint": self.whole.endpoint,
            "sections": [_section_as_dict(section) for section in self.sections],
            "calls": {
                "planned": self.run.planned,
                "answered_before": self.run.already_answered,
                "answered_now": self.run.answered,
                "failed_now": dict(self.run.failed),
            },
            "cost_usd": self.cost,
            "whole_article": {
                "calls": len(self.whole.calls),
                "new_calls": len(new),
                "prompt_tokens": sum(call.prompt_tokens for call in new),
                "completion_tokens": sum(call.completion_tokens for call in new),
                "cost_usd": self.whole.cost,
            },
            "stopped": self.run.stop.reason,
            "exit_code": int(self.exit_code),
        }


def _section_as_dict(section: TriedSection) -> dict[str, Any]:
    passage, outcome = section.passage, section.outcome
    return {
        "section": list(passage.section),
        "part": passage.part,
        "parts": passage.parts,
        "passage": passage.text,
        "asked": section.asked,
        "status": outcome.status,
        "reason": outcome.reason,
        "call": outcome.call,
        "pairs": [
            {
                "prompt": one.pair.prompt,
                "completion": one.pair.completion,
                "keep": one.refusal is None,
                "reason": "" if one.refusal is None else one.refusal.reason,
                "repairs": list(one.pair.repairs),
                "verdicts": [
                    {"check": verdict.check, "keep": verdict.keep, "reason": verdict.reason}
                    for verdict in one.verdicts
                ],
            }
            for one in section.pairs
        ],
        "defects": [asdict(defect) for defect in section.defects],
        "facts": [asdict(fact) for fact in section.facts],
    }


# Choosing -----------------------------------------------------------------------------------------


def choose_passages(prepared: Prepared, wanted: int | str) -> list[Passage]:
    """The passages to try on: of so many sections spread over the article, or below a heading.

    Chooses as `compare` does, so that one finds the other's replies stored.

    Raises:
        Misconfigured: there is no such heading, or nothing to ask about.
    """
    if not prepared.passages:
        raise Misconfigured(f"{prepared.page.title!r} holds no prose to ask about")
    if isinstance(wanted, str):
        return _below(prepared, wanted)
    return [
        passage for section in choose_sections([prepared], wanted) for passage in section.passages
    ]


def _below(prepared: Prepared, heading: str) -> list[Passage]:
    pattern = LEAD if heading.strip().casefold() == "introduction" else heading.replace(" > ", "/")
    try:
        meant = select((pattern, f"**/{pattern}/**"), ())
    except ValueError as error:
        raise Misconfigured(f"--sections {error}") from error
    found = [
        passage
        for passage in prepared.passages
        if heading in _headings(passage) or meant.choose([passage])
    ]
    if not found:
        known = {name for passage in prepared.passages for name in _headings(passage)}
        raise Misconfigured(
            f"no section {heading!r} in {prepared.page.title!r}{nearest(heading, sorted(known))}; "
            "`loremill outline` shows them"
        )
    return found


def _headings(passage: Passage) -> tuple[str, ...]:
    return tuple(name for path in (passage.section, *passage.joined) for name in path)


# Asking and reading -------------------------------------------------------------------------------


def plan_trial(prepared: Prepared, passages: Iterable[Passage], asking: Asking) -> list[Planned]:
    """The calls about some passages: the very ones that a build of the article would make.

    But for shares: what a build asks about some sections alone is tried on all that are chosen.
    """
    return list(plan_calls(passages, everywhere(asking), source=source_of(prepared.page)))


def check_reach(planned: Iterable[Planned], template: Template) -> None:
    """Find out before anything is paid for that the calls lead to a prompt file.

    Raises:
        Misconfigured: they do not, as no passage is long enough for it.
    """
    if not any(
        one.template.label == template.label
        for first in planned
        for one in chain([first], foresee(first))
    ):
        raise Misconfigured(
            f"{template.name!r} asks nothing about the sections chosen: its recipe wants longer ones, "
            "or more of them; give other --sections"
        )


def estimate_plan(planned: Iterable[Planned], config: BuildConfig, store: Store) -> Plan:
    """What calls will take, estimated from the replies to the prompt file that there are."""
    experience = {
        label: _believed(known) for label, known in store.experience(config.model).items()
    }
    return Plan(
        calls=list(estimate_calls(planned, store, experience)),
        missing=(),
        model=config.model,
        endpoint=config.endpoint,
        folder=config.folder,
        price=price_of(config),
    )


def _believed(known: Experience) -> Experience:
    """A few replies are enough here: they are about the very article that is estimated."""
    return known._replace(replies=max(known.replies, ENOUGH_REPLIES))


def read_trial(
    prepared: Prepared,
    planned: Sequence[Planned],
    template: Template,
    asking: Asking,
    store: Store,
    *,
    config: BuildConfig,
    run: RunResult,
) -> Trial:
    """What the stored replies come to, read and checked as a build would, and what is left to ask.

    Args:
        prepared: the article.
        planned: the calls about the chosen passages.
        template: the prompt file that is tried; of steps before it only the cost is told.
        asking: the steps that lead to it.
        store: has the replies.
        config: of the trial.
        run: how the asking went.

    Raises:
        LoremillError: there is no reply at all, and the run said why.
    """
    checker = Checker()
    found = [list(follow(one, lambda call: find_end(store, call))) for one in planned]
    replies = {
        link.end.call: link.end for links in found for link in links if isinstance(link.end, Reply)
    }
    if run.stop.is_set and not replies:
        raise run.stop.error or Stopped(f"{run.stop.reason} before anything was answered")
    whole = list(plan_calls(prepared.passages, asking, source=source_of(prepared.page)))
    return Trial(
        page=prepared.page,
        template=template,
        sections=[
            _read_section(one, answer, prepared, checker)
            for one, links in zip(planned, found, strict=True)
            for answer in read_answers(one, prepared.page, links, split="train")
            if answer.outcome.template == template.label
        ],
        cost=_cost(replies.values(), price_of(config)),
        whole=estimate_plan(whole, config, store),
        run=run,
    )


def _read_section(
    planned: Planned, answer: Answer, prepared: Prepared, checker: Checker
) -> TriedSection:
    return TriedSection(
        passage=planned.passage,
        asked=sum(link.planned.pairs for link in answer.links if link.planned.is_first),
        outcome=answer.outcome,
        pairs=tuple(
            TriedPair(
                pair=pair,
                verdicts=checker.judge(pair, checked_against(pair, planned.text, prepared.article)),
            )
            for pair in answer.pairs
        ),
        defects=answer.defects,
        facts=tuple(listed.fact for listed in answer.facts),
    )


def _cost(replies: Iterable[Reply], price: Callable[[Reply], Price | None]) -> float | None:
    prices = [price(reply) for reply in replies]
    known = [one.amount for one in prices if one is not None]
    return sum(known) if len(known) == len(prices) else None
