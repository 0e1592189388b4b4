"""`loremill prompts log` and `loremill prompts diff`: the versions of a prompt file, and what came of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.cells import cell_len, set_cell_size
from rich.markup import escape
from rich.text import Text

from generator.cli import options as opt
from generator.cli.console import plain_stdout, steady_stderr
from generator.cli.display import money

out = plain_stdout()
err = steady_stderr()

WORKSPACE = Path("outputs")
_COLOURS = {"+++": "bold", "---": "bold", "@@ ": "cyan", "+": "green", "-": "red"}
"""By the beginning of a line, the first that fits."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

One = Annotated[
    str,
    typer.Argument(metavar="A", help="NAME, NAME@DIGEST (its beginning will do), or a file."),
]
Other = Annotated[
    str | None,
    typer.Argument(
        metavar="B",
        help="What to compare with.  [dim]\\[default: what a build would use now; where A is that, "
        "the version used before][/dim]",
        show_default=False,
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("log")(log)
    app.command("diff")(diff)


def log(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of a prompt file.")],
    prompts: opt.Prompts = None,
    workspace: opt.Workspace = None,
    as_json: opt.Json = False,
) -> None:
    """List the versions of a prompt file that the workspace has used, and what came of each."""
    from generator.errors import Misconfigured
    from generator.versions import log_of, store_of

    place = workspace or WORKSPACE
    with store_of(place) as store:
        if store is None:
            raise Misconfigured(
                f"no workspace at {place}: build something first, or give --workspace"
            )
        found = log_of(name, store, prompts)
    if as_json:
        print(json.dumps(_as_dict(found), ensure_ascii=False))
    else:
        _show(found)


def _as_dict(found: Any) -> dict[str, Any]:
    return {
        "name": found.name,
        "file": found.path,
        "digest": found.now,
        "versions": [
            {
                "digest": one.version.digest,
                "first_at": one.version.first_at,
                "last_at": one.version.last_at,
                "is_in_use": one.is_in_use,
                "uses": [
                    {
                        **{name: value for name, value in asdict(use).items() if name not in _KEY},
                        "accepted": use.kept / use.read if use.read else None,
                    }
                    for use in one.uses
                ],
            }
            for one in found.versions
        ],
    }


_KEY = ("name", "digest")


def _show(found: Any) -> None:
    uses = [_cells(use) for one in found.versions for use in one.uses]
    widths = [max(map(cell_len, column)) for column in zip(*uses, strict=True)]
    for one in found.versions:
        colour = "bold green" if one.is_in_use else "bold"
        mark = "●" if one.is_in_use else " "
        out.print(
            f"[{colour}]{mark} {one.version.digest[:8]}[/]  {_when(one.version)}", highlight=False
        )
        for use in one.uses:
            cells = map(set_cell_size, _cells(use), widths)
            out.print(escape("    " + "  ".join(cells).rstrip()), highlight=False, soft_wrap=True)
        if not one.uses:
            out.print("    [dim]no dataset yet[/]", highlight=False)
    for line in _about_now(found):
        out.print(escape(line), highlight=False, soft_wrap=True)


def _when(version: Any) -> str:
    first, last = (at[:16].replace("T", " ") for at in (version.first_at, version.last_at))
    return f"used {first}" if first == last else f"used {first} to {last}"


def _cells(use: Any) -> tuple[str, ...]:
    return (
        use.dataset,
        use.model,
        f"{use.calls:,} {'call' if use.calls == 1 else 'calls'}",
        f"{use.kept:,} {'row' if use.kept == 1 else 'rows'}",
        f"{use.kept / use.read:.0%} accepted" if use.read else "no pairs",
        money(use.cost_usd),
    )


def _about_now(found: Any) -> Iterator[str]:
    if any(one.is_in_use for one in found.versions):
        yield f"\n● in use: {found.path}"
    elif found.now:
        yield f"{_gap(found)}in use: {found.now[:8]}, {found.path}, with which nothing was built here yet"
    elif found.path:
        yield f"{_gap(found)}{found.path} cannot be used: `loremill prompts check {found.name}` says why"
    else:
        yield f"\nthere is no such file now; `loremill prompts copy {found.name}@DIGEST` brings one back"


def _gap(found: Any) -> str:
    return "\n" if found.versions else ""


# Comparing ----------------------------------------------------------------------------------------


def diff(
    a: One, b: Other = None, prompts: opt.Prompts = None, workspace: opt.Workspace = None
) -> None:
    """Compare two versions of a prompt file, or two files."""
    from generator.versions import compare, find_pair, store_of

    with store_of(workspace or WORKSPACE) as store:
        old, new = find_pair(a, b, store, prompts)
    lines = list(compare(old, new))
    for line in lines:
        _print(line)
    if not lines:
        err.print(escape(f"{old.label} and {new.label} say the same"), highlight=False)
    elif old.digest and old.digest == new.digest:
        err.print("[dim]both ask the same: no call is new by this[/]", highlight=False)


def _print(line: str) -> None:
    if not out.is_terminal:
        print(line)
        return
    style = next((style for start, style in _COLOURS.items() if line.startswith(start)), "")
    out.print(Text(_CONTROLS.sub("\ufffd", line), style), soft_wrap=True, highlight=False)
