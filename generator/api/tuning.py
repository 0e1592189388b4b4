"""Tuning jobs: starting, following, listing and cancelling them, and what they left."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from generator.chat.openai_chat import endpoint_label
from generator.config import resolve
from generator.errors import CallError, LoremillError, Misconfigured, ProviderRefuses
from generator.records import Json
from generator.registry import load
from generator.store import Store, open_store
from generator.store.store import FILE_NAME
from generator.store.tuning import StartedJob
from generator.tuning import BACKENDS, LOCAL, OPENAI
from generator.tuning.backend import TOKEN, Backend
from generator.tuning.bases import is_path
from generator.tuning.check import TrainingCheck, check_training
from generator.tuning.check.folder import Files, find_files
from generator.tuning.following import follow_job
from generator.tuning.known import find_job, named, newest
from generator.tuning.local.jobs import FOLDER
from generator.tuning.local.serve import find_model, model_in
from generator.tuning.patience import Notice, Sleep, patiently
from generator.tuning.records import ResultFile, TuningEvent, TuningJob, TuningSpec
from generator.tuning.results.from_job import JobFiles, files_of
from generator.tuning.starting import Started, Starter, Uploading, as_seen


def _ignore(told: object) -> None:
    """Takes what it is told and tells no one."""


@dataclass(frozen=True, kw_only=True)
class Tuning:
    """A job that could be started: what it takes, and what the check says of it."""

    backend: str
    base_url: str | None
    spec: TuningSpec
    files: Files
    checked: TrainingCheck
    workspace: Path

    @property
    def is_refused(self) -> bool:
        """Whether the provider would refuse the files."""
        return bool(self.checked.errors)


def prepare_tuning(
    data: str,
    *,
    model: str,
    backend: str = "",
    base_url: str | None = None,
    validation: Path | None = None,
    validates: bool = True,
    suffix: str = "",
    method: str = "",
    hyperparameters: Mapping[str, Json] | None = None,
    seed: int | None = None,
    metadata: Mapping[str, str] | None = None,
    integrations: Sequence[Mapping[str, Json]] = (),
    extra: Mapping[str, Json] | None = None,
    marked: bool | None = None,
    price: float | None = None,
    workspace: Path | str | None = None,
    observe: Callable[[int, int], None] = lambda done, total: None,
) -> Tuning:
    """Find the files of a job and look them over; sends nothing.

    Args:
        data: a dataset's name or folder, or a training file.
        model: what is tuned: a provider's name, a tuned model to go on from, or for `local` a folder
            or the name of one on a hub.
        backend: a name in `generator.tuning.BACKENDS`; where empty `local` for a model that is a
            folder, or is written as the path of one, else `openai`.
        base_url: of a provider other than OpenAI that keeps its interface.
        validation: a file to validate on; the dataset's own where None and `validates`.
        method: `supervised` or `dpo`; empty for what the training file is made for.
        marked: whether files are sent with a byte order mark; None: as the provider asks.
        price: per million trained tokens in USD, above the list.
        observe: is told how many bytes of how many have been looked over.

    Raises:
        Misconfigured: no such dataset or file, options that cannot be.
        SourceError: a file that cannot be read to its end.
    """
    if TOKEN in (metadata or {}):
        raise Misconfigured(f"metadata {TOKEN!r} is how jobs are found again: name yours otherwise")
    home = resolve({"workspace": workspace}, os.environ).workspace
    files = find_files(data, home)
    name = backend or (LOCAL if is_path(model) else OPENAI)
    load(name, BACKENDS, what="backend")  # before files are looked over, which may take minutes
    # A server that models are asked at is no place where they are tuned on this machine.
    url = None if name == LOCAL else base_url
    validating = validation or (files.validation if validates else None)
    settings = dict(hyperparameters or {})
    epochs = settings.get("n_epochs")
    checked = check_training(
        files.training,
        validation=validating,
        folder=files.folder,
        model=model,
        provider=LOCAL if name == LOCAL else "",
        base_url=url,
        method=method,
        epochs=epochs if isinstance(epochs, int) else None,
        price=price,
        observe=observe,
    )
    chosen = method or ("dpo" if checked.training.format == "preference" else "supervised")
    spec = TuningSpec(
        model=model, training_file=files.training, validation_file=validating, suffix=suffix,
        method="dpo" if chosen == "dpo" else "supervised", hyperparameters=settings, seed=seed,
        metadata=dict(metadata or {}), integrations=integrations, extra=dict(extra or {}), marked=marked,
    )  # fmt: skip
    return Tuning(
        backend=name, base_url=url, spec=spec, files=files, checked=checked, workspace=home
    )


def warnings_of(tuning: Tuning) -> Sequence[str]:
    """What is better known before a job is started; asks the provider, and is silent where it is.

    Raises:
        Misconfigured, ProviderRefuses: the job cannot be started as it is.
    """
    with _opened(tuning.backend, tuning.workspace, tuning.base_url) as backend:
        backend.check(tuning.spec)
        try:
            return backend.warnings(tuning.spec)
        except CallError:
            return ()


def start_tuning(
    tuning: Tuning,
    *,
    again: bool = False,
    force: bool = False,
    notice: Notice = _ignore,
    uploading: Callable[[Uploading], None] = _ignore,
    confirm: Callable[[], None] = lambda: None,
    sleep: Sleep = time.sleep,
) -> Started:
    """Upload the files and start the job; the same one is started once only.

    Args:
        again: start another one where it has succeeded before.
        force: also where the check found what the provider will refuse.
        notice: is told where the provider does not answer.
        confirm: is asked before a new job, and raises where it is not wanted.

    Raises:
        Misconfigured: the files or the options cannot be used.
        ProviderRefuses: key, quota, or no tuning there.
        Transient, RateLimited: it does not answer; the same command goes on from there.
        Stopped: another process is starting the same job.
    """
    if tuning.is_refused and not force:
        first = tuning.checked.errors[0]
        raise Misconfigured(
            f"{tuning.checked.provider_title} would refuse {tuning.spec.training_file}: {first.message} "
            f"({first.code}); `loremill tune check` tells all, --force starts all the same"
        )
    dataset = str(tuning.files.folder or tuning.spec.training_file)
    with (
        open_store(tuning.workspace) as store,
        _opened(tuning.backend, tuning.workspace, tuning.base_url) as backend,
    ):
        starter = Starter(
            backend, store, sleep=sleep, notice=notice, uploading=uploading, confirm=confirm
        )
        return starter.start(tuning.spec, dataset=dataset, again=again)


def follow_tuning(
    job: str = "",
    *,
    backend: str = "",
    base_url: str | None = None,
    workspace: Path | str | None = None,
    notice: Notice = _ignore,
    sleep: Sleep = time.sleep,
) -> Iterator[TuningJob | TuningEvent]:
    """Events of a job as they come, and the job whenever its status changes; last as it ended.

    Args:
        job: its id, the beginning of one, or its dataset; the newest of the workspace where empty.
        backend: where it was started, if not from this workspace; so is `base_url`.
        notice: is told where the provider does not answer; it is asked again for as long as it takes.

    Raises:
        Misconfigured: no such job.
        ProviderRefuses: the key does not serve.
    """
    with _job(job, backend, base_url, workspace) as known:
        for told in follow_job(known.backend, known.kept.id, sleep=sleep, notice=notice):
            if isinstance(told, TuningJob):
                known.see(told)
                if told.status == "succeeded":
                    # Kept while they are there; who wants to read them asks again, and is told.
                    with suppress(LoremillError):
                        known.files(told)
            yield told


def list_tuning(
    *,
    backend: str = "",
    base_url: str | None = None,
    workspace: Path | str | None = None,
    limit: int = 20,
    refresh: bool = True,
    notice: Callable[[str], None] = _ignore,
) -> list[StartedJob]:
    """The jobs of a workspace, newest first, as they are now; with a backend also its others.

    Args:
        backend: list all the jobs that it has, also those that were started elsewhere.
        refresh: ask about those that had not ended.
        notice: is told what could not be asked.

    Raises:
        Misconfigured: no such backend.
        ProviderRefuses, Transient, RateLimited: a backend that was named cannot be asked.
    """
    home = resolve({"workspace": workspace}, os.environ).workspace
    with open_store(home) as store:
        jobs = newest(store.tuning.jobs())[:limit]
        if refresh:
            jobs = [_refreshed(one, store, home, base_url, notice) for one in jobs]
    if not backend:
        return jobs
    known = {(one.endpoint, one.id) for one in jobs}
    with _opened(backend, home, base_url) as opened:
        others = [
            as_seen(
                StartedJob(
                    token="", attempt=1, backend=opened.name, endpoint=opened.endpoint, dataset="",
                    created_at=one.created_at,
                ),
                one,
            )
            for one in patiently(lambda: opened.jobs(limit=limit), sleep=time.sleep, notice=_ignore)
            if (opened.endpoint, one.id) not in known
        ]  # fmt: skip
    return sorted([*jobs, *others], key=lambda one: one.created_at, reverse=True)[:limit]


def cancel_tuning(
    job: str,
    *,
    backend: str = "",
    base_url: str | None = None,
    workspace: Path | str | None = None,
    notice: Notice = _ignore,
    sleep: Sleep = time.sleep,
) -> TuningJob:
    """End a job that runs; returns it as it is then. One that has ended is left as it is.

    Args:
        notice: is told where the backend does not answer.

    Raises:
        Misconfigured: no such job.
        ProviderRefuses, Transient, RateLimited: as the backend answers.
    """
    with _job(job, backend, base_url, workspace) as known:
        own, id = known.backend, known.kept.id

        def end() -> TuningJob:
            # Looked at each time: the first request may have ended it, and only the answer been lost.
            now = own.job(id)
            return now if now.is_final else own.cancel(id)

        now = patiently(end, sleep=sleep, notice=notice)
        known.see(now)
        return now


def find_served(name: str, *, workspace: Path | str | None = None) -> Path:
    """The folder of a model to serve on this machine: one that has a model, or a local job's.

    Args:
        name: a folder, a job's id or the beginning of one, or a dataset: of several jobs on that the
            newest that has succeeded.

    Raises:
        Misconfigured: there is none, there are several, or the job has no model yet.
    """
    home = resolve({"workspace": workspace}, os.environ).workspace
    if model_in(Path(name)) or not (home / FILE_NAME).is_file():
        return find_model(name, home)
    with open_store(home) as store:
        jobs = newest(store.tuning.jobs())
    on_it = (
        one.id for one in named(name, jobs) if one.backend == LOCAL and one.status == "succeeded"
    )
    return find_model(next(on_it, name), home)


def job_results(
    job: str = "",
    *,
    backend: str = "",
    base_url: str | None = None,
    workspace: Path | str | None = None,
    notice: Notice = _ignore,
    sleep: Sleep = time.sleep,
) -> JobFiles:
    """What a job left: its result files, kept in the workspace before they are looked at.

    Of a job that has left none yet, its events.

    Args:
        notice: is told where the backend does not answer.

    Raises:
        Misconfigured: no such job.
        SourceError: it has told of no step.
        ProviderRefuses, Transient, RateLimited: as the backend answers.
    """
    with _job(job, backend, base_url, workspace) as known:
        own, id = known.backend, known.kept.id
        now = known.as_ended()
        if now is None:
            now = patiently(lambda: own.job(id), sleep=sleep, notice=notice)
            known.see(now)
        return patiently(lambda: known.files(now), sleep=sleep, notice=notice)


# Inside -----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class _Known:
    """A job, and where it is."""

    kept: StartedJob
    backend: Backend
    store: Store

    def see(self, job: TuningJob) -> None:
        """Keep how it stands, where the workspace has started it."""
        if self.kept.token:
            self.store.tuning.save(as_seen(self.kept, job))

    def files(self, job: TuningJob) -> JobFiles:
        """What the job left; kept, where nothing more will come of it.

        Raises:
            SourceError: it has told of no step.
            ProviderRefuses, Misconfigured, Transient, RateLimited: as the backend answers.
        """
        own, book = self.backend, self.store.tuning
        # Of a job that goes on a file will be another one; here also of one that failed.
        is_settled = job.status == "succeeded" or (job.is_final and own.name != LOCAL)

        def read(file: str) -> ResultFile:
            kept = book.result(own.name, own.endpoint, file)
            if kept is None:
                kept = own.read_file(file)
                if is_settled:
                    book.put_result(own.name, own.endpoint, file, *kept)
            return ResultFile(name=kept[0], content=kept[1])

        left = files_of(own, job, read)
        if is_settled and job.result_files and own.name != LOCAL:
            self.keep_as_ended(job)
        return left

    def as_ended(self) -> TuningJob | None:
        """The job as its end was kept, with all its result files: nobody has to be asked any more."""
        found = self.store.tuning.result(self.backend.name, self.backend.endpoint, self._name)
        return TuningJob(**json.loads(found[1])) if found else None

    def keep_as_ended(self, job: TuningJob) -> None:
        """Keep the end of a job whose result files are kept."""
        told = json.dumps(asdict(job), ensure_ascii=False).encode()
        own = self.backend
        self.store.tuning.put_result(own.name, own.endpoint, self._name, "job.json", told)

    @property
    def _name(self) -> str:
        """Under which the end of the job is kept, beside its files; no file's id has a blank."""
        return f"job {self.kept.id}"


@contextmanager
def _job(
    given: str, backend: str, base_url: str | None, workspace: Path | str | None
) -> Iterator[_Known]:
    home = resolve({"workspace": workspace}, os.environ).workspace
    with open_store(home) as store:
        attempts = store.tuning.jobs()
        try:
            kept = find_job(given, attempts)
        except Misconfigured:
            # Started elsewhere, if it is said where.
            elsewhere = backend or (OPENAI if base_url else "")
            if not (given and elsewhere):
                if given and (home / FOLDER / given).is_dir():
                    elsewhere = LOCAL
                else:
                    raise
            kept = StartedJob(
                token="",
                attempt=1,
                backend=elsewhere,
                endpoint=base_url or "",
                dataset="",
                id=given,
            )
        with _opened(kept.backend, home, _url_of(kept, base_url)) as opened:
            yield _Known(kept=kept, backend=opened, store=store)


def _url_of(kept: StartedJob, base_url: str | None) -> str | None:
    """Where a job is: its own endpoint, whatever else the environment names."""
    if kept.backend == LOCAL:
        return None
    if base_url and endpoint_label(base_url) == kept.endpoint:
        return base_url  # with what a label leaves out: a query
    return kept.endpoint if kept.endpoint.startswith(("http://", "https://")) else base_url


@contextmanager
def _opened(name: str, workspace: Path, base_url: str | None) -> Iterator[Backend]:
    backend: Backend = load(name, BACKENDS, what="backend")(
        workspace=workspace, base_url=None if name == LOCAL else base_url
    )
    try:
        yield backend
    finally:
        backend.close()


def _refreshed(
    kept: StartedJob,
    store: Store,
    home: Path,
    base_url: str | None,
    notice: Callable[[str], None],
) -> StartedJob:
    if kept.status in ("succeeded", "cancelled", "expired") or (
        kept.status == "failed" and kept.backend != LOCAL
    ):
        return kept
    try:
        with _opened(kept.backend, home, _url_of(kept, base_url)) as backend:
            return store.tuning.save(as_seen(kept, backend.job(kept.id)))
    except (CallError, Misconfigured, ProviderRefuses) as error:
        notice(f"{kept.id} as it was last seen: {error}")
        return kept


def told_known(kept: StartedJob) -> dict[str, Any]:
    """A job as the workspace knows it, for `--json`; the same keys as `told_job` where both know."""
    return {
        "job": kept.id, "status": kept.status, "model": kept.model, "tuned_model": kept.tuned_model,
        "created_at": kept.created_at, "seen_at": kept.seen_at, "attempt": kept.attempt,
        "backend": kept.backend, "endpoint": kept.endpoint, "dataset": kept.dataset,
    }  # fmt: skip


def told_job(job: TuningJob, kept: StartedJob | None = None) -> dict[str, Any]:
    """A job for `--json`."""
    told: dict[str, Any] = {
        "job": job.id, "status": job.status, "model": job.model, "tuned_model": job.tuned_model,
        "error": job.error, "created_at": job.created_at, "finished_at": job.finished_at,
        "estimated_finish": job.estimated_finish, "trained_tokens": job.trained_tokens,
        "hyperparameters": dict(job.hyperparameters),
    }  # fmt: skip
    if kept is not None:
        told |= {"backend": kept.backend, "endpoint": kept.endpoint, "dataset": kept.dataset}
    return told
