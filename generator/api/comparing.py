"""Comparing two datasets, prompt files or models."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from generator.api.gathering import gather, not_found
from generator.api.running import Observer, ignore, open_run
from generator.articles import prepare
from generator.comparison.asking import Chosen, choose_sections
from generator.comparison.compared import Comparison, compare_sides
from generator.comparison.contest import (
    SECTIONS,
    Contest,
    estimate_contest,
    plan_by_turns,
    read_contestant,
    set_up,
)
from generator.comparison.from_dataset import read_dataset
from generator.engine.stop import Stop
from generator.errors import LoremillError, Misconfigured, Stopped
from generator.estimate import Estimate
from generator.store import Store, open_store
from generator.telling.progress import Progress


def compare(a: str, b: str, **options: Any) -> Comparison:
    """Compare two datasets, prompt files or models; see `compare_async`. Not inside a running event loop."""
    return asyncio.run(compare_async(contest(a, b, **options)))


def contest(
    a: str,
    b: str,
    *,
    sections: int | str | None = SECTIONS,
    environ: Mapping[str, str] | None = None,
    **options: Any,
) -> Contest:
    """Find two things that are to be compared; nothing is fetched or asked.

    Args:
        a: `dataset:NAME`, `template:NAME`, `template:NAME@DIGEST`, `template:FILE.md` or
            `model:NAME`; a dataset or prompt file without the first word, where that is clear.
        b: another of the same kind.
        sections: on how many sections prompt files and models are tried at most; None for all; or a
            pattern of headings.
        environ: environment variables, `os.environ` where not given.
        **options: fields of `BuildConfig`; articles are needed but for datasets: `titles`, `files`.

    Raises:
        Misconfigured: an operand or an option that cannot be.
    """
    return set_up(a, b, options, os.environ if environ is None else environ, sections=sections)


def estimate_of(contest: Contest) -> Estimate:
    """What the calls of a comparison will take. Fetches and keeps pages, calls no model.

    Raises:
        SourceError: no article can be had.
    """
    with open_store(contest.config.workspace) as store:
        return estimate_contest(contest, _choose(contest, store, ignore, Stop()), store)


async def compare_async(
    contest: Contest,
    *,
    observe: Observer = ignore,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> Comparison:
    """Compare two sides section by section. Datasets are read; prompt files and models are asked.

    Calls go the way of every call: stored replies are used, new ones are stored and count for later
    builds, within the same limits and bounds.

    Args:
        contest: what `contest` has found.
        observe: is told what happens, from more than one thread.
        progress: sums up the calls; see `progress_of`.
        stop: ends the asking from outside, keeping what is paid for.

    Raises:
        Misconfigured: the two have no section in common.
        SourceError: no article can be had.
        ProviderRefuses, Stopped: no section was answered on both sides.
    """
    if contest.is_asked:
        return await _ask_and_compare(contest, observe, progress, stop)
    return await asyncio.to_thread(_compare_datasets, contest)


def _compare_datasets(contest: Contest) -> Comparison:
    sides = (
        read_dataset(one.folder, label=one.label)
        for one in (contest.a, contest.b)
        if one.folder is not None
    )
    return compare_sides(*sides)


async def _ask_and_compare(
    contest: Contest, observe: Observer, progress: Progress | None, stop: Stop | None
) -> Comparison:
    templates = [*contest.a.asking.templates, *contest.b.asking.templates]
    async with open_run(
        contest.config, templates, also=[contest.b.config],
        observe=observe, progress=progress, stop=stop,
    ) as run:  # fmt: skip
        chosen = await asyncio.to_thread(_choose, contest, run.store, run.observe, run.stop)
        results = [await run.ask(job[0].config, plan_by_turns(job, chosen)) for job in contest.jobs]
        answered = sum(result.answered for result in results)
        found = await asyncio.to_thread(_compare_stored, contest, chosen, run.store, run.stop)
        found = replace(found, stopped=run.stop.reason, asked=answered)
        run.end(found.exit_code, run.stop.reason, answered=answered)
        return found


def _compare_stored(
    contest: Contest, chosen: Sequence[Chosen], store: Store, stop: Stop
) -> Comparison:
    sides = (read_contestant(one, chosen, store) for one in (contest.a, contest.b))
    try:
        return compare_sides(*sides)
    except LoremillError:
        if stop.error is not None:
            raise stop.error from None
        if stop.is_set:
            raise Stopped(f"{stop.reason} before any section was answered on both sides") from None
        raise


def _choose(contest: Contest, store: Store, observe: Observer, stop: Stop) -> list[Chosen]:
    config = contest.config
    with gather(config, store, observe, stop) as gathering:
        pages = {page.key: page for page in gathering.pages()}
        chosen = choose_sections(
            (prepare(page, config) for page in pages.values()), contest.sections
        )
        if not chosen and pages:
            titles = ", ".join(repr(page.title) for page in pages.values())
            raise Misconfigured(
                f"{titles}: no section to ask about; `loremill outline` shows what there is"
            )
        if not chosen:
            raise not_found(gathering.missing)
        return chosen
