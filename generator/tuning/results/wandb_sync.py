"""Sends the curves of a job to Weights & Biases; the package and the account are the user's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from generator.errors import ProviderRefuses
from generator.exporters.extras import load_extra
from generator.tuning.results.curves import Results, as_number
from generator.tuning.results.findings import best_step, find


class Synced(NamedTuple):
    """Where the run is."""

    run: str
    place: str
    """Its address, or the folder of a run that is offline."""


def sync(results: Results, *, project: str, name: str, facts: Mapping[str, str]) -> Synced:
    """Log every step as a run of a project; `WANDB_MODE=offline` writes it to the disk alone.

    Raises:
        Misconfigured: the package is not installed.
        ProviderRefuses: no key, no such project, no network.
    """
    wandb = load_extra("wandb", extra="wandb", use="--wandb")
    try:
        run = wandb.init(
            project=project,
            name=name,
            job_type="fine-tune",
            config=dict(facts),
            settings=wandb.Settings(silent=True, console="off"),
        )
        for one in results.steps:
            others = {key: as_number(text) for key, text in one.others.items()}
            numbers = {key: value for key, value in others.items() if value is not None}
            values = {**numbers, **{str(metric): value for metric, value in one.values.items()}}
            run.log(values, step=one.step)
        run.summary["best_step"] = best_step(results)
        run.summary["findings"] = [one.message for one in find(results)]
        place = run.url or run.dir
        run.finish()
    except wandb.errors.Error as error:
        raise ProviderRefuses(
            f"Weights & Biases: {error}; `wandb login` sets the key, WANDB_MODE=offline needs none"
        ) from error
    return Synced(run.id, place)
