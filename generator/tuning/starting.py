"""Starting a job once, however often the command is given and wherever it was cut off before.

Each step is on the disk before the next: a file that is uploaded is not uploaded again, and a job is
noted before it is asked for. Where the answer to that was lost, the backend is looked through for the
token that the job carries, before another one is asked for.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TypeVar

from generator.digests import DIGEST_CHARS, digest
from generator.errors import Misconfigured, RateLimited, Stopped, Transient
from generator.exporters.files import explained
from generator.store import Store
from generator.store.tuning import StartedJob
from generator.tuning import LOCAL
from generator.tuning.backend import TOKEN, Backend
from generator.tuning.bases import find_base, fingerprint
from generator.tuning.patience import TRIES, Lost, Notice, Sleep, patiently, wait_s
from generator.tuning.records import TuningJob, TuningSpec

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploading:
    """A file that is being sent."""

    path: Path
    bytes: int


@dataclass(frozen=True, kw_only=True)
class Started:
    """A job that runs, or has run."""

    job: TuningJob
    kept: StartedJob
    is_new: bool
    """False where the same command had started it before."""


class Starter:
    """Starts one job at one backend."""

    def __init__(
        self,
        backend: Backend,
        store: Store,
        *,
        sleep: Sleep,
        notice: Notice = lambda lost: None,
        uploading: Callable[[Uploading], None] = lambda one: None,
        confirm: Callable[[], None] = lambda: None,
    ) -> None:
        """Take what is worked with.

        Args:
            notice: is told where the backend does not answer.
            uploading: is told before a file is sent.
            confirm: is asked before a new job, and raises where that is not wanted.
        """
        self._backend = backend
        self._store = store
        self._book = store.tuning
        self._sleep = sleep
        self._notice = notice
        self._uploading = uploading
        self._confirm = confirm

    def start(self, spec: TuningSpec, *, dataset: str, again: bool = False) -> Started:
        """The job that is asked for: one that is there, or a new one.

        A job that failed or was cancelled is followed by another attempt; one that succeeded is not,
        unless `again`.

        Raises:
            Misconfigured: what was asked for cannot be.
            ProviderRefuses: key, quota, or no tuning there.
            Transient, RateLimited: the backend does not answer; the same command goes on.
            Stopped: another process is starting the same job.
        """
        self._backend.check(spec)
        if again and self._backend.name == LOCAL:
            raise Misconfigured(
                "a job on this machine is known by its content, and would come out as it did before: "
                "--seed N starts another one"
            )
        digests = {path: file_digest(path) for path in _files(spec)}
        token = job_token(self._backend, spec, digests)
        if not self._store.claims.take(token):
            raise Stopped(
                "another loremill is starting this very job; the same command finds it in a moment"
            )
        try:
            return self._start(spec, token, digests, dataset=dataset, again=again)
        finally:
            self._store.claims.release(token)

    def _start(
        self,
        spec: TuningSpec,
        token: str,
        digests: Mapping[Path, str],
        *,
        dataset: str,
        again: bool,
    ) -> Started:
        kept = self._book.latest(token)
        attempt = 1 if kept is None else kept.attempt
        if kept is not None:
            job = self._find(kept, digests[spec.training_file], again=again)
            if job is not None and (not job.is_final or (job.status == "succeeded" and not again)):
                return Started(job=job, kept=self._keep(kept, job), is_new=False)
            attempt += bool(job is not None or kept.id)
        self._confirm()
        own = StartedJob(
            token=token, attempt=attempt, backend=self._backend.name,
            endpoint=self._backend.endpoint, dataset=dataset, model=spec.model, created_at=_now(),
            spec=json.dumps(asdict(spec), ensure_ascii=False, default=str),
        )  # fmt: skip
        job = self._create(spec, self._book.save(own), digests)
        return Started(job=job, kept=self._keep(own, job), is_new=True)

    def _find(self, kept: StartedJob, training: str, *, again: bool) -> TuningJob | None:
        """The job of an earlier attempt as it is now; None where it never came to be, or may be left.

        Args:
            training: digest of the training file.
        """
        if not kept.id:
            return self._find_lost(kept, training)
        try:
            return self._ask(lambda: self._backend.job(kept.id))
        except Misconfigured as error:
            # Here its folder was removed; elsewhere it may run on, for another key.
            if again or self._backend.name == LOCAL:
                return None
            raise Misconfigured(f"{error}; --again starts another one") from error

    def _find_lost(self, kept: StartedJob, training: str) -> TuningJob | None:
        """The job that was asked for when no answer came; None where there is none."""
        remote = self._book.file(self._backend.name, self._backend.endpoint, training)
        label = job_label(kept)
        return self._ask(lambda: self._backend.find(label, training=remote, since=kept.created_at))

    def _create(self, spec: TuningSpec, own: StartedJob, digests: Mapping[Path, str]) -> TuningJob:
        ids = {path: self._upload(path, digests[path], spec) for path in _files(spec)}
        try:
            return self._create_with(spec, own, ids, digests[spec.training_file])
        except Misconfigured as error:
            # A file that was uploaded some time ago may have been deleted there since.
            gone = [path for path in ids if ids[path] in str(error)]
            if not gone:
                raise
            for path in gone:
                self._book.forget_file(self._backend.name, self._backend.endpoint, ids[path])
            again = {path: self._upload(path, digests[path], spec) for path in ids}
            if again == ids:
                raise
            return self._create_with(spec, own, again, digests[spec.training_file])

    def _create_with(
        self, spec: TuningSpec, own: StartedJob, ids: Mapping[Path, str], content: str
    ) -> TuningJob:
        told = replace(spec, metadata={**spec.metadata, TOKEN: job_label(own)})
        training = ids[spec.training_file]
        validation = None if spec.validation_file is None else ids[spec.validation_file]
        for number in count(1):
            try:
                return self._backend.create(told, training=training, validation=validation)
            except (Transient, RateLimited) as error:
                if number == TRIES:
                    raise
                lost = Lost(why=str(error), wait_s=wait_s(number, error))
                is_refused = isinstance(error, RateLimited)
            self._notice(lost)
            self._sleep(lost.wait_s)
            # It may have been created, and only the answer been lost; a 429 has created nothing.
            job = None if is_refused else self._find_lost(own, content)
            if job is not None:
                return job
        raise AssertionError("unreachable")

    def _upload(self, path: Path, content: str, spec: TuningSpec) -> str:
        name, endpoint = self._backend.name, self._backend.endpoint
        known = self._book.file(name, endpoint, content)
        if known and name != LOCAL:
            return known
        self._uploading(Uploading(path=path, bytes=path.stat().st_size))
        # Sent twice, a file lies there twice and starts nothing.
        remote = self._ask(lambda: self._backend.upload(path, marked=spec.marked))
        self._book.put_file(name, endpoint, content, remote)
        return remote

    def _ask(self, ask: Callable[[], T]) -> T:
        return patiently(ask, sleep=self._sleep, notice=self._notice)

    def _keep(self, kept: StartedJob, job: TuningJob) -> StartedJob:
        return self._book.save(as_seen(kept, job))


def as_seen(kept: StartedJob, job: TuningJob) -> StartedJob:
    """What is kept of a job, as it was seen now."""
    return replace(
        kept, id=job.id, status=job.status, model=job.model or kept.model,
        tuned_model=job.tuned_model, seen_at=_now(),
    )  # fmt: skip


def job_label(kept: StartedJob) -> str:
    """What a job carries to be found by."""
    return f"{kept.token}-{kept.attempt}"


def job_token(backend: Backend, spec: TuningSpec, digests: Mapping[Path, str]) -> str:
    """Identity of what is asked for, by the content of its files."""
    files = [digests[path] if path else "" for path in (spec.training_file, spec.validation_file)]
    # Another model may lie in a folder than before.
    model = fingerprint(find_base(spec.model)) if backend.name == LOCAL else spec.model
    return digest(
        [
            backend.name, backend.endpoint, model, files, spec.suffix, spec.method,
            dict(spec.hyperparameters), spec.seed, dict(spec.metadata),
            [dict(one) for one in spec.integrations], dict(spec.extra), spec.marked,
        ]
    )  # fmt: skip


def file_digest(path: Path) -> str:
    """Identity of a file's content.

    Raises:
        StoreError: it cannot be read.
    """
    with explained(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:DIGEST_CHARS]


def _files(spec: TuningSpec) -> list[Path]:
    return [path for path in (spec.training_file, spec.validation_file) if path is not None]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
