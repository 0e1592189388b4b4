"""What tunes a model, behind one Protocol in the words of OpenAI's schema."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from generator.tuning.records import Checkpoint, TuningEvent, TuningJob, TuningSpec

TOKEN = "loremill"
"""Key in a job's metadata under which it carries the token that it can be found by."""


class Backend(Protocol):
    """A place where models are tuned. Each method asks once; waiting and keeping are others' job.

    All methods raise `ProviderRefuses` (key, quota, `training_not_available`: the message names the
    ways left), `Misconfigured` (what was asked for cannot be), `Transient` and `RateLimited` (ask again).
    """

    name: str
    """`openai`, `local`, …, as in `BACKENDS`."""
    endpoint: str
    """A label of where it is: scheme, host and path, or `local`; never credentials."""

    def check(self, spec: TuningSpec) -> None:
        """Look at what is asked for before anything is sent: the length of the suffix, the method, …"""
        ...

    def warnings(self, spec: TuningSpec) -> Sequence[str]:
        """What is better known before a job is started: that the model is to be switched off, say."""
        ...

    def upload(self, path: Path, *, marked: bool | None = None) -> str:
        """Send a file for training or validation; returns its id.

        Args:
            marked: whether it begins with a byte order mark; None: as the provider asks.
        """
        ...

    def create(self, spec: TuningSpec, *, training: str, validation: str | None) -> TuningJob:
        """Start a job over files that are there, by their ids.

        A backend may know jobs by their content: `local` gives the one that is there, and goes on from
        its last checkpoint where it was interrupted (which `job` tells as `failed`) or cancelled.
        """
        ...

    def find(self, token: str, *, training: str, since: str) -> TuningJob | None:
        """The job that was created with this token as `TOKEN` in its metadata; None where there is none.

        Where jobs keep no metadata, one over the same training file that was created since.

        Asked where the answer to `create` was lost. A backend that knows jobs by their content has no
        need to look: None, and `create` gives the one that is there.
        """
        ...

    def job(self, id: str) -> TuningJob:
        """A job as it is now."""
        ...

    def jobs(self, *, limit: int = 20) -> Sequence[TuningJob]:
        """The newest jobs, newest first."""
        ...

    def events(self, id: str, *, after: str = "") -> Iterator[TuningEvent]:
        """The story of a job, oldest first; with `after` what came later than the event of that id."""
        ...

    def checkpoints(self, id: str) -> Sequence[Checkpoint]:
        """Models of a job on its way, by step; empty where the backend keeps none."""
        ...

    def cancel(self, id: str) -> TuningJob:
        """End a job that runs."""
        ...

    def read_file(self, id: str) -> tuple[str, bytes]:
        """Name and content of a result file."""
        ...

    def close(self) -> None:
        """Let go of connections; jobs run on."""
        ...


class OpenBackend(Protocol):
    """What an entry of `BACKENDS` is called as."""

    def __call__(self, *, workspace: Path, base_url: str | None = None) -> Backend:
        """A backend for the jobs of a workspace.

        Args:
            base_url: where it is, for those that are somewhere else.
        """
        ...
