"""A model by the tuning job that made it: its name at the endpoint, its dataset, and where it is asked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from generator.chat.openai_chat import OPENAI
from generator.config import resolve
from generator.errors import Misconfigured
from generator.exporters.manifest import MANIFEST
from generator.store import open_store
from generator.store.store import FILE_NAME
from generator.store.tuning import StartedJob
from generator.tuning import LOCAL
from generator.tuning.known import named, newest


class Tuned(NamedTuple):
    """What a workspace knows of a model."""

    model: str
    """Its name at the endpoint."""
    dataset: str | None = None
    """That it was tuned on; None where nobody knows."""
    base_url: str | None = None
    """Where it is; None for where all is asked."""


def find_tuned(asked: str, options: Mapping[str, Any], environ: Mapping[str, str]) -> Tuned:
    """The model that a name means: a job's id, a tuned model, or a dataset that one was tuned on.

    A name that the workspace does not know is taken as it is: that of a model at the endpoint. Of
    several jobs on one dataset it is the newest that has succeeded.

    Raises:
        Misconfigured: the job has no model yet, or one that nobody serves.
    """
    given = {name: value for name, value in options.items() if name == "workspace"}
    workspace = resolve(given, {**environ, "LOREMILL_MODEL": ""}).workspace
    if not (workspace / FILE_NAME).is_file():
        return Tuned(asked)
    with open_store(workspace) as store:
        found = named(asked, newest(store.tuning.jobs()))
    if not found:
        return Tuned(asked)
    job = next((one for one in found if one.status == "succeeded"), found[0])
    dataset = _dataset(job, workspace)
    if job.backend == LOCAL:
        _check_served(job, options, environ)
        return Tuned(job.id, dataset)
    if not job.tuned_model:
        raise _no_model(job)
    is_elsewhere = job.endpoint.startswith("http") and job.endpoint != OPENAI
    return Tuned(job.tuned_model, dataset, job.endpoint if is_elsewhere else None)


def _no_model(job: StartedJob) -> Misconfigured:
    return Misconfigured(
        f"job {job.id!r} has no model, as far as the workspace knows: it is "
        f"{job.status or 'on its way'}; `loremill tune follow {job.id}` looks again"
    )


def _dataset(job: StartedJob, workspace: Path) -> str | None:
    """The folder of a job's dataset; None where it was started with a file that belongs to none."""
    given = Path(job.dataset)
    for folder in (given, workspace / given, given.parent, (workspace / given).parent):
        if (folder / MANIFEST).is_file():
            return str(folder)
    return None


def _check_served(job: StartedJob, options: Mapping[str, Any], environ: Mapping[str, str]) -> None:
    if not (options.get("base_url") or environ.get("OPENAI_BASE_URL")):
        if job.status != "succeeded":
            raise _no_model(job)
        raise Misconfigured(
            f"the model of job {job.id!r} is on this machine and is asked where it is served: "
            f"`loremill tune serve {job.id}` tells the address for --base-url"
        )
