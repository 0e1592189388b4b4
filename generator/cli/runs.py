"""What can be said of a run in a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.cli.display import duration, sentence

if TYPE_CHECKING:
    from generator.telling.pulse import Run

_CODES = {
    0: "all done",
    1: "done, but something is missing or failed",
    2: "stopped by a wrong setting or the workspace",
    3: "stopped, resumable by the same command",
    4: "the provider refuses",
    5: "no article could be had",
}


def headline(run: Run) -> str:
    """Which run, and where."""
    from generator.telling.pulse import SILENT_AFTER_S, age_s

    silent = "" if age_s(run) < SILENT_AFTER_S else f", silent for {duration(age_s(run))}"
    return f"{run.dataset} · {run.model} · process {run.pid} on {run.host}{silent}"


def verdict(run: Run) -> str:
    """How it stands with the run, or how it ended."""
    if run.state == "running":
        return f"running (process {run.pid} on {run.host}): {sentence(run.progress)}"
    if run.state == "dead":
        return (
            f"process {run.pid} on {run.host} is gone since about {run.heard_at}, "
            f"{sentence(run.progress)}; the same command goes on from there"
        )
    how = _CODES.get(run.exit_code or 0, f"exit code {run.exit_code}")
    why = f" ({run.message})" if run.message else ""
    return f"ended at {run.heard_at}: {how}{why}"
