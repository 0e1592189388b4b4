"""Making a dataset of articles."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from generator.api.dataset import Dataset
from generator.api.gathering import gather, not_found
from generator.api.jobs import job, judges_of, untested_looks
from generator.api.running import Observer, OpenRun, ignore, open_run
from generator.articles import Gathering
from generator.asking import asking_of, unused_prompts
from generator.assemble import Material, assemble, calls_that_mend, calls_to_judges, check_folder
from generator.batches import BatchBuild
from generator.chat.openai_chat import OpenAIChat
from generator.config import BuildConfig
from generator.engine.events import Note, Writing
from generator.engine.plan import Asking, Planned
from generator.engine.run import RunResult
from generator.engine.stop import Stop
from generator.errors import Stopped
from generator.reviewing.judges import judge_config, standings
from generator.reviewing.looking import Looks
from generator.spending import price_of
from generator.telling.progress import Progress
from generator.versions import remember_plan


def build(titles: str | Iterable[str] = (), **options: Any) -> Dataset:
    """Make a dataset of articles; see `build_async`. Not to be called inside a running event loop."""
    return asyncio.run(build_async(titles, **options))


async def build_async(
    titles: str | Iterable[str] = (),
    *,
    observe: Observer = ignore,
    progress: Progress | None = None,
    stop: Stop | None = None,
    environ: Mapping[str, str] | None = None,
    **options: Any,
) -> Dataset:
    """Make a dataset of articles: fetch, clean, ask, read, check, split, write.

    Whatever was fetched or answered before in the workspace is not asked for again, so calling it
    again after an interruption goes on where it stopped.

    Args:
        titles: titles of articles; none where other options or a job file say what to build.
        observe: is told what happens, from more than one thread.
        progress: sums up the run, for whoever wants to look at it meanwhile; see `progress_of`.
        stop: ends the run from outside, keeping what is paid for.
        environ: environment variables, `os.environ` where not given.
        **options: fields of `BuildConfig`: model, base_url, site, lang, files, categories, sections,
            prompts, workspace, name, rpm, tpm, concurrency, budget, until, seed, format, …; and
            `job`, the path of a job file, which the other options override.

    Raises:
        Misconfigured: an option that cannot be.
        SourceError: no article can be had.
        ProviderRefuses: no call was answered, and none will be.
        Stopped: ended before there was anything to write.
    """
    config = job(titles, environ=environ, **options)
    asking, looks = asking_of(config), untested_looks(config)
    templates = [
        *asking.templates, *looks.templates, *(one.template for one in looks.inspectors),
    ]  # fmt: skip
    async with open_run(
        config, templates, also=judges_of(config),
        observe=observe, progress=progress, stop=stop, check=partial(check_folder, config),
    ) as run:  # fmt: skip
        for sentence in unused_prompts(config, asking):
            run.observe(Note(text=sentence))
        return await _build(config, asking, looks, run)


async def _build(config: BuildConfig, asking: Asking, looks: Looks, run: OpenRun) -> Dataset:
    looks = await asyncio.to_thread(_with_trust, looks, config, run)
    gathering = gather(
        config, run.store, run.observe, run.stop, remember=partial(remember_plan, run.store)
    )
    result = await _ask_first(config, asking, gathering, run)
    _raise_if_nothing_came(gathering, result)
    material = Material(
        config=config,
        store=run.store,
        asking=asking,
        pages=gathering.found,
        price=price_of(config),
        looks=looks,
        judge_price=price_of((judges_of(config) or [config])[0]),
    )
    if looks.mends:
        result += await run.ask(config, calls_that_mend(material))
    if looks.inspectors:
        result += await run.ask(judge_config(config), calls_to_judges(material))
    run.observe(Writing())
    manifest = await asyncio.to_thread(assemble, material)
    dataset = Dataset(
        folder=config.folder,
        manifest=manifest,
        missing=gathering.missing,
        duplicates=gathering.duplicates,
        unselected=gathering.unselected,
        not_reached=gathering.not_reached,
        gone=gathering.gone,
        log=run.log,
        run=result,
    )
    run.end(
        dataset.exit_code,
        str(result.stop.error or result.stop.reason or gathering.gone or ""),
        answered=result.answered,
        failed=result.failed.total(),
        pairs=manifest["pairs"]["kept"],
        cost_usd=manifest["cost_usd"],
    )
    return dataset


def _with_trust(looks: Looks, config: BuildConfig, run: OpenRun) -> Looks:
    """The same, with what the workspace knows of the judge; says so where it is not to be trusted."""
    found = standings(config, run.store)
    for one in found:
        if not one.inspector.trusted:
            run.observe(Note(text=(
                f"{one.inspector.name} {one.inspector.model!r} is not trusted: {one.why}. Its "
                "verdicts only mark pairs; `loremill judge test` finds out, --trust-judge overrides"
            )))  # fmt: skip
    return replace(looks, inspectors=[one.inspector for one in found])


async def _ask_first(
    config: BuildConfig, asking: Asking, gathering: Gathering, run: OpenRun
) -> RunResult:
    """Ask about the articles as they are found, by batch where that is wanted."""
    async with run.open_model(config) as model:
        runner = run.runner(config, model)
        batches = None
        if isinstance(model, OpenAIChat):
            batches = BatchBuild(
                config, model, run.store, asking, observe=run.observe, stop=run.stop,
                budget=run.budget, deadline=run.deadline,
            )  # fmt: skip
        try:
            calls: Iterator[Sequence[Planned]] = gathering.calls(asking)
            if batches is not None:
                calls = await batches.what_is_left(gathering)
            await runner.run(_article_by_article(calls))
        except Stopped:
            pass
        finally:
            await asyncio.to_thread(gathering.close)
        return runner.result if batches is None else batches.complete(runner.result)


def _article_by_article(articles: Iterable[Iterable[Planned]]) -> Iterator[Planned | None]:
    """The calls of all articles; None after each article, as the next one may have to be fetched."""
    for calls in articles:
        yield from calls
        yield None


def _raise_if_nothing_came(gathering: Gathering, result: RunResult) -> None:
    stop = result.stop
    has_replies = result.answered or result.already_answered or result.answered_elsewhere
    if gathering.found and (has_replies or not stop.is_set):
        return
    if stop.error is not None:
        raise stop.error
    if stop.is_set:
        raise Stopped(f"{stop.reason} before there was anything to write")
    raise not_found(gathering.missing)
