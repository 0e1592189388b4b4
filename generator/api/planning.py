"""What a build would do and take, without asking a model: its article, its calls, an estimate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from generator.api.gathering import gather, prepare_first
from generator.api.jobs import job, judges_of, untested_looks
from generator.api.running import Observer, ignore
from generator.articles import Gathering, Prepared
from generator.asking import asked_otherwise, asking_of, simple_asking_of, unused_prompts
from generator.assemble import Material, calls_that_mend, calls_to_judges
from generator.config import BuildConfig
from generator.engine.events import Note
from generator.engine.plan import Asking
from generator.engine.stop import Stop
from generator.estimate import (
    Estimate,
    Plan,
    PlannedCall,
    SecondCalls,
    estimate_calls,
    extrapolate,
)
from generator.reviewing.estimate import count_second, expect_second
from generator.spending import price_of
from generator.store import Store, open_store

LOOKED_AT = 50
"""Articles that an estimate looks at: one request to the wiki, and a second or two of cleaning. Articles
differ in length by about as much as their average, so of so many the average is right by some 14 %."""
LISTED = 10_000
"""Titles that an estimate lets the wiki list, to know how many there are: 20 requests, 7 s at most
wikis' pace. Beyond, it takes the wiki's own count."""


def outline(
    article: str | None = None, *, environ: Mapping[str, str] | None = None, **options: Any
) -> Prepared:
    """One article as it would be used: page, cleaned section tree, and the passages to be sent.

    Args:
        article: its title; None where `files` name one on disk.
        environ: environment variables, `os.environ` where not given.
        **options: fields of `BuildConfig`.

    Raises:
        PageNotFound: no such article.
        SourceError: the source cannot be reached.
    """
    config = job(article or (), environ=environ, **options)
    with open_store(config.workspace) as store:
        return prepare_first(config, store, Stop())


def plan(
    titles: str | Iterable[str] = (),
    *,
    observe: Observer = ignore,
    environ: Mapping[str, str] | None = None,
    **options: Any,
) -> Plan:
    """List the calls that `build` would make with the same options, and estimate what they cost.

    Fetches and keeps pages, calls no model.

    Raises:
        Misconfigured: an option that cannot be.
        SourceError: the source cannot be reached.
    """
    config = job(titles, environ=environ, **options)
    asking = asking_of(config)
    for sentence in unused_prompts(config, asking):
        observe(Note(text=sentence))
    with open_store(config.workspace) as store, gather(config, store, observe, Stop()) as gathering:
        return _plan(config, asking, store, gathering)


def estimate(
    titles: str | Iterable[str] = (),
    *,
    environ: Mapping[str, str] | None = None,
    **options: Any,
) -> Estimate:
    """What `build` would take with the same options: quick, however many titles there are.

    Looks at `LOOKED_AT` articles from all over the list and takes the others for the same on average.
    Fetches and keeps the pages of these, calls no model.

    Raises:
        Misconfigured: an option that cannot be.
        SourceError: the source cannot be reached.
    """
    config = job(titles, environ=environ, **options)
    asking = asking_of(config)
    with (
        open_store(config.workspace) as store,
        gather(config, store, ignore, Stop(), lists_first=LISTED, sample=LOOKED_AT) as gathering,
    ):
        plan = _plan(config, asking, store, gathering, articles=LOOKED_AT)
        looked_at = gathering.listed - gathering.not_reached
        return extrapolate(plan, listed=gathering.listed, looked_at=looked_at)


def _plan(
    config: BuildConfig,
    asking: Asking,
    store: Store,
    gathering: Gathering,
    *,
    articles: int | None = None,
) -> Plan:
    experience = store.experience(config.model)
    is_usual = config.has_usual_recipe and asking.steps.lists_facts
    simple = simple_asking_of(config) if is_usual else None
    calls: list[PlannedCall] = []
    simpler: list[PlannedCall] = []
    for planned in islice(gathering.calls(asking), articles):
        calls += estimate_calls(planned, store, experience)
        if simple is not None:
            simpler += estimate_calls(asked_otherwise(planned, simple), store, experience)
    plan = Plan(
        calls=calls,
        missing=gathering.missing,
        model=config.model,
        endpoint=config.endpoint,
        folder=config.folder,
        price=price_of(config),
        by_batch=config.batch,
        recipe=asking.steps.name,
    )
    is_begun = any(call.is_answered or call.is_in_batch for call in calls)
    return replace(
        plan,
        second=_second(plan, config, asking, store, gathering),
        simpler=plan.another(simple.steps.name, simpler) if simple and not is_begun else None,
    )


def _second(
    plan: Plan, config: BuildConfig, asking: Asking, store: Store, gathering: Gathering
) -> list[SecondCalls]:
    """What mending and judging will take: told from the pairs where they are there, else expected."""
    looks = untested_looks(config)
    price, judge_price = price_of(config), price_of((judges_of(config) or [config])[0])
    if plan.new:
        return expect_second(plan.calls, looks, price=price, judge_price=judge_price)
    material = Material(
        config=config, store=store, asking=asking, pages=gathering.found, price=price, looks=looks
    )
    return [
        one
        for calls, own in ((calls_that_mend, price), (calls_to_judges, judge_price))
        for one in count_second(
            calls(material), is_answered=lambda call: bool(store.answered([call])), price=own
        )
    ]
