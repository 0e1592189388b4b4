"""A workspace in which local jobs are started with a scripted trainer in the place of the heavy packages."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from generator.tuning.local import LocalJobs
from generator.tuning.local.folder import JobFolder
from generator.tuning.records import TuningJob, TuningSpec

TRAINER = Path(__file__).parent / "scripted_trainer.py"
WITHIN_S = 120


def wait_until(happens: Callable[[], object]) -> None:
    until = time.monotonic() + WITHIN_S
    while not happens():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)


class Bench:
    """A workspace, a base model that is a name alone, and training files."""

    def __init__(self, path: Path) -> None:
        self.workspace = path / "out"
        (path / "base").mkdir()
        (path / "base" / "config.json").write_text("{}")
        (path / "train.jsonl").write_text('{"prompt": "a", "completion": "b"}\n')
        self.spec = TuningSpec(
            model=str(path / "base"), training_file=path / "train.jsonl", suffix="Mühle 1"
        )

    def jobs(self, part: str = "") -> LocalJobs:
        return LocalJobs(
            workspace=self.workspace, trainer=[sys.executable, str(TRAINER), part], packages=()
        )

    def start(self, part: str = "", spec: TuningSpec | None = None) -> TuningJob:
        jobs, spec = self.jobs(part), spec or self.spec
        return jobs.create(spec, training=jobs.upload(spec.training_file), validation=None)

    def start_and_wait(self, part: str = "") -> TuningJob:
        return self.wait(self.start(part))

    def wait(self, job: TuningJob) -> TuningJob:
        wait_until(lambda: self.jobs().job(job.id).is_final)
        return self.jobs().job(job.id)

    def folder(self, job: TuningJob) -> JobFolder:
        return JobFolder(self.workspace / "tuning" / job.id)

    def messages(self, job: TuningJob) -> list[str]:
        return [event.message for event in self.jobs().events(job.id)]

    def hanging(self) -> TuningJob:
        """A job in the middle: two checkpoints are whole, a third is being written."""
        job = self.start("hangs")
        self.until_it_hangs(job)
        return job

    def until_it_hangs(self, job: TuningJob) -> None:
        wait_until((self.folder(job).path / "ready").exists)

    def pid(self, job: TuningJob) -> int:
        return int((self.folder(job).path / "pid").read_text())

    def kill(self, job: TuningJob) -> None:
        os.kill(self.pid(job), signal.SIGKILL)
        wait_until(lambda: not self.folder(job).is_alive())
