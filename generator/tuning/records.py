"""What a tuning job is asked for, and what a backend tells of it; in the words of OpenAI's schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from generator.records import Json

FINAL: frozenset[str] = frozenset({"succeeded", "failed", "cancelled", "expired"})
"""Statuses that nothing comes after. Any other, also one that nobody knows yet, may still change."""


Method = Literal["supervised", "dpo"]
METHODS: tuple[Method, ...] = get_args(Method)


@dataclass(frozen=True, kw_only=True)
class TuningSpec:
    """What a job is asked for, whatever the backend."""

    model: str
    """Base model, or a tuned one to go on from: a provider's name, or a folder for `local`."""
    training_file: Path
    validation_file: Path | None = None
    suffix: str = ""
    """Becomes part of the tuned model's name; its length is the backend's to check."""
    method: Method = "supervised"
    hyperparameters: Mapping[str, Json] = field(default_factory=dict)
    """`n_epochs`, `batch_size`, `learning_rate_multiplier`, and what else the backend takes; what is
    not there is the backend's to choose."""
    seed: int | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    integrations: Sequence[Mapping[str, Json]] = ()
    """`{"type": "wandb", "wandb": {"project": …}}`."""
    extra: Mapping[str, Json] = field(default_factory=dict)
    """Fields of the request that only this provider knows: Azure's `trainingType`, say."""
    marked: bool | None = None
    """Whether files are sent with a byte order mark; None: as the provider asks."""


@dataclass(frozen=True, kw_only=True)
class TuningJob:
    """A job as the backend last told of it."""

    id: str
    status: str
    """`validating_files`, `queued`, `running`, `succeeded`, `failed`, `cancelled`, or a new one."""
    model: str = ""
    tuned_model: str = ""
    """What to ask once it has succeeded: a provider's name, or the folder of the model."""
    created_at: str = ""
    """ISO 8601, UTC; empty where unknown, as for the next two."""
    finished_at: str = ""
    estimated_finish: str = ""
    trained_tokens: int | None = None
    error: str = ""
    """Why it failed, in the backend's words."""
    hyperparameters: Mapping[str, Json] = field(default_factory=dict)
    result_files: Sequence[str] = ()
    """Ids of files for `Backend.read_file`."""
    raw: Mapping[str, Json] = field(default_factory=dict)
    """The whole answer, without secrets."""

    @property
    def is_final(self) -> bool:
        """Whether nothing more will come of it."""
        return self.status in FINAL


@dataclass(frozen=True, kw_only=True)
class TuningEvent:
    """One line of a job's story."""

    id: str
    created_at: str
    """ISO 8601, UTC."""
    message: str
    level: str = "info"
    """`info`, `warn` or `error`."""
    type: str = "message"
    """`message`, or `metrics`, which has numbers in `data`."""
    data: Mapping[str, Json] = field(default_factory=dict)
    """`step`, `total_steps`, `train_loss`, `valid_loss`, … of a metrics event."""


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """A model as it was at a step of the training."""

    id: str
    step: int
    tuned_model: str
    metrics: Mapping[str, float] = field(default_factory=dict)
    created_at: str = ""


@dataclass(frozen=True, kw_only=True)
class ResultFile:
    """One file that a job left, as it came: `results.csv`, a log."""

    name: str
    content: bytes
