"""`loremill tune serve`: tuned models behind OpenAI's interface on this machine."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from generator.cli import options as opt
from generator.cli.console import plain_stdout
from generator.errors import ExitCode, Misconfigured, ProviderRefuses

if TYPE_CHECKING:
    from generator.tuning.local.serve import Served

out = plain_stdout()


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve")(serve)


def serve(
    models: Annotated[
        list[str],
        typer.Argument(
            metavar="JOB|FOLDER…",
            help="A job that was tuned here, by its id, the beginning of one, or its dataset; or a folder "
            "with a model. Several share one server.",
            show_default=False,
        ),
    ],
    port: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=0,
            max=65535,
            help="On loopback; 0 takes a free one.  [dim]\\[default: 8000; with --run, where that is "
            "taken, a free one][/dim]",
            show_default=False,
        ),
    ] = None,
    device: Annotated[
        str, typer.Option(metavar="NAME", help="cpu, cuda, mps, or auto for what there is.")
    ] = "auto",
    run: Annotated[
        str | None,
        typer.Option(
            metavar="CMD",
            help="Serve while a shell command runs, and end with it. It finds the address in "
            'OPENAI_BASE_URL, the names of the models in "$1", "$2", ….',
            show_default=False,
        ),
    ] = None,
    workspace: opt.Workspace = None,
    as_json: opt.Json = False,
) -> None:
    """Serve a tuned model on this machine, for `ask`, `evaluate` and `--base-url`; Ctrl-C ends it.

    It is reached from this machine alone, and needs no key.
    """
    from generator.api.tuning import find_served
    from generator.tuning.local.serve import PORT, serving

    folders = [find_served(name, workspace=workspace) for name in models]
    if port is None and run is None:
        port = PORT  # others were told of it: better an error than another one
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends the server as well
    try:
        with serving(folders, port=port, device=device) as served:
            if run is not None:
                raise typer.Exit(_run(run, served))
            _tell(served, as_json=as_json)
            served.wait()
            raise ProviderRefuses("the server has ended by itself")
    except KeyboardInterrupt:
        raise typer.Exit(int(ExitCode.OK if run is None else ExitCode.STOPPED)) from None


def _run(command: str, served: Served) -> int:
    shell = shutil.which("sh")
    if shell is None:
        raise Misconfigured("--run needs a POSIX shell, and there is no sh here")
    # A key of the user's has no business with a server that asks for none.
    environment = {**os.environ, "OPENAI_BASE_URL": served.base_url, "OPENAI_API_KEY": "none"}
    done = subprocess.run([shell, "-c", command, "sh", *served.models], env=environment)
    return done.returncode if done.returncode >= 0 else 128 - done.returncode


def _tell(served: Served, *, as_json: bool) -> None:
    if as_json:
        said = {
            "base_url": served.base_url,
            "models": served.models,
            "pid": served.process.pid,
        }
        print(json.dumps(said, ensure_ascii=False), flush=True)
        return
    _say("--base-url", [served.base_url])
    _say("--model   ", served.models)
    out.print("Ctrl-C ends it")


def _say(option: str, values: Sequence[str]) -> None:
    for value in values:
        out.print(f"{option}  {escape(value)}", highlight=False, soft_wrap=True)
