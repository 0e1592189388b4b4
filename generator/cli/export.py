"""`loremill export`: a dataset in the format of a tool."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from generator.cli import options as opt
from generator.cli.console import plain_stdout, steady_stderr

out = plain_stdout()
err = steady_stderr()

ROWS, HUB = "Rows", "Hugging Face Hub"
HELP = """Write a dataset in the format of a tool, with its configuration where it has one.

Formats: chat (OpenAI and most others), completion, alpaca, sharegpt, gemini, trl-chat, trl-text, \
trl-prompt-completion, trl-chat-prompt-completion, trl-prompt-only, trl-chat-prompt-only, axolotl, \
llama-factory, parquet, huggingface. Splits stay as they are; nothing is asked of a model. Settings \
that are not given are those of the build."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export", help=HELP)(export)


def export(
    dataset: Annotated[
        str,
        typer.Argument(metavar="DATASET", help="Name in the workspace, or a folder."),
    ],
    format: Annotated[
        str, typer.Option(metavar="NAME", help="One of the above, or module:attribute of your own.")
    ] = "chat",
    out_folder: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Folder to write.  [dim]\\[default: exports/NAME in the dataset][/dim]",
        ),
    ] = None,
    workspace: opt.Workspace = None,
    system: Annotated[
        str | None,
        typer.Option(rich_help_panel=ROWS, metavar="TEXT", help="System prompt of every row."),
    ] = None,
    weight: Annotated[
        bool | None,
        typer.Option(
            "--weight/--no-weight", rich_help_panel=ROWS, help="Weight 1 on every answer (chat)."
        ),
    ] = None,
    separator: Annotated[
        str | None,
        typer.Option(rich_help_panel=ROWS, metavar="TEXT", help="Ends every prompt (completion)."),
    ] = None,
    stop: Annotated[
        str | None,
        typer.Option(
            rich_help_panel=ROWS, metavar="TEXT", help="Ends every completion (completion)."
        ),
    ] = None,
    base_context: Annotated[
        str | None,
        typer.Option(
            rich_help_panel=ROWS, metavar="TEXT", help="First line of every prompt (completion)."
        ),
    ] = None,
    bom: Annotated[
        bool,
        typer.Option(
            "--bom",
            rich_help_panel=ROWS,
            help="Begin files with a byte order mark, as Azure asks for (chat, completion).",
        ),
    ] = False,
    base_model: Annotated[
        str | None,
        typer.Option(
            rich_help_panel=ROWS,
            metavar="NAME",
            help="Model that the configuration tunes (axolotl, llama-factory).",
        ),
    ] = None,
    push: Annotated[
        str | None,
        typer.Option(
            rich_help_panel=HUB,
            metavar="USER/NAME",
            help="Upload it, too. The token comes from HF_TOKEN alone.",
        ),
    ] = None,
    public: Annotated[
        bool,
        typer.Option(
            "--public", rich_help_panel=HUB, help="For everyone to see; private otherwise."
        ),
    ] = False,
    as_json: opt.Json = False,
) -> None:
    """Write a dataset in the format of a tool; see `HELP`."""
    from generator import api

    made = api.export(
        dataset,
        format=format,
        out=out_folder,
        workspace=workspace,
        bom=bom,
        push=push,
        public=public,
        system=system,
        weight=weight,
        separator=opt.unescaped(separator),
        stop=opt.unescaped(stop),
        base_context=base_context,
        base_model=base_model,
    )
    if as_json:
        print(json.dumps(_told(made), ensure_ascii=False))
    else:
        _show(made)


def _told(made: Any) -> dict[str, Any]:
    """What `--json` prints of an export."""
    return {
        "folder": str(made.folder),
        "format": made.format,
        "rows": dict(made.rows),
        "left_out": dict(made.left_out),
        "files": [*made.manifest["files"], "manifest.json"],
        "is_as_built": made.manifest["dataset"]["is_as_built"],
        "url": made.url or None,
    }


def _show(made: Any) -> None:
    _say(str(made.folder))
    for split, rows in made.rows.items():
        _say(f"  {split:<12} {rows:>9,} rows")
    if made.left_out:
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in made.left_out.items())
        err.print(
            f"Left out, since the format cannot hold them: {reasons}", highlight=False, markup=False
        )
    if not made.manifest["dataset"]["is_as_built"]:
        err.print("pairs.jsonl was changed since the dataset was built; exported as it is.")
    if made.url:
        _say(made.url)


def _say(text: str) -> None:
    out.print(text, highlight=False, markup=False, soft_wrap=True)
