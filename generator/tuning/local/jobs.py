"""The backend `local`: jobs on this machine, each a process of its own that outlives the terminal."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from generator.digests import digest
from generator.errors import Misconfigured
from generator.exporters.files import explained
from generator.names import nearest, slug
from generator.tuning.bases import find_base, fingerprint
from generator.tuning.local.folder import JobFolder, Status, now, read_object, write_whole
from generator.tuning.local.options import read_options
from generator.tuning.local.results import by_step
from generator.tuning.records import FINAL, METHODS, Checkpoint, TuningEvent, TuningJob, TuningSpec

FOLDER = "tuning"
"""In the workspace: a folder for each job, and `files` for what was uploaded."""
LONGEST_SUFFIX = 64
"""Characters, as with OpenAI."""
PACKAGES = ("torch", "transformers", "trl", "peft", "datasets", "accelerate")
CANCEL_WAIT_S = 3.0
"""A job looks several times a second whether it is to end."""
RESULTS = ("results.csv", "log_history.json")

INSTALL = (
    "the extra `local` brings them: `uv pip install --no-config --torch-backend cpu '.[local]'` in the "
    "project's folder, or with a GPU `--torch-backend auto '.[local-gpu]'`; see docs/local.md"
)


class LocalJobs:
    """Jobs of a workspace, trained by TRL on this machine."""

    name = "local"
    endpoint = "local"

    def __init__(
        self,
        *,
        workspace: Path,
        base_url: str | None = None,
        trainer: Sequence[str] = (),
        packages: Sequence[str] = PACKAGES,
    ) -> None:
        """Nothing is touched yet.

        Args:
            trainer: command that trains the job whose folder it is given; ours where it is empty.
            packages: what that command needs.
        """
        if base_url:
            raise Misconfigured("local jobs are trained on this machine: leave out --base-url")
        self._folder = workspace / FOLDER
        self._trainer = tuple(trainer) or (
            sys.executable, "-P", "-m", "generator.tuning.local.process"
        )  # fmt: skip
        self._packages = packages

    def check(self, spec: TuningSpec) -> None:
        """Look whether the packages are there, the base model, and whether the options make sense.

        Raises:
            Misconfigured: what is missing or wrong, and what to do.
        """
        check_packages(self._packages)
        options = read_options(spec.hyperparameters)
        if len(spec.suffix) > LONGEST_SUFFIX:
            raise Misconfigured(
                f"a suffix has up to {LONGEST_SUFFIX} characters, this one {len(spec.suffix)}"
            )
        if spec.method not in METHODS:
            raise Misconfigured(
                f"no method {spec.method!r} for local jobs (known: supervised, dpo)"
            )
        if options.keeps_best and spec.validation_file is None:
            raise Misconfigured("best_epoch and early_stopping need a validation file")
        if spec.extra:
            raise Misconfigured(f"local jobs know no field {', '.join(map(repr, spec.extra))}")
        for wanted in spec.integrations:
            _check_integration(wanted)
        find_base(spec.model)

    def warnings(self, spec: TuningSpec) -> Sequence[str]:
        """Nothing that `check` does not tell."""
        return ()

    def upload(self, path: Path, *, marked: bool | None = None) -> str:
        """Keep a copy by its content, so that a job has what it was started with."""
        if not path.is_file():
            raise Misconfigured(f"there is no file {path}")
        files = self._folder / "files"
        with explained(files):
            files.mkdir(parents=True, exist_ok=True)
            with path.open("rb") as file:
                id = f"file-{hashlib.file_digest(file, 'sha256').hexdigest()[:24]}"
            kept = self._file(id)
            if not kept.exists():
                part = kept.with_suffix(f".{os.getpid()}.part")
                shutil.copyfile(path, part)
                part.replace(kept)
        return id

    def create(self, spec: TuningSpec, *, training: str, validation: str | None) -> TuningJob:
        """Start a job; one with the same content that is there already is gone on with, or told."""
        self.check(spec)
        asked = self._asked(spec, training=training, validation=validation)
        folder = JobFolder(self._folder / _job_id(spec.suffix, asked))
        with folder.held() as lock:
            if lock is not None and not _has_succeeded(folder):
                self._start(folder, asked, lock)
        return self._told(folder)

    def find(self, token: str, *, training: str, since: str) -> TuningJob | None:
        """None: jobs are known by their content, and `create` gives the one that is there."""
        return None

    def job(self, id: str) -> TuningJob:
        """A job as it is now; one whose process is gone without a last word has failed."""
        return self._told(self._job_folder(id))

    def jobs(self, *, limit: int = 20) -> Sequence[TuningJob]:
        """The newest jobs, newest first."""
        found = [self._told(JobFolder(path.parent)) for path in self._folder.glob("*/spec.json")]
        return sorted(found, key=lambda job: (job.created_at, job.id), reverse=True)[:limit]

    def events(self, id: str, *, after: str = "") -> Iterator[TuningEvent]:
        """The story of a job, oldest first."""
        return (event for event in self._job_folder(id).events() if event.id > after)

    def checkpoints(self, id: str) -> Sequence[Checkpoint]:
        """Whole checkpoints; after success there are none, unless `keep_checkpoints` was asked for."""
        folder = self._job_folder(id)
        history = read_object(folder.path / "log_history.json").get("log_history", [])
        numbers = dict(by_step(history))
        return [
            Checkpoint(
                id=path.name, step=step, tuned_model=str(path), metrics=numbers.get(step, {}),
                created_at=_iso((path / "complete").stat().st_mtime),
            )
            for step, path in folder.whole_checkpoints()
        ]  # fmt: skip

    def cancel(self, id: str) -> TuningJob:
        """End a job that runs; its checkpoints stay, and the same command goes on from them."""
        folder = self._job_folder(id)
        if self._told(folder).is_final and not _was_interrupted(folder):
            return self._told(folder)
        folder.ask_to_cancel()
        tried_until = time.monotonic() + CANCEL_WAIT_S
        while folder.is_alive() and time.monotonic() < tried_until:
            time.sleep(0.05)
        with folder.held() as lock:
            if lock is not None:
                _end_in_its_place(folder)
        return self._told(folder)

    def read_file(self, id: str) -> tuple[str, bytes]:
        """A result file, by the id that the job tells: `JOB/results.csv`."""
        job, _, name = id.rpartition("/")
        if name not in RESULTS:
            raise Misconfigured(f"no result file {id!r} (known: {', '.join(RESULTS)} of a job)")
        path = self._job_folder(job).path / name
        with explained(path):
            return name, path.read_bytes()

    def close(self) -> None:
        """Nothing is held; jobs run on."""

    def _file(self, id: str) -> Path:
        return self._folder / "files" / f"{id}.jsonl"

    def _job_folder(self, id: str) -> JobFolder:
        path = self._folder / id
        if path.parent != self._folder or not (path / "spec.json").is_file():
            known = [spec.parent.name for spec in self._folder.glob("*/spec.json")]
            raise Misconfigured(f"no local job {id!r} in {self._folder}{nearest(id, known)}")
        return JobFolder(path)

    def _asked(self, spec: TuningSpec, *, training: str, validation: str | None) -> dict[str, Any]:
        for id in filter(None, (training, validation)):
            if not self._file(id).is_file():
                raise Misconfigured(f"no file {id!r} in {self._folder / 'files'}")
        base = find_base(spec.model)
        return {
            "model": base,
            "base": fingerprint(base),
            "training": training,
            "validation": validation,
            "method": spec.method,
            "hyperparameters": read_options(spec.hyperparameters).as_dict(),
            "seed": spec.seed or 0,
            "suffix": spec.suffix,
            "integrations": [dict(wanted) for wanted in spec.integrations],
        }

    def _start(self, folder: JobFolder, asked: Mapping[str, Any], lock: int) -> None:
        before = folder.status()
        files = {
            name: str(self._file(asked[name]).resolve()) if asked[name] else None
            for name in ("training", "validation")
        }
        write_whole(folder.path / "spec.json", json.dumps({**asked, **files}, indent=1) + "\n")
        folder.forget_cancelling()
        folder.write_status(
            Status(
                status="queued",
                created_at=before.created_at if before else now(),
                model=asked["model"],
                hyperparameters=asked["hyperparameters"],
            )
        )
        folder.open_events()
        went_on = folder.whole_checkpoints()
        folder.tell(f"Going on from step {went_on[-1][0]}" if went_on else "Created job")
        with explained(folder.log), folder.log.open("ab") as log:
            process = subprocess.Popen(
                [*self._trainer, str(folder.path.resolve())],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=_environment(),
                pass_fds=(lock,) if os.name == "posix" else (), start_new_session=True,
            )  # fmt: skip
        # Whoever stays to follow the job also takes leave of its process when that ends.
        threading.Thread(target=process.wait, daemon=True).start()

    def _told(self, folder: JobFolder) -> TuningJob:
        alive = (
            folder.is_alive()
        )  # before the status: the last word is written before the lock goes
        status = folder.status() or Status(
            status="running", created_at="", model=folder.spec().get("model", "")
        )
        if not alive and status.status not in FINAL:
            status = replace(status, status="failed", error=_why_gone(folder))
        succeeded = status.status == "succeeded"
        return TuningJob(
            id=folder.id,
            status=status.status,
            model=status.model,
            tuned_model=str(folder.model) if succeeded else "",
            created_at=status.created_at,
            finished_at=status.finished_at,
            estimated_finish=_finish(status),
            trained_tokens=status.trained_tokens,
            error=status.error,
            hyperparameters=status.hyperparameters,
            result_files=[
                f"{folder.id}/{name}" for name in RESULTS if (folder.path / name).is_file()
            ],
            raw={
                "step": status.step,
                "total_steps": status.total_steps,
                "started_at": status.started_at,
                "folder": str(folder.path),
                "log": str(folder.log),
            },
        )


def check_packages(packages: Sequence[str]) -> None:
    """See that packages of the extra are there, without loading them.

    Raises:
        Misconfigured: some are not; says how they are installed.
    """
    missing = [name for name in packages if importlib.util.find_spec(name) is None]
    if missing:
        raise Misconfigured(f"local tuning needs {', '.join(missing)}: {INSTALL}")


def _check_integration(wanted: Mapping[str, Any]) -> None:
    if wanted.get("type") != "wandb":
        raise Misconfigured(f"no integration {wanted.get('type')!r} for local jobs (known: wandb)")
    check_packages(["wandb"])


def _job_id(suffix: str, asked: Mapping[str, Any]) -> str:
    """The base model counts by its content, wherever it lies."""
    asked = {name: value for name, value in asked.items() if name != "model"}
    return f"{slug(suffix)[:40] if suffix else 'local'}-{digest(asked)[:12]}"


def _has_succeeded(folder: JobFolder) -> bool:
    status = folder.status()
    return status is not None and status.status == "succeeded" and folder.model.is_dir()


def _was_interrupted(folder: JobFolder) -> bool:
    status = folder.status()
    return status is None or status.status not in FINAL


def _end_in_its_place(folder: JobFolder) -> None:
    """The last word of a job whose process could not say it."""
    status = folder.status() or Status(status="", created_at=now())
    if status.status not in FINAL:
        folder.open_events()
        folder.tell("The job was cancelled")
        folder.write_status(replace(status, status="cancelled", finished_at=now()))


def _why_gone(folder: JobFolder) -> str:
    whole = folder.whole_checkpoints()
    onward = f"from step {whole[-1][0]}" if whole else "from the beginning"
    said = _last_line(folder.log)
    return (
        "its process is gone without a last word (killed, out of memory, or the machine went down)"
        + (f"; the log ends with: {said}" if said else "")
        + f"; the same command goes on {onward}"
    )


def _last_line(path: Path) -> str:
    try:
        text = path.read_bytes()[-4000:].decode("utf-8", "replace")
    except OSError:
        return ""
    lines = [line.strip() for line in text.replace("\r", "\n").split("\n")]
    # Numbers of a step, which the trainer prints, are no reason to end.
    said = [line for line in lines if line and not line.startswith("{")]
    return said[-1][:200] if said else ""


def _finish(status: Status) -> str:
    if status.status in FINAL or status.seconds_left is None or not status.heard_at:
        return ""
    at = datetime.fromisoformat(status.heard_at) + timedelta(seconds=status.seconds_left)
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


QUIET = {"HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_UPDATE_CHECK": "1"}
"""Nothing is sent to anybody about what is done here."""


def _environment() -> dict[str, str]:
    """Ours, with our own package to be found; `-P` keeps the working folder from being imported."""
    ours = str(Path(__file__).resolve().parents[3])
    path = os.environ.get("PYTHONPATH", "")
    return {
        **os.environ,
        "PYTHONPATH": f"{path}{os.pathsep}{ours}" if path else ours,
        "TOKENIZERS_PARALLELISM": "false",
        **QUIET,
    }
