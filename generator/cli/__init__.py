"""The command line: thin, it renders what `generator.api` returns."""

from __future__ import annotations

import json
import os
import sys
from typing import Annotated

import typer

from generator.cli.commands import Commands
from generator.errors import ExitCode, LoremillError

app = typer.Typer(
    name="loremill",
    cls=Commands,
    help="From an article title to a dataset that makes a model a domain expert.",
    epilog="Exit codes: 0 all done, 1 some sections failed, 2 wrong usage, 3 stopped and resumable, "
    "4 the provider refuses, 5 an article cannot be had.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"loremill {version('loremill')}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line; every error raised on purpose becomes one message and its exit code."""
    try:
        app()
    except LoremillError as error:
        _end(str(error), error.exit_code)
    except KeyboardInterrupt:
        _end("interrupted; the same command goes on from here", ExitCode.STOPPED)
    except BrokenPipeError:
        # Whoever read our output has enough. Python would complain once more while it shuts down.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(ExitCode.OK)
    except Exception as error:  # noqa: BLE001 - the last line of defence: no traceback for users
        if os.environ.get("LOREMILL_DEBUG"):
            import traceback

            traceback.print_exc()
        _end(
            f"this is a bug, please report it: {type(error).__name__}: {error} "
            "(LOREMILL_DEBUG=1 shows where)",
            ExitCode.INCOMPLETE,
        )


def _end(message: str, code: ExitCode) -> None:
    if "--json" in sys.argv[1:]:
        print(json.dumps({"error": message, "exit_code": int(code)}, ensure_ascii=False))
    else:
        print(f"loremill: {message}", file=sys.stderr)
    sys.exit(int(code))
