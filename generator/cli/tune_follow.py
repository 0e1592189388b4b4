"""`loremill tune follow`: a job's story as it is told, to be left and rejoined at any time."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from generator.cli import options as opt
from generator.cli.console import plain_stdout, steady_stderr
from generator.errors import ExitCode

if TYPE_CHECKING:
    from generator.tuning.patience import Lost
    from generator.tuning.records import TuningEvent, TuningJob

out = plain_stdout()
err = steady_stderr()

LINES_OF_STEPS = 20
"""Of the numbers of a whole training, where there is no terminal to show them in place."""
SHOWN = {
    "train_loss": "loss", "loss": "loss", "train_mean_token_accuracy": "accuracy",
    "train_accuracy": "accuracy", "valid_loss": "validation loss",
    "full_valid_loss": "validation loss", "eval_loss": "validation loss",
}  # fmt: skip
"""Number of an event -> as it is called."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("follow")(follow)


def follow(
    job: Annotated[
        str,
        typer.Argument(
            metavar="[JOB]",
            help="Its id, the beginning of one, or its dataset.  [dim]\\[default: the newest][/dim]",
            show_default=False,
        ),
    ] = "",
    backend: opt.TuningBackend = "",
    base_url: opt.BaseUrl = None,
    workspace: opt.Workspace = None,
    quiet: opt.Quiet = False,
    as_json: opt.Json = False,
) -> None:
    """Show how a tuning job goes on, until it ends; Ctrl-C leaves it, and it runs on.

    Exits with 0 where it has succeeded, 1 where it failed, was cancelled or has expired, 3 where it was left.
    With --json a line for each event, and one for the job as it ended.
    """
    show_following(
        job, backend=backend, base_url=base_url, workspace=workspace, quiet=quiet, as_json=as_json
    )


def show_following(
    job: str,
    *,
    backend: str,
    base_url: str | None,
    workspace: Path | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Follow a job to its end, and exit by how that is."""
    from generator import api
    from generator.tuning.records import TuningJob

    view = _Lines() if as_json else _Story(quiet=quiet)
    last: TuningJob | None = None
    with view:
        try:
            for told in api.follow_tuning(
                job, backend=backend, base_url=base_url, workspace=workspace, notice=view.lost
            ):
                if isinstance(told, TuningJob):
                    last = told
                    view.job(told)
                else:
                    view.event(told)
        except KeyboardInterrupt:
            view.left(last)
            raise typer.Exit(int(ExitCode.STOPPED)) from None
    succeeded = last is not None and last.status == "succeeded"
    raise typer.Exit(int(ExitCode.OK if succeeded else ExitCode.INCOMPLETE))


class _Lines:
    """One JSON object a line, for scripts."""

    def __enter__(self) -> _Lines:
        return self

    def __exit__(self, *exception: object) -> None:
        pass

    def job(self, job: TuningJob) -> None:
        """How the job stands."""
        from generator.api.tuning import told_job

        self._print(told_job(job))

    def event(self, event: TuningEvent) -> None:
        """What it told."""
        self._print({"event": asdict(event)})

    def lost(self, lost: Lost) -> None:
        """That it cannot be reached."""
        self._print({"lost": lost.why, "wait_s": lost.wait_s})

    def left(self, job: TuningJob | None) -> None:
        """That nobody follows it any more."""
        self._print({"left": job.id if job else ""})

    def _print(self, told: dict[str, Any]) -> None:
        print(json.dumps(told, ensure_ascii=False), flush=True)


class _Story(_Lines):
    """Lines to read; at a terminal the numbers stand below them, in place."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            TextColumn("{task.fields[numbers]}"),
            TimeRemainingColumn(compact=True),
            console=err,
            transient=True,
            disable=quiet or not err.is_terminal,
        )
        self._task: TaskID | None = None
        self._line_at, self._line = 0.0, ""
        self._numbers: dict[str, float] = {}

    def __enter__(self) -> _Story:
        self._bar.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._bar.stop()

    def job(self, job: TuningJob) -> None:
        """How the job stands, and at its end what came of it."""
        if not job.is_final:
            finish = f", done about {_clock(job.estimated_finish)}" if job.estimated_finish else ""
            self._say(f"[bold]{escape(job.id)}[/]  {escape(job.status)}{finish}")
            return
        self._bar.stop()
        colour = "green" if job.status == "succeeded" else "red"
        why = f": {escape(job.error)}" if job.error else ""
        _print_out(f"[bold]{escape(job.id)}[/]  [{colour}]{escape(job.status)}[/]{why}")
        if job.trained_tokens:
            _print_out(f"trained tokens  {job.trained_tokens:,}")
        if job.tuned_model:
            _print_out(f"tuned model     {escape(job.tuned_model)}")
            _print_out(f"loremill tune results {escape(job.id)}")
            _print_out(escape(next_step(job)))

    def event(self, event: TuningEvent) -> None:
        """A line; the numbers of a step below, or every so often as a line where nothing is in place."""
        step, steps = _number(event, "step"), _number(event, "total_steps")
        found = {
            label: value
            for name, label in SHOWN.items()
            if (value := _number(event, name)) is not None
        }
        if step is None or not found:
            colour = {"warn": "yellow", "error": "red"}.get(event.level, "dim")
            self._say(f"[{colour}]{_clock(event.created_at)}[/]  {escape(event.message)}")
            return
        self._numbers |= found
        numbers = ", ".join(f"{name} {value:.4g}" for name, value in self._numbers.items())
        if not self._bar.disable:
            self._show(step, steps, numbers)
        elif step - self._line_at >= (steps or 0) / LINES_OF_STEPS or step == steps:
            line = f"{_clock(event.created_at)}  {_of(step, steps)}  {numbers}"
            if (
                line != self._line
            ):  # the last step is told of once for training, once for validation
                self._say(line)
            self._line_at, self._line = step, line

    def lost(self, lost: Lost) -> None:
        """That it cannot be reached."""
        self._say(
            f"[yellow]{escape(lost.why)}; the job goes on, looking again in {lost.wait_s:,.0f} s[/]"
        )

    def left(self, job: TuningJob | None) -> None:
        """That nobody follows it any more."""
        self._bar.stop()
        name = f" {job.id}" if job else ""
        err.print(
            f"left; the job runs on: loremill tune follow{name}", highlight=False, markup=False,
            soft_wrap=True,
        )  # fmt: skip

    def _show(self, step: float, steps: float | None, numbers: str) -> None:
        if self._task is None:
            self._task = self._bar.add_task("", numbers="")
        self._bar.update(
            self._task, completed=step, total=steps, description=_of(step, steps), numbers=numbers
        )

    def _say(self, text: str) -> None:
        if not self._quiet:
            self._bar.console.print(text, highlight=False, soft_wrap=True)


def next_step(job: TuningJob) -> str:
    """The command that uses its model; one that is a folder here has to be served first."""
    if Path(job.tuned_model).is_dir():
        return f"loremill tune serve {job.id}"
    return f'loremill ask {job.id} "…"'


def _print_out(text: str) -> None:
    out.print(text, highlight=False, soft_wrap=True)


def _of(step: float, steps: float | None) -> str:
    return f"step {step:,.0f} of {steps:,.0f}" if steps else f"step {step:,.0f}"


def _number(event: TuningEvent, name: str) -> float | None:
    value = event.data.get(name)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    return None


def _clock(time: str) -> str:
    """The time of day here; blank where it is not known."""
    try:
        return datetime.fromisoformat(time).astimezone().strftime("%H:%M:%S")
    except ValueError:
        return " " * 8
