"""Testing a judge on pairs whose faults are known."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from generator.api.running import Observer, ignore, open_run, progress_of
from generator.config import resolve
from generator.engine.stop import Stop
from generator.errors import Stopped
from generator.reviewing.judges import ExamResult, mark_exam, remember, set_up_exams
from generator.telling.progress import Progress


def examine_judge(model: str, **options: Any) -> list[ExamResult]:
    """Test a judge on labelled pairs; see `examine_judge_async`. Not inside a running event loop."""
    return asyncio.run(examine_judge_async(model, **options))


async def examine_judge_async(
    model: str,
    *,
    pairs: Path | None = None,
    round_trip: bool = False,
    observe: Observer = ignore,
    progress: Progress | None = None,
    stop: Stop | None = None,
    environ: Mapping[str, str] | None = None,
    **options: Any,
) -> list[ExamResult]:
    """Let a model judge pairs whose faults are known, and remember in the workspace how it did.

    Its calls go the way of every call: stored, within limits and bounds, and not paid for twice.

    Args:
        model: the judge.
        pairs: labelled pairs in JSON Lines; those that come with Loremill where None.
        round_trip: test the round trip as well, a second result.
        observe: is told what happens, from more than one thread.
        progress: sums up the calls; see `progress_of`.
        stop: ends the asking from outside, keeping what is paid for.
        environ: environment variables, `os.environ` where not given.
        **options: fields of `BuildConfig`: base_url, workspace, prompts, price_in, price_out, ….

    Raises:
        Misconfigured: an option, a prompt file or a labelled pair that cannot be.
        ProviderRefuses, Stopped: nothing was answered.
    """
    config = resolve(
        {"name": "judge-test", **options, "model": model},
        os.environ if environ is None else environ,
    )
    exams = set_up_exams(model, pairs=pairs, round_trip=round_trip, prompts=config.prompts)
    templates = [exam.inspector.template for exam in exams]
    async with open_run(config, templates, observe=observe, progress=progress, stop=stop) as run:
        result = await run.ask(config, [one.planned for exam in exams for one in exam.calls])
        results = [
            await asyncio.to_thread(mark_exam, one, run.store, config, result) for one in exams
        ]
        if run.stop.is_set and not any(one.answered for one in results):
            raise run.stop.error or Stopped(f"{run.stop.reason} before anything was answered")
        for one in results:
            await asyncio.to_thread(remember, one, run.store)
        run.end(max(one.exit_code for one in results), run.stop.reason, answered=result.answered)
        return results


def progress_of_judge(
    model: str, *, environ: Mapping[str, str] | None = None, **options: Any
) -> Progress:
    """Sums over the events of `examine_judge_async` with the same arguments."""
    own = {name: value for name, value in options.items() if name not in ("pairs", "round_trip")}
    config = resolve({**own, "model": model}, os.environ if environ is None else environ)
    return progress_of(config, asks_for_pairs=False)
