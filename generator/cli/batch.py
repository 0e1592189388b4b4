"""`loremill batch`: batches on their way: look, fetch what is done, end them."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable, Coroutine
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from generator.cli import options as opt
from generator.cli.console import plain_stdout, steady_stderr
from generator.engine.events import Event, Note, Waiting
from generator.errors import ExitCode, LoremillError

out = plain_stdout()
err = steady_stderr()

app = typer.Typer(
    help="Batches of `build --batch`: look at them, fetch what is done, end them.",
    no_args_is_help=True,
)

BaseUrl = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        envvar="OPENAI_BASE_URL",
        help="The endpoint that the batches are at.  [dim]\\[default: OpenAI's][/dim]",
        show_default=False,
    ),
]


@app.command("status")
def status(workspace: opt.Workspace = None, as_json: opt.Json = False) -> None:
    """Show the batches of a workspace as they were when last looked at; asks nobody."""
    from generator import api

    found = api.list_batches(_offline(workspace))
    _show(found, as_json=as_json)
    if not as_json and found.live:
        for endpoint in sorted({batch.endpoint for batch in found.live}):
            out.print(
                f"\n[dim]`loremill batch collect --base-url {escape(endpoint)}` looks at what is "
                "there and fetches what is done[/]",
                highlight=False,
                soft_wrap=True,
            )


@app.command("collect")
def collect(
    workspace: opt.Workspace = None,
    base_url: BaseUrl = None,
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="Wait until all batches are over.")
    ] = False,
    poll: opt.Poll = None,
    as_json: opt.Json = False,
) -> None:
    """Fetch the replies of batches that are over, and look at the others.

    Exit code 0: none is left; 3: some are still on their way. The dataset is written by the build
    command that began it, run again.
    """
    from generator import api

    config = _config(workspace, base_url, poll)

    async def work(observe: Callable[[Event], None], stop: Any) -> Any:
        return await api.collect_batches(config, wait=wait, observe=observe, stop=stop)

    _run(work, endpoint=config.endpoint, as_json=as_json)


@app.command("cancel")
def cancel(
    id: Annotated[
        str | None,
        typer.Argument(
            metavar="ID",
            help="The beginning of its id, or the endpoint's; all of them where none is given.",
            show_default=False,
        ),
    ] = None,
    workspace: opt.Workspace = None,
    base_url: BaseUrl = None,
    wait: Annotated[
        bool,
        typer.Option("--wait/--no-wait", help="Wait until they have wound down (some minutes)."),
    ] = True,
    poll: opt.Poll = None,
    as_json: opt.Json = False,
) -> None:
    """End batches, keep what they have done, and give their other calls free.

    Exit code 0: they are over; 3: they still wind down, and `collect` fetches what they did.
    """
    from generator import api

    config = _config(workspace, base_url, poll)

    async def work(observe: Callable[[Event], None], stop: Any) -> Any:
        return await api.cancel_batches(config, id, wait=wait, observe=observe, stop=stop)

    _run(work, endpoint=config.endpoint, as_json=as_json)


def _offline(workspace: Path | None) -> Any:
    from generator.config import resolve

    return resolve({"workspace": workspace}, os.environ)


def _config(workspace: Path | None, base_url: str | None, poll: float | None) -> Any:
    """The model's name does not matter, but that there is a key or an address does."""
    from generator.config import DEFAULT_MODEL, resolve

    given = {
        "workspace": workspace,
        "base_url": base_url,
        "poll_s": poll,
        "model": os.environ.get("LOREMILL_MODEL") or DEFAULT_MODEL,
    }
    return resolve(given, os.environ)


def _run(
    work: Callable[[Callable[[Event], None], Any], Coroutine[Any, Any, Any]],
    *,
    endpoint: str,
    as_json: bool,
) -> None:
    from generator.engine.stop import Stop

    async def run() -> Any:
        stop = Stop()
        with stop.on_signals():
            return await work(_quiet if as_json else _tell, stop)

    found = asyncio.run(run())
    _show(found, as_json=as_json, code=_code(found, endpoint))


def _quiet(event: Event) -> None:
    """Tells no one."""


def _tell(event: Event) -> None:
    match event:
        case Note():
            err.print(f"[dim]{escape(event.text)}[/]", highlight=False)
        case Waiting():
            reason = event.reason.replace("_", " ")
            err.print(f"[dim]{reason}: waiting {event.wait_s:.0f} s[/]", highlight=False)
        case _:
            pass


def _code(found: Any, endpoint: str) -> ExitCode:
    if isinstance(found.trouble, LoremillError):
        return found.trouble.exit_code
    is_left = any(batch.endpoint == endpoint for batch in found.live)
    return ExitCode.STOPPED if is_left else ExitCode.OK


def _show(found: Any, *, as_json: bool, code: ExitCode = ExitCode.OK) -> None:
    if as_json:
        print(json.dumps(_summary(found, code), ensure_ascii=False))
    else:
        _print(found)
    if code:
        raise typer.Exit(int(code))


def _summary(found: Any, code: ExitCode) -> dict[str, Any]:
    return {
        "batches": [asdict(batch) for batch in found.batches],
        "live": len(found.live),
        "collected_now": found.answered,
        "error": str(found.trouble or ""),
        "exit_code": int(code),
    }


def _print(found: Any) -> None:
    if not found.batches:
        out.print("no batches: `loremill build TITLE… --batch` makes some", highlight=False)
        return
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("batch", no_wrap=True)
    table.add_column("state")
    table.add_column("done", justify="right")
    table.add_column("failed", justify="right")
    table.add_column("at the endpoint", overflow="fold")
    table.add_column("looked at")
    for batch in found.batches:
        table.add_row(
            batch.id[:8],
            _state(batch),
            f"{batch.completed:,} of {batch.calls:,}",
            f"{batch.failed:,}",
            escape(batch.remote or "-"),
            batch.changed_at.replace("T", " ").removesuffix("Z"),
        )
    out.print(table, highlight=False)
    for batch in found.batches:
        if batch.detail:
            out.print(f"[yellow]{batch.id[:8]}: {escape(batch.detail)}[/]", highlight=False)
    if found.answered:
        out.print(
            f"\n{found.answered:,} replies collected; the build command, run again, makes the "
            "dataset of them",
            highlight=False,
        )
    for endpoint in found.elsewhere:
        out.print(
            f"[yellow]there are batches at {escape(endpoint)}, too: give it as --base-url[/]",
            highlight=False,
            soft_wrap=True,
        )
    if found.trouble is not None:
        out.print(f"[bold yellow]{escape(str(found.trouble))}[/]", highlight=False, soft_wrap=True)


def _state(batch: Any) -> str:
    status = batch.status.replace("_", " ")
    if not batch.is_live:
        return f"[green]collected[/] ({status})" if status else "[green]collected[/]"
    return f"{batch.state} ({status})" if status and status != batch.state else str(batch.state)
