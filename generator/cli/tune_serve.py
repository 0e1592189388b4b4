"""`loremill tune serve`: tuned models behind OpenAI's interface on this machine."""

from __future__ import annotations

import json
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from generator.cli import options as opt
from generator.cli.console import plain_stdout
from generator.errors import ExitCode, ProviderRefuses

out = plain_stdout()


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve")(serve)


def serve(
    models: Annotated[
        list[str],
        typer.Argument(
            metavar="JOB|FOLDER…",
            help="A job that was tuned here, or a folder with a model; several share one server.",
            show_default=False,
        ),
    ],
    port: Annotated[
        int, typer.Option(metavar="N", min=0, max=65535, help="On loopback; 0 takes a free one.")
    ] = 8000,
    device: Annotated[
        str, typer.Option(metavar="NAME", help="cpu, cuda, mps, or auto for what there is.")
    ] = "auto",
    workspace: opt.Workspace = None,
    as_json: opt.Json = False,
) -> None:
    """Serve a tuned model on this machine, for `ask`, `evaluate` and `--base-url`; Ctrl-C ends it.

    It is reached from this machine alone, and needs no key.
    """
    from generator.tuning.local.serve import find_model, serving

    folders = [find_model(name, workspace or Path("outputs")) for name in models]
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends the server as well
    try:
        with serving(folders, port=port, device=device) as served:
            if as_json:
                said = {
                    "base_url": served.base_url,
                    "models": served.models,
                    "pid": served.process.pid,
                }
                print(json.dumps(said, ensure_ascii=False), flush=True)
            else:
                _tell(served.base_url, served.models)
            served.wait()
            raise ProviderRefuses("the server has ended by itself")
    except KeyboardInterrupt:
        raise typer.Exit(int(ExitCode.OK)) from None


def _tell(base_url: str, models: Sequence[str]) -> None:
    out.print(f"--base-url  {base_url}", markup=False, highlight=False)
    for model in models:
        out.print(f"--model     {escape(model)}", highlight=False, soft_wrap=True)
    out.print("Ctrl-C ends it")
