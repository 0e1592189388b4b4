"""Trying a prompt file on some sections."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from generator.api.gathering import prepare_first
from generator.api.jobs import job
from generator.api.running import Observer, ignore, open_run
from generator.asking import asking_with
from generator.config import BuildConfig
from generator.engine.plan import Asking
from generator.engine.stop import Stop
from generator.estimate import Plan
from generator.names import slug
from generator.prompts import Template, find_prompt, read_template
from generator.store import open_store
from generator.telling.progress import Progress
from generator.trial import (
    Trial,
    check_reach,
    choose_passages,
    estimate_plan,
    plan_trial,
    read_trial,
)

TRIED_SECTIONS = 3
"""That a prompt file is tried on: enough to see a habit of the model, and soon read."""


def try_prompt(prompt: Path | str, article: str | None = None, **options: Any) -> Trial:
    """Try a prompt file on some sections; see `try_prompt_async`. Not inside a running event loop."""
    return asyncio.run(try_prompt_async(prompt, article, **options))


async def try_prompt_async(
    prompt: Path | str,
    article: str | None = None,
    *,
    sections: int | str = TRIED_SECTIONS,
    observe: Observer = ignore,
    progress: Progress | None = None,
    stop: Stop | None = None,
    environ: Mapping[str, str] | None = None,
    **options: Any,
) -> Trial:
    """Ask about some sections with one prompt file, and show what came back and what all would take.

    The calls are those that a build of the article makes: replies that are stored are used, and new
    ones are there when the build comes.

    Args:
        prompt: path of a prompt file, or the name of one.
        article: title of an article; None where `files` name one on disk.
        sections: on how many, spread over the article; or a heading, or a pattern of headings.
        observe: is told what happens, from more than one thread.
        progress: sums up the calls; see `progress_of`.
        stop: ends the asking from outside, keeping what is paid for.
        environ: environment variables, `os.environ` where not given.
        **options: fields of `BuildConfig`.

    Raises:
        Misconfigured: a prompt file, an option or a heading that cannot be.
        SourceError: the article cannot be had.
        ProviderRefuses, Stopped: nothing was answered.
    """
    config, template, asking = _set_up(prompt, article, environ, options)
    async with open_run(
        config, asking.templates, observe=observe, progress=progress, stop=stop
    ) as run:
        prepared = await asyncio.to_thread(prepare_first, config, run.store, run.stop)
        planned = plan_trial(prepared, choose_passages(prepared, sections), asking)
        check_reach(planned, template)
        result = await run.ask(config, planned)
        trial = await asyncio.to_thread(
            read_trial, prepared, planned, template, asking, run.store, config=config, run=result
        )
        run.end(trial.exit_code, result.stop.reason, answered=result.answered)
        return trial


def plan_of_trial(
    prompt: Path | str,
    article: str | None = None,
    *,
    sections: int | str = TRIED_SECTIONS,
    environ: Mapping[str, str] | None = None,
    **options: Any,
) -> Plan:
    """The calls that `try_prompt` would make with the same arguments. Calls no model.

    Raises:
        Misconfigured: a prompt file, an option or a heading that cannot be.
        SourceError: the article cannot be had.
    """
    config, template, asking = _set_up(prompt, article, environ, options)
    with open_store(config.workspace) as store:
        prepared = prepare_first(config, store, Stop())
        planned = plan_trial(prepared, choose_passages(prepared, sections), asking)
        check_reach(planned, template)
        return estimate_plan(planned, config, store)


class _SetUp(NamedTuple):
    config: BuildConfig
    template: Template
    asking: Asking


def _set_up(
    prompt: Path | str,
    article: str | None,
    environ: Mapping[str, str] | None,
    options: Mapping[str, Any],
) -> _SetUp:
    template = read_template(find_prompt(str(prompt), options.get("prompts")))
    name = slug(f"try {template.name}")
    config = job(article or (), environ=environ, **{"name": name, **options})
    return _SetUp(config, template, asking_with(template, config))
