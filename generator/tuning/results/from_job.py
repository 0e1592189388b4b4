"""The result files of a job, whatever backend it ran on, and what is to be said of the job besides."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Final, NamedTuple

from generator.errors import SourceError
from generator.tuning.backend import Backend
from generator.tuning.records import ResultFile, TuningJob


class JobFiles(NamedTuple):
    """What a job left."""

    job: str
    """Its whole id."""
    files: Sequence[ResultFile]
    facts: Mapping[str, str]


def files_of(backend: Backend, job: TuningJob, read: Callable[[str], ResultFile]) -> JobFiles:
    """The result files of a job; of one that has none yet its events, which tell numbers as well.

    Args:
        read: gives a result file by its id.

    Raises:
        SourceError: it has told of no step.
        ProviderRefuses, Misconfigured, Transient: as the backend does.
    """
    files = [read(id) for id in job.result_files]
    if not files:
        told = [asdict(one) for one in backend.events(job.id) if one.type == "metrics" or one.data]
        lines = "".join(json.dumps(one, ensure_ascii=False, default=str) + "\n" for one in told)
        files = [ResultFile(name="events.jsonl", content=lines.encode())] if told else []
    if not files:
        why = f": {job.error}" if job.error else ""
        raise SourceError(
            f"the job {job.id} is {job.status} and has told of no step yet{why}; `loremill tune follow` "
            "shows how it goes on"
        )
    return JobFiles(job.id, files, facts_of(job))


def facts_of(job: TuningJob) -> dict[str, str]:
    """What is known of a job, as it is read by people; what is unknown is left out."""
    known = {
        "Status": job.status,
        "Model": job.model,
        "Tuned model": job.tuned_model,
        "Trained tokens": f"{job.trained_tokens:,}" if job.trained_tokens else "",
        "Finished": job.finished_at,
        "Error": job.error,
    }
    settings = {
        _SETTINGS[name]: str(value)
        for name, value in job.hyperparameters.items()
        if name in _SETTINGS and value is not None
    }
    return {name: value for name, value in {**known, **settings}.items() if value}


_SETTINGS: Final[Mapping[str, str]] = {
    "n_epochs": "Epochs",
    "batch_size": "Batch size",
    "learning_rate_multiplier": "Learning rate multiplier",
    "learning_rate": "Learning rate",
    "beta": "Beta",
}
