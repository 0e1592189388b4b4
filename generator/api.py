"""The verbs of Loremill for Python users; the command line renders what these return."""

from __future__ import annotations

import asyncio
import json
import os
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from generator.articles import Gathering, Prepared, prepare
from generator.assemble import (
    Material,
    assemble,
    calls_that_mend,
    calls_to_judges,
    check_folder,
)
from generator.batches import (
    BatchBuild,
    Batches,
    cancel_batches,
    collect_batches,
    list_batches,
)
from generator.chat import CHAT_MODELS, ChatModel
from generator.chat.openai_chat import OpenAIChat
from generator.chat.prices import is_deprecated
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
from generator.config import BuildConfig, resolve
from generator.deriving import Derived, DeriveOptions, derive_dataset
from generator.engine.budget import Budget
from generator.engine.deadline import Deadline
from generator.engine.events import Event, Missing, Note, Writing
from generator.engine.limits import Limits
from generator.engine.plan import Asking, Planned
from generator.engine.run import Runner, RunResult
from generator.engine.shared import Shared
from generator.engine.stop import Stop
from generator.errors import ExitCode, LoremillError, Misconfigured, PageNotFound, Stopped
from generator.estimate import (
    Estimate,
    Plan,
    PlannedCall,
    SecondCalls,
    estimate_calls,
    extrapolate,
)
from generator.exporters import ExportOptions
from generator.exporters.export import Export, export_dataset
from generator.exporters.hub import check_push, push_folder
from generator.exporters.manifest import MANIFEST
from generator.importing.page import render_import_report
from generator.judges import (
    ExamResult,
    judge_config,
    mark_exam,
    remember,
    set_up_exams,
    standings,
)
from generator.judging import inspectors
from generator.names import slug
from generator.prompts import find_prompt, find_templates, read_template
from generator.recipes import load_recipe
from generator.records import Json
from generator.registry import load
from generator.report.dataset import remake_report
from generator.second_estimate import count_second, expect_second
from generator.second_look import Looks, looks_of
from generator.spending import budget_of, deadline_of, price_of
from generator.status import Status, look_at
from generator.store import Store, open_store
from generator.telling.attend import Attendant, attend
from generator.telling.progress import Progress
from generator.telling.pulse import Run, read_runs
from generator.telling.report import Report, report_on
from generator.trial import Trial, choose_passages, estimate_plan, plan_trial, read_trial
from generator.versions import keep_versions, remember_plan

__all__ = [
    "Batches", "Comparison", "Contest", "Dataset", "Derived", "Estimate", "Export", "Plan", "PlannedCall", "Progress", "Report", "Run", "Status",
    "Trial", "build", "build_async", "cancel_batches", "collect_batches", "compare", "compare_async",
    "contest", "derive", "estimate", "estimate_of", "examine_judge", "examine_judge_async", "export", "job", "list_batches", "make_report",
    "outline", "plan", "plan_of_trial", "price_of", "progress_of", "runs", "status", "try_prompt",
    "try_prompt_async",
]  # fmt: skip
Observer = Callable[[Event], None]
LOOKED_AT = 50
"""Articles that an estimate looks at: one request to the wiki, and a second or two of cleaning. Articles
differ in length by about as much as their average, so of so many the average is right by some 14 %."""
LISTED = 10_000
"""Titles that an estimate lets the wiki list, to know how many there are: 20 requests, 7 s at most
wikis' pace. Beyond, it takes the wiki's own count."""
TRIED_SECTIONS = 3
"""That a prompt file is tried on: enough to see a habit of the model, and soon read."""
TOLD_MISSING = 5
"""Titles that an error names where none can be had."""


def _nobody(event: Event) -> None:
    """Takes events and tells no one."""


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A dataset folder, and how the run that wrote it went."""

    folder: Path
    manifest: Mapping[str, Any]
    """What `manifest.json` holds."""
    missing: Sequence[Missing] = ()
    """Titles and files that could not be had."""
    duplicates: int = 0
    """Titles that led to an article that was there already."""
    unselected: int = 0
    """Articles of which no section was selected."""
    not_reached: int = 0
    """Titles and files that the run did not come to."""
    gone: LoremillError | None = None
    """Why the source was given up before all titles were asked for."""
    log: Path | None = None
    """The log of the run, in JSON lines."""
    run: RunResult = field(default_factory=RunResult)

    @property
    def stopped(self) -> str:
        """Why the run ended early, empty where it did not."""
        return self.run.stop.reason

    @property
    def exit_code(self) -> ExitCode:
        """0 where all that was planned is done; see `ExitCode`."""
        if isinstance(self.run.stop.error, LoremillError):
            return self.run.stop.error.exit_code
        if self.stopped:
            return ExitCode.STOPPED
        sections = self.manifest["sections"]
        is_done = sections["done"] == sections["planned"]
        is_whole = not (self.missing or self.not_reached or self.gone)
        is_judged = not any(
            one["calls"]["failed"] + one["calls"]["pending"] for one in self.manifest["judging"]
        )
        return ExitCode.OK if is_done and is_whole and is_judged else ExitCode.INCOMPLETE

    def report(self) -> Report:
        """What is not done, by cause and by article, and what to do about it."""
        return report_on(self.folder, self.manifest["sections"], self.missing)

    def pairs(self) -> Iterator[dict[str, Json]]:
        """The kept pairs with all their tags, one after the other, from `pairs.jsonl`."""
        return _rows(self.folder / "pairs.jsonl")

    def rejected(self) -> Iterator[dict[str, Json]]:
        """The rejected pairs with their reasons, from `rejected.jsonl`."""
        return _rows(self.folder / "rejected.jsonl")


def build(titles: str | Iterable[str] = (), **options: Any) -> Dataset:
    """Make a dataset of articles; see `build_async`. Not to be called inside a running event loop."""
    return asyncio.run(build_async(titles, **options))


async def build_async(
    titles: str | Iterable[str] = (),
    *,
    observe: Observer = _nobody,
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
    asking, looks = _asking(config), _looks(config)
    templates = [
        *asking.templates, *looks.templates, *(one.template for one in looks.inspectors),
    ]  # fmt: skip
    allowance = _Allowance(
        budget=budget_of(config, templates, also=_judges(config)),
        deadline=deadline_of(config, now=datetime.now(UTC)),
    )
    stop = stop or Stop()
    with open_store(config.workspace) as store:
        await asyncio.to_thread(check_folder, config)
        await asyncio.to_thread(keep_versions, store, templates)
        progress = progress or progress_of(config)
        async with attend(config, store.path, progress, observe=observe, stop=stop) as attendant:
            return await _build(config, asking, looks, store, attendant, stop, allowance)


def plan(
    titles: str | Iterable[str] = (),
    *,
    observe: Observer = _nobody,
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
    asking = _asking(config)
    with open_store(config.workspace) as store, _gather(config, store, observe) as gathering:
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
    asking = _asking(config)
    with (
        open_store(config.workspace) as store,
        _gather(config, store, _nobody, lists_first=LISTED, sample=LOOKED_AT) as gathering,
    ):
        plan = _plan(config, asking, store, gathering, articles=LOOKED_AT)
        looked_at = gathering.listed - gathering.not_reached
        return extrapolate(plan, listed=gathering.listed, looked_at=looked_at)


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
        return estimate_contest(contest, _choose(contest, store, _nobody, Stop()), store)


async def compare_async(
    contest: Contest,
    *,
    observe: Observer = _nobody,
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
        return await _ask_and_compare(
            contest, observe, progress or progress_of(*contest.configs), stop or Stop()
        )
    return await asyncio.to_thread(_compare_datasets, contest)


def try_prompt(prompt: Path | str, article: str | None = None, **options: Any) -> Trial:
    """Try a prompt file on some sections; see `try_prompt_async`. Not inside a running event loop."""
    return asyncio.run(try_prompt_async(prompt, article, **options))


async def try_prompt_async(
    prompt: Path | str,
    article: str | None = None,
    *,
    sections: int | str = TRIED_SECTIONS,
    observe: Observer = _nobody,
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
    config, asking = _set_up_trial(prompt, article, environ, options)
    allowance = _Allowance(
        budget=budget_of(config, asking.templates),
        deadline=deadline_of(config, now=datetime.now(UTC)),
    )
    stop = stop or Stop()
    with open_store(config.workspace) as store:
        await asyncio.to_thread(keep_versions, store, asking.templates)
        progress = progress or progress_of(config)
        async with attend(config, store.path, progress, observe=observe, stop=stop) as attendant:
            prepared = await asyncio.to_thread(_prepare_first, config, store, stop)
            planned = plan_trial(prepared, choose_passages(prepared, sections), asking)
            result = await _ask(
                config, planned, store,
                observe=attendant.observe, stop=stop, allowance=allowance,
            )  # fmt: skip
            trial = await asyncio.to_thread(
                read_trial, prepared, planned, asking, store, config=config, run=result
            )
            attendant.end(trial.exit_code, result.stop.reason, answered=result.answered)
            return trial


def examine_judge(model: str, **options: Any) -> list[ExamResult]:
    """Test a judge on labelled pairs; see `examine_judge_async`. Not inside a running event loop."""
    return asyncio.run(examine_judge_async(model, **options))


async def examine_judge_async(
    model: str,
    *,
    pairs: Path | None = None,
    round_trip: bool = False,
    observe: Observer = _nobody,
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
    allowance = _Allowance(
        budget=budget_of(config, templates), deadline=deadline_of(config, now=datetime.now(UTC))
    )
    stop = stop or Stop()
    with open_store(config.workspace) as store:
        await asyncio.to_thread(keep_versions, store, templates)
        progress = progress or progress_of(config)
        async with attend(config, store.path, progress, observe=observe, stop=stop) as attendant:
            run = await _ask(
                config, [one.planned for exam in exams for one in exam.calls], store,
                observe=attendant.observe, stop=stop, allowance=allowance,
            )  # fmt: skip
            results = [await asyncio.to_thread(mark_exam, one, store, config, run) for one in exams]
            if stop.is_set and not any(one.answered for one in results):
                raise stop.error or Stopped(f"{stop.reason} before anything was answered")
            for one in results:
                await asyncio.to_thread(remember, one, store)
            attendant.end(max(one.exit_code for one in results), stop.reason, answered=run.answered)
            return results


def progress_of_judge(
    model: str, *, environ: Mapping[str, str] | None = None, **options: Any
) -> Progress:
    """Sums over the events of `examine_judge_async` with the same arguments."""
    own = {name: value for name, value in options.items() if name not in ("pairs", "round_trip")}
    return progress_of(resolve({**own, "model": model}, os.environ if environ is None else environ))


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
    config, asking = _set_up_trial(prompt, article, environ, options)
    with open_store(config.workspace) as store:
        prepared = _prepare_first(config, store, Stop())
        planned = plan_trial(prepared, choose_passages(prepared, sections), asking)
        return estimate_plan(planned, config, store)


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
        return _prepare_first(config, store, Stop())


def progress_of(config: BuildConfig, *others: BuildConfig) -> Progress:
    """Sums over the events of a run, with the cost of its replies where they are of one model."""
    if any(other.model != config.model for other in (*others, *_judges(config))):
        return Progress(lambda reply: None, time.monotonic)
    return Progress(price_of(config), time.monotonic)


def status(workspace: Path | str | None = None) -> Status:
    """What a workspace holds: datasets and whether they are whole, pages, replies, failures."""
    return look_at(resolve({"workspace": workspace}, os.environ).workspace)


def make_report(dataset: Path | str, workspace: Path | str | None = None) -> Path:
    """Make `report.html` of a dataset anew, with the time that replies took; returns its path.

    Args:
        dataset: its name in the workspace, or its folder.
        workspace: `outputs/` where not given.

    Raises:
        Misconfigured: it is no dataset, or one of an older version.
        StoreError: a file cannot be read or written.
    """
    home = resolve({"workspace": workspace}, os.environ).workspace
    return remake_report(str(dataset), home, others={"import": render_import_report})


def export(
    dataset: Dataset | Path | str,
    *,
    format: str = "chat",
    out: Path | str | None = None,
    workspace: Path | str | None = None,
    bom: bool = False,
    push: str | None = None,
    public: bool = False,
    **settings: str | bool | None,
) -> Export:
    """Write a dataset in the format of a tool, into a folder of its own; makes no call to a model.

    Args:
        dataset: as `build` returned it, its name in the workspace, or its folder.
        format: a name in `generator.exporters.EXPORTERS`, or `module:attribute` of one's own.
        out: the folder to write; `exports/FORMAT` in the dataset's where not given.
        workspace: `outputs/` where not given.
        bom: begin files with a byte order mark, as Azure asks for.
        push: `USER/NAME` of a dataset on the Hugging Face Hub to upload it to; private unless
            `public`. The token is in HF_TOKEN.
        settings: fields of `ExportOptions` (`system`, `weight`, `separator`, `base_model`, …); those
            not given are as they were at the build.

    Raises:
        Misconfigured: no dataset, no such format, settings that cannot be, a package that is missing.
        StoreError: a file cannot be written.
        ProviderRefuses: the Hub refuses.
        Transient: the Hub does not answer.
    """
    if push is not None:
        check_push(push)
    home = dataset.folder if isinstance(dataset, Dataset) else _folder_of(dataset, workspace)
    made = export_dataset(
        home, format=format, out=None if out is None else Path(out), bom=bom, settings=settings
    )
    if push is None:
        return made
    names = (MANIFEST, *made.manifest["files"])
    return replace(made, url=push_folder(made.folder, names, repository=push, public=public))


def derive(
    kind: str,
    datasets: Dataset | Path | str | Iterable[Dataset | Path | str],
    *,
    out: Path | str | None = None,
    workspace: Path | str | None = None,
    format: str = "chat",
    wordings: Path | str | None = None,
    system: str = "",
    weight: bool = False,
    **options: Any,
) -> Derived:
    """Write a further training set made of datasets; makes no call to a model.

    Args:
        kind: a name in `generator.deriving.KINDS`: `context-qa`, `discriminator`, `classification`,
            `conversation`.
        datasets: one or more, as `build` returned them, their names in the workspace, or their folders.
        out: the folder to write; `derived/KIND` in the dataset's where there is one dataset.
        workspace: `outputs/` where not given.
        format: of the split files, one of `export`'s that is rows alone; conversations are chats.
        wordings: a file like `prompts/derive.toml` with words of one's own.
        system: system prompt of every row.
        weight: weight 1 on every answer of the format `chat`.
        options: fields of `generator.deriving.DeriveOptions`: `seed`, `shares`, `texts`, `classes`,
            `per_class`, `fewest`, `mask_titles`, `turns`.

    Raises:
        Misconfigured: no such kind, no dataset, settings that cannot be, nothing that can be made.
        StoreError: a file cannot be written.
    """
    given = [datasets] if isinstance(datasets, (Dataset, Path, str)) else [*datasets]
    homes = [
        one.folder if isinstance(one, Dataset) else _folder_of(one, workspace) for one in given
    ]
    return derive_dataset(
        kind,
        homes,
        out=None if out is None else Path(out),
        wordings=None if wordings is None else Path(wordings),
        format=format,
        options=DeriveOptions(**options),
        export=ExportOptions(base_context="", system=system, weight=weight),
    )


def _folder_of(dataset: Path | str, workspace: Path | str | None) -> Path:
    folder = resolve({"workspace": workspace}, os.environ).workspace / dataset
    return folder if (folder / MANIFEST).exists() else Path(dataset)


def runs(workspace: Path | str | None = None) -> list[Run]:
    """The runs of a workspace that have left a word, the oldest first; cheap, and opens no store."""
    return read_runs(resolve({"workspace": workspace}, os.environ).workspace)


def job(
    titles: str | Iterable[str] = (),
    *,
    environ: Mapping[str, str] | None = None,
    **options: Any,
) -> BuildConfig:
    """The checked configuration of a job, with the environment filled in.

    Raises:
        Misconfigured: an option that cannot be, or nothing to build.
    """
    titles = (titles,) if isinstance(titles, str) else tuple(titles)
    given = {"titles": titles or None, **options}
    config = resolve(given, os.environ if environ is None else environ)
    for title in config.titles:
        if title.endswith(".toml") and Path(title).is_file():
            raise Misconfigured(f"{title!r} is a file, not a title: give a job with --job {title}")
    if not config.has_sources:
        raise Misconfigured(
            "nothing to build: give a title, --titles FILE, --from FILE, --category NAME, "
            "--links-of TITLE, --search QUERY, or a --job FILE that names some"
        )
    return config


# Inside -----------------------------------------------------------------------------------------


def _asking(config: BuildConfig) -> Asking:
    if config.recipe is not None:
        recipe = load_recipe(config.recipe, config.prompts)
        if config.is_extractive and recipe.lists_facts:
            raise Misconfigured(
                f"recipe {recipe.name!r} lists facts, which the built-in writer cannot: name a "
                "--model, or take --recipe simple"
            )
        return Asking(model=config.model, templates=recipe.templates, recipe=recipe)
    templates = find_templates(config.templates, folder=config.prompts)
    return Asking(model=config.model, templates=templates)


def _looks(config: BuildConfig) -> Looks:
    """What is to be done with the pairs, before it is known whether the judge is to be trusted."""
    if config.judge is None:
        return looks_of(config, ())
    judges = inspectors(config.judge, round_trip=config.round_trip, prompts=config.prompts)
    return looks_of(config, judges)


def _judges(config: BuildConfig) -> list[BuildConfig]:
    return [] if config.judge is None else [judge_config(config)]


def _set_up_trial(
    prompt: Path | str,
    article: str | None,
    environ: Mapping[str, str] | None,
    options: Mapping[str, Any],
) -> tuple[BuildConfig, Asking]:
    template = read_template(find_prompt(str(prompt), options.get("prompts")))
    name = slug(f"try {template.name}")
    config = job(article or (), environ=environ, **{"name": name, **options})
    return config, Asking(model=config.model, templates=[template])


def _prepare_first(config: BuildConfig, store: Store, stop: Stop) -> Prepared:
    with Gathering(config, store, observe=_nobody, sleep=_Sleep(stop)) as gathering:
        for page in gathering.pages():
            return prepare(page, config)
        raise _not_found(gathering.missing)


def _plan(
    config: BuildConfig,
    asking: Asking,
    store: Store,
    gathering: Gathering,
    *,
    articles: int | None = None,
) -> Plan:
    experience = store.experience(config.model)
    calls = [
        call
        for planned in islice(gathering.calls(asking), articles)
        for call in estimate_calls(planned, store, experience)
    ]
    plan = Plan(
        calls=calls,
        missing=gathering.missing,
        model=config.model,
        endpoint=config.endpoint,
        folder=config.folder,
        price=price_of(config),
        by_batch=config.batch,
    )
    return replace(plan, second=_second(plan, config, asking, store, gathering))


def _second(
    plan: Plan, config: BuildConfig, asking: Asking, store: Store, gathering: Gathering
) -> list[SecondCalls]:
    """What mending and judging will take: told from the pairs where they are there, else expected."""
    looks = _looks(config)
    price, judge_price = price_of(config), price_of((_judges(config) or [config])[0])
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


def _compare_datasets(contest: Contest) -> Comparison:
    sides = (
        read_dataset(one.folder, label=one.label)
        for one in (contest.a, contest.b)
        if one.folder is not None
    )
    return compare_sides(*sides)


async def _ask_and_compare(
    contest: Contest, observe: Observer, progress: Progress, stop: Stop
) -> Comparison:
    config = contest.config
    templates = [*contest.a.asking.templates, *contest.b.asking.templates]
    allowance = _Allowance(
        budget=budget_of(config, templates, also=[contest.b.config]),
        deadline=deadline_of(config, now=datetime.now(UTC)),
    )
    with open_store(config.workspace) as store:
        await asyncio.to_thread(keep_versions, store, templates)
        async with attend(config, store.path, progress, observe=observe, stop=stop) as attendant:
            chosen = await asyncio.to_thread(_choose, contest, store, attendant.observe, stop)
            results = [
                await _ask(
                    job[0].config, plan_by_turns(job, chosen), store,
                    observe=attendant.observe, stop=stop, allowance=allowance,
                )
                for job in contest.jobs
            ]  # fmt: skip
            answered = sum(result.answered for result in results)
            found = await asyncio.to_thread(_compare_stored, contest, chosen, store, stop)
            found = replace(found, stopped=stop.reason, asked=answered)
            attendant.end(found.exit_code, stop.reason, answered=answered)
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
    with Gathering(config, store, observe=observe, sleep=_Sleep(stop)) as gathering:
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
            raise _not_found(gathering.missing)
        return chosen


async def _ask(
    config: BuildConfig,
    calls: Iterable[Planned | None],
    store: Store,
    *,
    observe: Observer,
    stop: Stop,
    allowance: _Allowance,
) -> RunResult:
    """Get replies to these calls, one by one; none where the run has been stopped before."""
    if stop.is_set:
        return RunResult(stop=stop)
    async with _open_model(config, store, observe) as model:
        runner = _runner(config, model, store, observe=observe, stop=stop, allowance=allowance)
        try:
            return await runner.run(calls)
        except Stopped:
            return runner.result


def _gather(
    config: BuildConfig,
    store: Store,
    observe: Observer,
    *,
    lists_first: int = 0,
    sample: int | None = None,
) -> Gathering:
    return Gathering(
        config,
        store,
        observe=observe,
        sleep=_Sleep(Stop()),
        lists_first=lists_first,
        sample=sample,
    )


@asynccontextmanager
async def _open_model(
    config: BuildConfig, store: Store, observe: Observer
) -> AsyncIterator[ChatModel]:
    def leave_out(parameter: str) -> None:
        store.unwanted.put(config.endpoint, config.model, parameter)
        observe(Note(text=(
            f"{config.endpoint} does not take {parameter!r} with {config.model!r}; asking without it"
        )))  # fmt: skip

    model: ChatModel
    if config.is_extractive:
        model = load("extractive", CHAT_MODELS, what="chat model")()
    else:
        key = config.api_key
        model = load("openai", CHAT_MODELS, what="chat model")(
            config.model,
            api_key=None if key is None else key.get_secret_value(),
            base_url=config.base_url,
            timeout_s=config.timeout_s,
            max_connections=config.concurrency,
            on_left_out=leave_out,
        )
        await asyncio.to_thread(_warn_of_model, config, observe)
    try:
        yield model
    finally:
        await model.aclose()


def _warn_of_model(config: BuildConfig, observe: Observer) -> None:
    if is_deprecated(config.model, base_url=config.base_url):
        observe(Note(text=(
            f"the price list has {config.model!r} as deprecated: its provider may switch it off"
        )))  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Allowance:
    """What a run may spend, and until when."""

    budget: Budget
    deadline: Deadline | None


async def _build(
    config: BuildConfig,
    asking: Asking,
    looks: Looks,
    store: Store,
    attendant: Attendant,
    stop: Stop,
    allowance: _Allowance,
) -> Dataset:
    observe = attendant.observe
    looks = await asyncio.to_thread(_with_trust, looks, config, store, observe)
    gathering = Gathering(
        config, store, observe=observe, sleep=_Sleep(stop), remember=partial(remember_plan, store)
    )
    result = await _run(
        config, asking, store, gathering, observe=observe, stop=stop, allowance=allowance
    )
    _raise_if_nothing_came(gathering, result)
    material = Material(
        config=config,
        store=store,
        asking=asking,
        pages=gathering.found,
        price=price_of(config),
        looks=looks,
        judge_price=price_of((_judges(config) or [config])[0]),
    )
    if looks.mends:
        result += await _ask(
            config, calls_that_mend(material), store,
            observe=observe, stop=stop, allowance=allowance,
        )  # fmt: skip
    if looks.inspectors:
        result += await _ask(
            judge_config(config), calls_to_judges(material), store,
            observe=observe, stop=stop, allowance=allowance,
        )  # fmt: skip
    observe(Writing())
    manifest = await asyncio.to_thread(assemble, material)
    dataset = Dataset(
        folder=config.folder,
        manifest=manifest,
        missing=gathering.missing,
        duplicates=gathering.duplicates,
        unselected=gathering.unselected,
        not_reached=gathering.not_reached,
        gone=gathering.gone,
        log=attendant.log,
        run=result,
    )
    attendant.end(
        dataset.exit_code,
        str(result.stop.error or result.stop.reason or gathering.gone or ""),
        answered=result.answered,
        failed=result.failed.total(),
        pairs=manifest["pairs"]["kept"],
        cost_usd=manifest["cost_usd"],
    )
    return dataset


def _with_trust(looks: Looks, config: BuildConfig, store: Store, observe: Observer) -> Looks:
    """The same, with what the workspace knows of the judge; says so where it is not to be trusted."""
    found = standings(config, store)
    for one in found:
        if not one.inspector.trusted:
            observe(Note(text=(
                f"{one.inspector.name} {one.inspector.model!r} is not trusted: {one.why}. Its "
                "verdicts only mark pairs; `loremill judge test` finds out, --trust-judge overrides"
            )))  # fmt: skip
    return replace(looks, inspectors=[one.inspector for one in found])


async def _run(
    config: BuildConfig,
    asking: Asking,
    store: Store,
    gathering: Gathering,
    *,
    observe: Observer,
    stop: Stop,
    allowance: _Allowance,
) -> RunResult:
    async with _open_model(config, store, observe) as model:
        runner = _runner(config, model, store, observe=observe, stop=stop, allowance=allowance)
        batches = None
        if isinstance(model, OpenAIChat):
            batches = BatchBuild(
                config, model, store, asking, observe=observe, stop=stop,
                budget=allowance.budget, deadline=allowance.deadline,
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


def _runner(
    config: BuildConfig,
    model: ChatModel,
    store: Store,
    *,
    observe: Observer,
    stop: Stop,
    allowance: _Allowance,
) -> Runner:
    return Runner(
        model=model,
        endpoint=config.endpoint,
        store=store,
        limits=Limits(
            rpm=config.rpm,
            tpm=config.tpm,
            concurrency=config.concurrency,
            shared=_shared(config, store),
        ),
        workers=config.concurrency,
        observe=observe,
        stop=stop,
        budget=allowance.budget,
        deadline=allowance.deadline,
    )


def _shared(config: BuildConfig, store: Store) -> Shared | None:
    """What runs have in common; the built-in model has no limits."""
    if config.is_extractive:
        return None
    return Shared(store, endpoint=config.endpoint, model=config.model)


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
    raise _not_found(gathering.missing)


def _not_found(missing: Sequence[Missing]) -> PageNotFound:
    said = "; ".join(one.detail for one in missing[:TOLD_MISSING]) or "no article was found"
    more = len(missing) - TOLD_MISSING
    return PageNotFound(f"{said}; and {more:,} more" if more > 0 else said)


class _Sleep:
    """Waiting that a stop ends: the source sleeps in a thread, and is woken by an error."""

    SLICE_S = 0.2

    def __init__(self, stop: Stop) -> None:
        self._stop = stop
        self._never = threading.Event()

    def __call__(self, seconds: float) -> None:
        while seconds > 0:
            if self._stop.is_set:
                raise Stopped("stopped while waiting for the wiki")
            self._never.wait(min(seconds, self.SLICE_S))
            seconds -= self.SLICE_S


def _rows(path: Path) -> Iterator[dict[str, Json]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
