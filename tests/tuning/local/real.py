"""Training for real: what tests that do it share. Without the packages of the extra `local` they skip."""

from __future__ import annotations

import importlib.util
import json
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from generator.tuning.local import LocalJobs
from generator.tuning.local.jobs import PACKAGES
from generator.tuning.records import TuningJob, TuningSpec

MISSING = [name for name in (*PACKAGES, "fastapi") if importlib.util.find_spec(name) is None]
WITHIN_S = 300


REASON = f"not installed: {', '.join(MISSING)}"


def marked(test: Any) -> Any:
    """Mark a test as training for real."""
    return pytest.mark.local(pytest.mark.skipif(bool(MISSING), reason=REASON)(test))


def write_rows(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    """Rows as JSONL."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def chats(pairs: Mapping[str, str]) -> list[dict[str, Any]]:
    """Pairs as rows of chats."""
    return [
        {
            "messages": [
                {"role": "user", "content": asked},
                {"role": "assistant", "content": answered},
            ]
        }
        for asked, answered in pairs.items()
    ]


def train(
    workspace: Path, spec: TuningSpec, *, until: Callable[[TuningJob], bool] | None = None
) -> TuningJob:
    """Start a job, and wait for its end or for what a test waits for."""
    jobs = LocalJobs(workspace=workspace)
    validation = jobs.upload(spec.validation_file) if spec.validation_file else None
    job = jobs.create(spec, training=jobs.upload(spec.training_file), validation=validation)
    ends_at = time.monotonic() + WITHIN_S
    while not (job.is_final or (until and until(job))):
        assert time.monotonic() < ends_at, job
        time.sleep(0.05)
        job = jobs.job(job.id)
    return job
