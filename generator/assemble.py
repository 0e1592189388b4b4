"""From stored replies to a dataset folder: free, repeatable, and the same bytes every time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, NamedTuple

from generator.articles import PageKey, Prepared, prepare
from generator.chat.prices import Price
from generator.checks import Checker, refusal
from generator.config import BuildConfig
from generator.digests import digest
from generator.engine.follow_up import OVERFLOW, End, follow
from generator.engine.plan import Asking, Planned, plan_calls
from generator.exporters import ExportOptions
from generator.exporters.folder import DatasetWriter
from generator.exporters.info import Asked, DatasetInfo, PageRecord, TemplateRecord
from generator.marks import Marks
from generator.pairs import Answer, read_answer
from generator.records import Pair, Reply, Usage
from generator.report.report import render_report
from generator.splits import (
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


def assemble(material: Material) -> dict[str, Any]:
    """Write the dataset folder; returns its manifest.

    Makes no call. Every page is cleaned and planned once more, which gives the same calls, and each
    call's reply is looked up: nothing but the store is believed. Memory holds one article's text at
    a time, and of the others their names and what tells duplicates apart.
    """
    config = material.config
    splits_of = _splits(material)
    options = _export_options(config)
    bill = _Bill(material.price)
    uses = _Uses(material)
    pages: list[PageRecord] = []
    with DatasetWriter(config.folder, format=config.format, options=options) as writer:
        checker = Checker(config.check_names)
        for prepared in _articles(material):
            pages.append(PageRecord.of(prepared.page))
            writer.article(pages[-1], prepared.article, prepared.passages)
            for answered in _answers(material, prepared, splits_of(prepared), bill):
                planned, answer, asked, _ = answered
                writer.outcome(answer.outcome, asked)
                uses.add(answered)
                for pair in answer.pairs:
                    verdicts = checker.judge(pair, planned.passage.text)
                    if refusal(verdicts):
                        writer.reject(pair, verdicts)
                    elif writer.keep(pair):
                        uses.keep(pair)
        manifest = writer.finish(
            _info(material, pages, bill), reporter=render_report if config.report else None
        )
    uses.store()
    return manifest


def check_folder(config: BuildConfig) -> None:
    """Find out that the dataset cannot be written before anything is paid for.

    Raises:
        Misconfigured: the format's settings cannot be together.
        StoreError: the folder cannot be written, or another process is writing it.
    """
    with DatasetWriter(config.folder, format=config.format, options=_export_options(config)):
        pass


def _export_options(config: BuildConfig) -> ExportOptions:
    given = {
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


def _articles(material: Material) -> Iterator[Prepared]:
    for key in material.pages:
        page = material.store.find_page(key)
        if page is not None:
            yield prepare(page, material.config)


class _Answered(NamedTuple):
    planned: Planned
    answer: Answer
    asked: Asked
    replies: int
    """To the call and to those that it led to, but for those that were counted before."""


def _answers(
    material: Material, prepared: Prepared, splits: Mapping[Group, Split], bill: _Bill
) -> Iterator[_Answered]:
    for planned in plan_calls(prepared.passages, material.asking):
        links = list(follow(planned, lambda call: find_end(material.store, call)))
        split = splits[group_of_page(prepared.page, planned.passage.section)]
        open_calls = [link.planned.call.digest for link in links if link.end is None]
        in_batch = material.store.batches.holding(open_calls) if open_calls else ()
        answer = read_answer(planned, prepared.page, links, split=split, in_batch=in_batch)
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
        yield _Answered(planned, answer, asked, spent.replies)


def find_end(store: Store, call: str) -> End | None:
    """How a call has ended: its reply, else its last failure; None for one that is still open."""
    reply = store.get_reply(call)
    # A call in a batch is being asked again, whatever came of it before.
    if reply is not None or store.batches.holds(call):
        return reply
    failure = store.last_failure(call)
    if failure is not None and store.failed_for(OVERFLOW, [call]):
        # A run takes it for the end, whatever became of the same call elsewhere afterwards.
        return replace(failure, reason=OVERFLOW)
    return failure


class _Uses:
    """Sums what has come of each prompt file."""

    def __init__(self, material: Material) -> None:
        self._versions = material.store.versions
        self._kept: Counter[str] = Counter()
        self._sums = {
            template.label: Use(
                name=template.name,
                digest=template.digest,
                dataset=material.config.dataset_name,
                model=material.asking.model,
            )
            for template in material.asking.templates
        }

    def add(self, answered: _Answered) -> None:
        """Count the replies to a planned call and the pairs in them."""
        label, asked = answered.planned.template.label, answered.asked
        had = self._sums[label]
        is_known = had.cost_usd is not None and asked.cost_usd is not None
        self._sums[label] = replace(
            had,
            calls=had.calls + answered.replies,
            read=had.read + len(answered.answer.pairs),
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


def _info(material: Material, pages: list[PageRecord], bill: _Bill) -> DatasetInfo:
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
            for template in asking.templates
        ),
        endpoint=config.endpoint,
        usage=bill.usage,
        defects=bill.defects,
        repairs=bill.repairs,
        cost_usd=None if bill.cost is None else round(bill.cost, 6),
        seed=config.seed,
        shares=_shares(config),
        settings=config.settings,
        sampling={template.name: dict(template.parameters) for template in asking.templates},
        left_out=_left_out(material),
    )


def _left_out(material: Material) -> tuple[str, ...]:
    asking = material.asking
    wanted = set(asking.overrides).union(*(one.parameters for one in asking.templates))
    unwanted = material.store.unwanted.of(material.config.endpoint, asking.model)
    return tuple(name for name in unwanted if name in wanted)
