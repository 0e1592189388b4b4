"""Evaluating a tuned model beside its base, on the questions of a dataset."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from generator.api.running import Observer, OpenRun, ignore, open_run, progress_of
from generator.api.tuned import find_tuned
from generator.engine.run import RunResult
from generator.engine.stop import Stop
from generator.errors import Stopped
from generator.evaluation.evaluate import (
    Evaluation,
    plan_judging,
    put_together,
    read_answers,
    read_verdicts,
    standing_of,
)
from generator.evaluation.records import SideName
from generator.evaluation.results import check_out, write_results
from generator.evaluation.survey import Forecasts, Options, Survey, foresee, set_up
from generator.store import open_store
from generator.telling.progress import Progress


def survey(
    dataset: Path | str,
    *,
    base: str | None = None,
    tuned: str | None = None,
    base_options: Mapping[str, Any] | None = None,
    tuned_options: Mapping[str, Any] | None = None,
    settings: Options | None = None,
    out: Path | None = None,
    environ: Mapping[str, str] | None = None,
    **options: Any,
) -> Survey:
    """Choose the questions of a dataset, and find out how two models are asked; nothing is asked yet.

    Args:
        dataset: its name in the workspace, or its folder.
        base: a model as it was before tuning; None to evaluate the tuned one alone.
        tuned: the tuned model, or the job that made it; None to evaluate the base alone.
        base_options: `base_url`, `price_in`, `price_out` of the base, over those for all.
        tuned_options: the same for the tuned model.
        settings: which questions are asked, and how.
        out: folder of the results; `evaluation` in the dataset's where None.
        environ: environment variables, `os.environ` where not given.
        **options: fields of `BuildConfig` for all models: workspace, base_url, judge, budget, max_calls,
            until, ….

    Raises:
        Misconfigured: no dataset, no model, nothing to ask, or an option that cannot be.
    """
    environ = os.environ if environ is None else environ
    own: dict[SideName, dict[str, Any]] = {
        "base": dict(base_options or {}), "tuned": dict(tuned_options or {}),
    }  # fmt: skip
    names: dict[SideName, str | None] = {"base": base, "tuned": tuned}
    for side, name in names.items():
        if name:
            found = find_tuned(name, {**options, **own[side]}, environ)
            names[side] = found.model
            if found.base_url and not (options.get("base_url") or environ.get("OPENAI_BASE_URL")):
                own[side].setdefault("base_url", found.base_url)
    return set_up(
        dataset, names=names, own=own, common=options, options=settings or Options(),
        environ=environ, out=out,
    )  # fmt: skip


def forecast(survey: Survey) -> Forecasts:
    """How many calls an evaluation will make to each model, and what they cost. Calls no model."""
    with open_store(survey.config.workspace) as store:
        return foresee(survey, store)


def evaluate(dataset: Path | str, **options: Any) -> Evaluation:
    """Evaluate models on a dataset; see `survey` and `evaluate_async`. Not inside a running event loop."""
    return asyncio.run(evaluate_async(survey(dataset, **options)))


async def evaluate_async(
    survey: Survey,
    *,
    observe: Observer = ignore,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> Evaluation:
    """Ask all models all questions, grade the answers, and write the results.

    Calls go the way of every call: stored, within one budget for all models, and not paid for twice.

    Args:
        survey: what `survey` has found.
        observe: is told what happens, from more than one thread.
        progress: sums up the calls; see `progress_of_evaluation`.
        stop: ends the asking from outside, keeping what is paid for.

    Raises:
        ProviderRefuses, Stopped: nothing was answered.
        StoreError: the results cannot be written.
    """
    async with open_run(
        survey.config, survey.templates, also=survey.also,
        observe=observe, progress=progress, stop=stop, check=partial(check_out, survey.out),
    ) as run:  # fmt: skip
        result = RunResult(stop=run.stop)
        for model in survey.models:
            result += await run.ask(model.config, survey.calls(model))
        found = await _judge(survey, run, result)
        if run.stop.is_set and not any(answer.text is not None for answer in found.answers):
            raise run.stop.error or Stopped(f"{run.stop.reason} before anything was answered")
        await asyncio.to_thread(write_results, found)
        run.end(
            found.exit_code, found.stopped,
            answered=result.answered, failed=result.failed.total(), cost_usd=found.cost,
        )  # fmt: skip
        return found


def progress_of_evaluation(survey: Survey) -> Progress:
    """Sums over the events of `evaluate_async`, with the cost where all models have one price list."""
    return progress_of(survey.config, *survey.also, asks_for_pairs=False)


async def _judge(survey: Survey, run: OpenRun, result: RunResult) -> Evaluation:
    """The evaluation of what was answered, after a judge has looked at it where there is one."""
    answers = await asyncio.to_thread(read_answers, survey, run.store)
    judge = survey.judge
    if judge is None or survey.classes:
        return await asyncio.to_thread(put_together, survey, answers, run.store, result)
    inspector, why = await asyncio.to_thread(standing_of, survey, run.store)
    inspected = await asyncio.to_thread(plan_judging, answers, inspector)
    result += await run.ask(judge, [one.planned for one in inspected])
    answers = await asyncio.to_thread(
        read_verdicts, answers, inspected, run.store, is_trusted=inspector.trusted
    )
    return await asyncio.to_thread(
        put_together, survey, answers, run.store, result,
        inspector=inspector, why=why, inspected=inspected,
    )  # fmt: skip
