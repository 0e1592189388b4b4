"""From stored replies to a dataset folder: free, repeatable, and the same bytes every time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

from generator.abstentions import ABSTENTION, TOO_MANY, Bound
from generator.articles import PageKey, Prepared, prepare
from generator.chat.prices import Price
from generator.checks import Checker, refusal
from generator.config import BuildConfig
from generator.digests import digest
from generator.engine.follow_up import End, find_end, follow
from generator.engine.plan import Asking, Planned, plan_calls
from generator.exporters import ExportOptions
from generator.exporters.folder import DatasetWriter
from generator.exporters.info import Asked, DatasetInfo, FactRecord, PageRecord, TemplateRecord
from generator.heldout import HELD_OUT_SPLITS, Leaks, Placed, Told, choose_control, place
from generator.marks import Marks
from generator.metrics import ArticleCounts, Measuring
from generator.pairs import Answer, ListedFact, read_answers
from generator.records import Article, Json, Pair, Reply, Usage, Verdict
from generator.report.report import render_report
from generator.reviewing.looking import Looks, Read, look_again, plan_looking, plan_mends
from generator.reviewing.sums import LookedSums
from generator.splits import (
    SPLITS,
    Group,
    Sections,
    Shares,
    Split,
    are_filled,
    assign_splits,
    group_of_page,
    share_out,
)
from generator.store import Store
from generator.store.versions import Use


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What a dataset is made of: pages in the store, and how they were asked about."""

    config: BuildConfig
    store: Store
    asking: Asking
    pages: Mapping[PageKey, Sections]
    """In the order of the dataset's rows, with the number of sections that are asked about."""
    price: Callable[[Reply], Price | None]
    looks: Looks = field(default_factory=Looks)
    """What is done with the first pairs: mending, judging."""
    judge_price: Callable[[Reply], Price | None] = lambda reply: None
    """Of a judge's reply."""

    @property
    def holds_out(self) -> bool:
        """Whether facts are known, so that wordings of them can be held out."""
        return self.asking.steps.lists_facts


def assemble(material: Material) -> dict[str, Any]:
    """Write the dataset folder; returns its manifest.

    Makes no call. Every page is cleaned and planned once more, which gives the same calls, and each
    call's reply is looked up: nothing but the store is believed. Memory holds one article's text at
    a time, and of the others their names and what tells duplicates apart.
    """
    config = material.config
    place_of = _HeldOut(material) if material.holds_out else _BySection(material)
    bound = Bound(material.asking.steps)
    options = _export_options(config)
    bill = _Bill(material.price)
    uses = _Uses(material)
    sums = LookedSums(material.looks, material.judge_price)
    measuring = Measuring()
    pages: list[PageRecord] = []
    with DatasetWriter(
        config.folder, format=config.format, options=options,
        splits=place_of.splits, has_facts=material.holds_out,
    ) as writer:  # fmt: skip
        checker = Checker(config.check_names, opinions=material.looks.known_opinions)
        for prepared in _articles(material):
            pages.append(PageRecord.of(prepared.page))
            writer.article(pages[-1], prepared.article, prepared.passages)
            counts = ArticleCounts(
                prepared.passages, title=prepared.page.title, language=prepared.page.language
            )
            judged: list[_Judged] = []
            facts: dict[str, ListedFact] = {}
            first = list(_answers(material, prepared, bill))
            looked = look_again(
                prepared, _to_look_at(first, prepared), material.looks,
                lambda call: find_end(material.store, call),
            )  # fmt: skip
            sums.add(looked)
            mended = (
                _answered(one.mend.planned, one.answer, prepared, bill) for one in looked.mended
            )
            for answered in (*first, *mended):
                writer.outcome(answered.answer.outcome, answered.asked)
                counts.outcome(answered.answer.outcome, answered.asked.passage)
                uses.add(answered)
                judged += _judge(answered, prepared, checker, looked.verdicts)
                facts |= {fact.id: fact for fact in answered.answer.facts}
            for fact in facts.values():
                writer.fact(_fact_record(fact, pages[-1]))
                counts.fact(fact.section)
            judged = _without_lost_bases(_without_excess(judged, bound))
            for pair, verdicts in place_of(prepared, judged, facts):
                is_kept = False
                if refusal(verdicts):
                    writer.reject(pair, verdicts)
                elif is_kept := writer.keep(pair, verdicts):
                    uses.keep(pair)
                    sums.keep(pair)
                    place_of.kept(pair)
                counts.pair(pair, verdicts, is_kept=is_kept)
            for section in measuring.add(counts):
                writer.measure(pages[-1], section.row)
        manifest = writer.finish(
            replace(_info(material, pages, bill, place_of, sums), measures=measuring.told()),
            reporter=render_report if config.report else None,
        )
    uses.store()
    return manifest


def calls_that_mend(material: Material) -> Iterator[Planned | None]:
    """The calls that stored replies give reason to mend with; None after each article."""
    for prepared in _articles(material):
        mends = plan_mends(prepared, _first_look(material, prepared), material.looks)
        yield from (mend.planned for mend in mends)
        yield None


def calls_to_judges(material: Material) -> Iterator[Planned | None]:
    """The calls about pairs that the checks let pass; None after each article."""

    def find(call: str) -> End | None:
        return find_end(material.store, call)

    for prepared in _articles(material):
        yield from plan_looking(prepared, _first_look(material, prepared), material.looks, find)
        yield None


def _first_look(material: Material, prepared: Prepared) -> list[Read]:
    return _to_look_at(_answers(material, prepared, _Bill(lambda reply: None)), prepared)


def check_folder(config: BuildConfig) -> None:
    """Find out that the dataset cannot be written before anything is paid for.

    Raises:
        Misconfigured: the format's settings cannot be together.
        StoreError: the folder cannot be written, or another process is writing it.
    """
    with DatasetWriter(config.folder, format=config.format, options=_export_options(config)):
        pass


class _Judged(NamedTuple):
    pair: Pair
    verdicts: tuple[Verdict, ...]


def _to_look_at(answered: Iterable[_Answered], prepared: Prepared) -> list[Read]:
    return [
        Read(
            answer=one.answer, passage=one.asked.passage, text=one.text,
            against=partial(checked_against, text=one.text, article=prepared.article),
        )
        for one in answered
    ]  # fmt: skip


def checked_against(pair: Pair, text: str, article: Article) -> str:
    """What a pair is checked against: what an abstention says is not known stands nowhere in the article.

    Args:
        pair: to be checked.
        text: what it was made from.
        article: all of it.
    """
    return article.text if pair.kind == ABSTENTION else text


def _judge(
    answered: _Answered,
    prepared: Prepared,
    checker: Checker,
    more: Mapping[str, tuple[Verdict, ...]],
) -> Iterator[_Judged]:
    """The pairs of a step with what the checks say, and what more there is to be said."""
    for pair in answered.answer.pairs:
        verdicts = checker.judge(pair, checked_against(pair, answered.text, prepared.article))
        verdicts = (*verdicts, *more.get(pair.id, ()))
        own = answered.answer.verdicts.get(pair.id)
        yield _Judged(pair, verdicts if own is None else (*verdicts, own))


def _without_excess(judged: list[_Judged], bound: Bound) -> list[_Judged]:
    """Of the abstentions no more than the recipe allows; a model may write more than it is asked for."""
    beyond = bound.beyond([pair for pair, verdicts in judged if not refusal(verdicts)])
    return [
        _Judged(pair, (*verdicts, _refuse(pair, "share", TOO_MANY)))
        if pair.id in beyond
        else _Judged(pair, verdicts)
        for pair, verdicts in judged
    ]


def _without_lost_bases(judged: list[_Judged]) -> list[_Judged]:
    """A pair that words another anew goes with it where that one is refused."""
    lost = {pair.id for pair, verdicts in judged if refusal(verdicts)}
    return [
        _Judged(pair, (*verdicts, _refuse(pair, "wording", f"base_refused {pair.of}")))
        if pair.of in lost
        else _Judged(pair, verdicts)
        for pair, verdicts in judged
    ]


def _refuse(pair: Pair, check: str, reason: str) -> Verdict:
    return Verdict(pair=pair.id, check=check, keep=False, reason=reason)


def _fact_record(listed: ListedFact, page: PageRecord) -> FactRecord:
    fact = listed.fact
    return FactRecord(
        id=listed.id, fact=fact.statement, subject=fact.subject, quote=fact.quote, name=fact.name,
        article=page.title, section=listed.section, site=page.site, page_id=page.page_id,
        revision_id=page.revision_id, passage=listed.passage, call=listed.call,
    )  # fmt: skip


def _export_options(config: BuildConfig) -> ExportOptions:
    given: dict[str, Any] = {
        "system": config.system,
        "separator": config.separator,
        "stop": config.stop_sequence,
        "base_context": config.base_context,
    }
    return ExportOptions(**{name: value for name, value in given.items() if value is not None})


def _shares(config: BuildConfig) -> Shares:
    train, validation, test = config.shares
    return Shares(train=train, validation=validation, test=test)


def _splits(material: Material) -> Callable[[Prepared], Mapping[Group, Split]]:
    """Article by article, but for datasets that are so small that one split would stay empty.

    These, and those where two pages are one article, are gone through once more before.
    """
    shares, seed = _shares(material.config), material.config.seed
    sizes = material.pages.values()
    are_apart = len({size.article for size in sizes}) == len(sizes)
    if are_apart and are_filled(sizes, shares=shares, seed=seed):
        return lambda prepared: share_out(prepared.groups, shares=shares, seed=seed)
    groups = chain.from_iterable(prepared.groups for prepared in _articles(material))
    every = assign_splits(groups, shares=shares, seed=seed)
    return lambda prepared: every


class _BySection:
    """Splits by section into training, validation and test."""

    splits: Sequence[str] = SPLITS

    def __init__(self, material: Material) -> None:
        self._of = _splits(material)

    def __call__(
        self, prepared: Prepared, judged: list[_Judged], facts: Mapping[str, ListedFact]
    ) -> Iterator[_Judged]:
        """Give every pair its split."""
        splits = self._of(prepared)
        for pair, verdicts in judged:
            split = splits[group_of_page(prepared.page, pair.section)]
            yield _Judged(replace(pair, split=split), verdicts)

    def kept(self, pair: Pair) -> None:
        """Take note of a pair that is in the dataset; there is nothing to note."""

    @property
    def facts(self) -> Mapping[str, int]:
        """Nothing: none were listed."""
        return {}

    @property
    def leaks(self) -> Mapping[str, float | int]:
        """Nothing: no pair is held out that training could show."""
        return {}


class _HeldOut:
    """Splits into training, one wording of each fact, and sections left out; see `heldout`."""

    splits: Sequence[str] = HELD_OUT_SPLITS

    def __init__(self, material: Material) -> None:
        self._seed = material.config.seed
        self._listed = 0
        self._covered = Marks()
        self._leaks = Leaks()

    def __call__(
        self, prepared: Prepared, judged: list[_Judged], facts: Mapping[str, ListedFact]
    ) -> Iterator[_Judged]:
        """Give every pair its split, or the reason why it can have none."""
        self._listed += len(facts)
        words: Counter[Group] = Counter()
        for passage in prepared.passages:
            words[group_of_page(prepared.page, passage.section)] += passage.words
        control = choose_control(prepared.groups, seed=self._seed, words=words)
        told = [Told(one.id, one.section, one.fact.statement) for one in facts.values()]
        kept = [pair for pair, verdicts in judged if not refusal(verdicts)]
        placed = place(kept, told, control=control, seed=self._seed)
        for pair, verdicts in judged:
            yield _placed(pair, verdicts, placed)

    def kept(self, pair: Pair) -> None:
        """Take note of a pair that is in the dataset."""
        self._leaks.add(pair)
        for fact in pair.facts:
            self._covered.add(bytes.fromhex(fact))

    @property
    def facts(self) -> Mapping[str, int]:
        """How many were listed, and how many of them pairs are about."""
        return {"listed": self._listed, "with_pairs": len(self._covered)}

    @property
    def leaks(self) -> Mapping[str, float | int]:
        """What of the held-out pairs is in training."""
        return self._leaks.figures()


def _placed(pair: Pair, verdicts: tuple[Verdict, ...], placed: Placed) -> _Judged:
    reason = placed.refused.get(pair.id)
    if reason is not None:
        return _Judged(pair, (*verdicts, _refuse(pair, "split", reason)))
    return _Judged(replace(pair, split=placed.splits.get(pair.id, "")), verdicts)


def _articles(material: Material) -> Iterator[Prepared]:
    for key in material.pages:
        page = material.store.find_page(key)
        if page is not None:
            yield prepare(page, material.config)


class _Answered(NamedTuple):
    text: str
    """What the pairs were made from."""
    answer: Answer
    asked: Asked
    replies: int
    """To the calls of the step, but for those that were counted before."""


def _answers(material: Material, prepared: Prepared, bill: _Bill) -> Iterator[_Answered]:
    """What every step has come to on every passage."""
    for planned in plan_calls(prepared.passages, material.asking):
        links = list(follow(planned, lambda call: find_end(material.store, call)))
        open_calls = [link.planned.call.digest for link in links if link.end is None]
        in_batch = material.store.batches.holding(open_calls) if open_calls else ()
        for answer in read_answers(planned, prepared.page, links, in_batch=in_batch):
            yield _answered(planned, answer, prepared, bill)


def _answered(planned: Planned, answer: Answer, prepared: Prepared, bill: _Bill) -> _Answered:
    links = answer.links
    spent = bill.add([link.end for link in links if isinstance(link.end, Reply)], answer)
    asked = Asked(
        site=prepared.page.site,
        page_id=prepared.page.page_id,
        revision_id=prepared.page.revision_id,
        passage=planned.passage.id,
        followup_calls=tuple(link.planned.call.digest for link in links[1:]),
        prompt_tokens=spent.prompt_tokens,
        completion_tokens=spent.completion_tokens,
        cost_usd=spent.cost,
    )
    return _Answered(planned.text, answer, asked, spent.replies)


class _Uses:
    """Sums what has come of each prompt file."""

    def __init__(self, material: Material) -> None:
        self._versions = material.store.versions
        self._kept: Counter[str] = Counter()
        self._lists = {
            step.template.label for step in material.asking.steps.steps if step.gives == "facts"
        }
        self._sums = {
            template.label: Use(
                name=template.name,
                digest=template.digest,
                dataset=material.config.dataset_name,
                model=material.asking.model,
            )
            for template in (*material.asking.templates, *material.looks.templates)
        }

    def add(self, answered: _Answered) -> None:
        """Count the replies to a planned call and the pairs in them, or the facts."""
        answer, asked = answered.answer, answered.asked
        label = answer.outcome.template
        # A line that is no fact was read as one; of pairs only those count that could be read.
        listed = len(answer.facts) + len(answer.defects) if label in self._lists else 0
        self._kept[label] += len(answer.facts)
        had = self._sums[label]
        is_known = had.cost_usd is not None and asked.cost_usd is not None
        self._sums[label] = replace(
            had,
            calls=had.calls + answered.replies,
            read=had.read + len(answer.pairs) + listed,
            prompt_tokens=had.prompt_tokens + asked.prompt_tokens,
            completion_tokens=had.completion_tokens + asked.completion_tokens,
            cost_usd=(had.cost_usd or 0.0) + (asked.cost_usd or 0.0) if is_known else None,
        )

    def keep(self, pair: Pair) -> None:
        """Count a pair that is in the dataset."""
        self._kept[pair.template] += 1

    def store(self) -> None:
        """Remember the sums in the workspace, now that the dataset is written."""
        for label, use in self._sums.items():
            self._versions.put_use(replace(use, kept=self._kept[label]))


class _Spent(NamedTuple):
    replies: int
    prompt_tokens: int
    completion_tokens: int
    cost: float | None
    """None where a price is unknown."""


class _Bill:
    """Sums what the replies of a dataset used and cost, and what could not be read in them."""

    def __init__(self, price: Callable[[Reply], Price | None]) -> None:
        self._price = price
        self._totals: Counter[str] = Counter()
        self._is_estimate = False
        self._billed = Marks()
        self.cost: float | None = 0.0
        self.defects: Counter[str] = Counter()
        self.repairs: Counter[str] = Counter()

    def add(self, replies: Iterable[Reply], answer: Answer) -> _Spent:
        """Count the replies to a planned call, once: two places in the plan may ask the same thing.

        Returns:
            What those that are counted here used and cost.
        """
        fresh = [reply for reply in replies if self._billed.add(bytes.fromhex(reply.call))]
        if fresh:
            self.defects.update(defect.reason for defect in answer.defects)
            self.repairs.update(repair for pair in answer.pairs for repair in pair.repairs)
        prices = [self._add(reply) for reply in fresh]
        known = [price for price in prices if price is not None]
        return _Spent(
            replies=len(fresh),
            prompt_tokens=sum(reply.usage.prompt_tokens for reply in fresh),
            completion_tokens=sum(reply.usage.completion_tokens for reply in fresh),
            cost=round(sum(known), 9) if len(known) == len(prices) else None,
        )

    def _add(self, reply: Reply) -> float | None:
        usage = reply.usage
        self._totals["prompt_tokens"] += usage.prompt_tokens
        self._totals["completion_tokens"] += usage.completion_tokens
        self._totals["cached_tokens"] += usage.cached_tokens
        self._totals["reasoning_tokens"] += usage.reasoning_tokens
        self._is_estimate |= usage.is_estimate
        price = self._price(reply)
        self.cost = None if price is None or self.cost is None else self.cost + price.amount
        return None if price is None else price.amount

    @property
    def usage(self) -> Usage:
        return Usage(**self._totals, is_estimate=self._is_estimate)


def _info(
    material: Material,
    pages: list[PageRecord],
    bill: _Bill,
    place_of: _BySection | _HeldOut,
    sums: LookedSums,
) -> DatasetInfo:
    config, asking = material.config, material.asking
    return DatasetInfo(
        name=config.dataset_name,
        model=asking.model,
        is_extractive=config.is_extractive,
        pages=tuple(pages),
        templates=tuple(
            TemplateRecord(
                template=template.label,
                kind=template.kind,
                text_digest=digest([template.system, template.user]),
                source=material.store.versions.text(template.name, template.digest) or "",
            )
            for template in (
                *asking.templates,
                *material.looks.templates,
                *(one.template for one in material.looks.inspectors),
            )
        ),
        endpoint=config.endpoint,
        usage=bill.usage,
        defects=bill.defects,
        repairs=bill.repairs,
        cost_usd=None if bill.cost is None else round(bill.cost, 6),
        seed=config.seed,
        shares=_shares(config),
        splits=tuple(place_of.splits),
        recipe=asking.steps.name,
        facts=place_of.facts,
        leaks=place_of.leaks,
        mending=sums.mending(),
        judging=sums.judging(),
        settings=_settings(material),
        sampling={template.name: dict(template.parameters) for template in asking.templates},
        left_out=_left_out(material),
    )


def _settings(material: Material) -> dict[str, Json]:
    """What shaped the dataset; shares of splits that there are not have shaped nothing."""
    settings = material.config.settings
    return {**settings, "split": None} if material.holds_out else settings


def _left_out(material: Material) -> tuple[str, ...]:
    asking = material.asking
    wanted = set(asking.overrides).union(*(one.parameters for one in asking.templates))
    unwanted = material.store.unwanted.of(material.config.endpoint, asking.model)
    return tuple(name for name in unwanted if name in wanted)
