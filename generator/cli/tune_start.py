"""`loremill tune start`: a tuning job begun, once, however often the command is given."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from generator.cli import options as opt
from generator.cli.console import plain_stdout, steady_stderr
from generator.cli.lost import say_lost
from generator.cli.tune_check import progress, show_check, show_verdict
from generator.errors import ExitCode, Misconfigured

if TYPE_CHECKING:
    from generator.api.tuning import Tuning
    from generator.tuning.starting import Started, Uploading

out = plain_stdout()
err = steady_stderr()

EXPORT = "export"
"""The backend that runs nothing: it writes what another tool runs."""
RUN_WITH = {
    "axolotl": "axolotl train axolotl.yaml",
    "llama-factory": "llamafactory-cli train train.yaml",
}
"""Format -> what runs it, in its folder."""
JOB, PROVIDER = "Job", "Provider"
HELP = """Start a tuning job over a dataset: look its files over, upload them, begin.

The same command again finds the job that it has started, uploads nothing twice, and starts another \
attempt only where that failed or was cancelled. `tune follow` shows how it goes on.

Backends: openai (OpenAI's interface at any --base-url), local (on this machine), export (files and \
configuration, to run elsewhere)."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("start", help=HELP)(start)


def start(
    data: Annotated[
        str,
        typer.Argument(
            metavar="DATASET|FILE",
            help="A dataset's name or folder, or a training file in JSON lines.",
            show_default=False,
        ),
    ],
    model: Annotated[
        str,
        typer.Option(
            metavar="MODEL",
            help="What is tuned: a provider's name, a tuned model to go on from, or a folder.",
            show_default=False,
        ),
    ] = "",
    backend: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="openai, local, export.  [dim]\\[default: local for a folder, else openai][/dim]",
            show_default=False,
        ),
    ] = "",
    base_url: opt.BaseUrl = None,
    validation: Annotated[
        Path | None,
        typer.Option(
            "--validation",
            metavar="FILE",
            help="To validate on.  [dim]\\[default: the dataset's][/dim]",
            rich_help_panel=JOB,
        ),
    ] = None,
    validates: Annotated[
        bool,
        typer.Option("--validate/--no-validate", help="Validate at all.", rich_help_panel=JOB),
    ] = True,
    suffix: Annotated[
        str,
        typer.Option(
            metavar="TEXT",
            help="Becomes part of the tuned model's name.",
            rich_help_panel=JOB,
            show_default=False,
        ),
    ] = "",
    method: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="supervised or dpo.  [dim]\\[default: as the file is][/dim]",
            show_default=False,
            rich_help_panel=JOB,
        ),
    ] = "",
    epochs: Annotated[
        str | None,
        typer.Option(metavar="N|auto", help="Times through the file.", rich_help_panel=JOB),
    ] = None,
    batch_size: Annotated[
        str | None,
        typer.Option(metavar="N|auto", help="Examples in one step.", rich_help_panel=JOB),
    ] = None,
    learning_rate_multiplier: Annotated[
        str | None,
        typer.Option(metavar="X|auto", help="Of the usual learning rate.", rich_help_panel=JOB),
    ] = None,
    hyperparameter: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="Another one that the backend knows: lora=true; may be given again.",
            rich_help_panel=JOB,
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(metavar="N", help="Of the training.", rich_help_panel=JOB)
    ] = None,
    metadata: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=TEXT",
            help="Kept with the job; may be given again.",
            rich_help_panel=PROVIDER,
        ),
    ] = None,
    wandb_project: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Let the backend report to this Weights & Biases project.",
            rich_help_panel=PROVIDER,
        ),
    ] = None,
    extra: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="A field of the request that only this provider knows: "
            "trainingType=GlobalStandard.",
            rich_help_panel=PROVIDER,
        ),
    ] = None,
    bom: Annotated[
        bool | None,
        typer.Option(
            "--bom/--no-bom",
            help="Begin files with a byte order mark.  [dim]\\[default: as the provider asks][/dim]",
            show_default=False,
            rich_help_panel=PROVIDER,
        ),
    ] = None,
    price: Annotated[
        float | None,
        typer.Option(
            metavar="USD",
            min=0,
            help="Per million trained tokens, above the list.",
            rich_help_panel=PROVIDER,
        ),
    ] = None,
    format: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Of --backend export: axolotl, llama-factory, trl-chat, ….",
        ),
    ] = "axolotl",
    again: Annotated[
        bool, typer.Option("--again", help="Another job where this one has succeeded before.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Also where the check finds errors.")
    ] = False,
    follow: Annotated[
        bool, typer.Option("--follow/--no-follow", help="Stay, and show how it goes on.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Look the files over and say the cost; start nothing.")
    ] = False,
    yes: opt.Yes = False,
    workspace: opt.Workspace = None,
    quiet: opt.Quiet = False,
    as_json: opt.Json = False,
) -> None:
    """Start a job; see `HELP`."""
    if backend == EXPORT:
        _export(data, format=format, model=model, workspace=workspace, as_json=as_json)
        return
    if not model:
        raise Misconfigured(
            "--model is missing: say what is to be tuned, by the provider's name for it, or a folder"
        )
    from generator import api

    with progress(Path(data).name, quiet=quiet or as_json) as observe:
        tuning = api.prepare_tuning(
            data, model=model, backend=backend, base_url=base_url, validation=validation,
            validates=validates, suffix=suffix, method=method,
            hyperparameters=_hyperparameters(
                hyperparameter, n_epochs=epochs, batch_size=batch_size,
                learning_rate_multiplier=learning_rate_multiplier,
            ),
            seed=seed, metadata={k: str(v) for k, v in _values(metadata, raw=True).items()},
            integrations=_integrations(wandb_project), extra=_values(extra), marked=bom, price=price,
            workspace=workspace, observe=observe,
        )  # fmt: skip
    if dry_run:
        _show_plan(tuning, as_json=as_json)
        code = ExitCode.INCOMPLETE if tuning.is_refused else ExitCode.OK
        raise typer.Exit(int(code))
    started = _start(
        tuning, again=again, force=force, yes=yes, quiet=quiet or as_json, as_json=as_json
    )
    if not follow:
        _tell(started, as_json=as_json)
        return
    from generator.cli.tune_follow import show_following

    show_following(
        started.job.id, backend="", base_url=base_url, workspace=workspace, quiet=quiet,
        as_json=as_json,
    )  # fmt: skip


def _start(
    tuning: Tuning, *, again: bool, force: bool, yes: bool, quiet: bool, as_json: bool
) -> Started:
    from generator import api
    from generator.cli.consent import ask_for

    if not quiet:
        show_verdict(err, tuning.checked)
    if not as_json:
        for warning in api.warnings_of(tuning):
            err.print(f"[yellow]![/] {escape(warning)}", highlight=False, soft_wrap=True)

    def confirm() -> None:
        if not yes:
            ask_for(err, tuning.checked.cost)

    def uploading(one: Uploading) -> None:
        if not quiet:
            err.print(
                f"sending {escape(one.path.name)}, {_size(one.bytes)}", highlight=False,
                soft_wrap=True,
            )  # fmt: skip

    return api.start_tuning(
        tuning,
        again=again,
        force=force,
        notice=say_lost(err, quiet=quiet),
        uploading=uploading,
        confirm=confirm,
    )


def _size(bytes: int) -> str:
    return f"{bytes / 1e6:,.1f} MB" if bytes >= 1e6 else f"{bytes / 1e3:,.1f} kB"


def _tell(started: Started, *, as_json: bool) -> None:
    from generator.api.tuning import told_job

    job = started.job
    if as_json:
        told = {**told_job(job, started.kept), "is_new": started.is_new}
        print(json.dumps(told, ensure_ascii=False), flush=True)
        return
    begun = "started" if started.is_new else "there already"
    out.print(f"{escape(job.id)}  {begun}, {escape(job.status)}", highlight=False, soft_wrap=True)
    if job.tuned_model:
        out.print(f"tuned model  {escape(job.tuned_model)}", highlight=False, soft_wrap=True)
        another = "--seed N" if started.kept.backend == "local" else "--again"
        out.print(f"{another} starts another one with the same files", highlight=False)
    else:
        out.print(f"loremill tune follow {escape(job.id)}", highlight=False, soft_wrap=True)


def _show_plan(tuning: Tuning, *, as_json: bool) -> None:
    if as_json:
        told = {
            "backend": tuning.backend,
            "model": tuning.spec.model,
            "training_file": str(tuning.spec.training_file),
            "validation_file": str(tuning.spec.validation_file or ""),
            "check": tuning.checked.as_dict(),
        }
        print(json.dumps(told, ensure_ascii=False), flush=True)
    else:
        show_check(tuning.checked)


def _export(data: str, *, format: str, model: str, workspace: Path | None, as_json: bool) -> None:
    from generator import api

    made = api.export(data, format=format, base_model=model or None, workspace=workspace)
    run = RUN_WITH.get(made.format, "")
    if as_json:
        told = {"backend": EXPORT, "folder": str(made.folder), "rows": dict(made.rows), "run": run}
        print(json.dumps(told, ensure_ascii=False), flush=True)
        return
    out.print(f"{escape(str(made.folder))}", highlight=False, soft_wrap=True)
    for split, rows in made.rows.items():
        out.print(f"  {split:<12} {rows:>9,} rows", highlight=False)
    if run:
        out.print(f"run in it:  {run}", highlight=False, soft_wrap=True)


# Options ------------------------------------------------------------------------------------------


def _hyperparameters(given: Iterable[str] | None, **named: str | None) -> dict[str, Any]:
    own = {name: _value(text) for name, text in named.items() if text is not None}
    return {**_values(given), **own}


def _values(given: Iterable[str] | None, *, raw: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in given or ():
        name, sign, text = one.partition("=")
        if not sign or not name.strip():
            raise Misconfigured(f"{one!r}: give it as NAME=VALUE")
        found[name.strip()] = text if raw else _value(text)
    return found


def _value(text: str) -> Any:
    """A number, true or false, an object; else the text as it is."""
    try:
        return json.loads(text, parse_constant=str)
    except ValueError:
        return text


def _integrations(project: str | None) -> tuple[dict[str, Any], ...]:
    return () if project is None else ({"type": "wandb", "wandb": {"project": project}},)
