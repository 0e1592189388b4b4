"""`loremill import`: a dataset of questions and answers that are there already."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from generator.cli import options as opt
from generator.cli.console import lost_output_is_said, plain_stdout, steady_stderr

if TYPE_CHECKING:
    from generator.importing import Imported, Preview

out = plain_stdout()

FIELDS, DATASET = "Fields", "Dataset"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import")(import_)


def import_(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE…",
            help="JSONL, JSON, CSV, TSV or Parquet, packed with gzip or not; - is standard input.",
            show_default=False,
        ),
    ],
    prompt_field: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Field with the questions; a.b is a field in a field.  [dim]\\[default: guessed][/dim]",
            show_default=False,
            rich_help_panel=FIELDS,
        ),
    ] = "",
    completion_field: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Field with the answers.  [dim]\\[default: guessed][/dim]",
            show_default=False,
            rich_help_panel=FIELDS,
        ),
    ] = "",
    group_field: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Rows with the same value in it go into the same split.",
            show_default=False,
            rich_help_panel=FIELDS,
        ),
    ] = "",
    encoding: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Of the text: utf-8, cp1252, shift_jis, …  [dim]\\[default: guessed][/dim]",
            show_default=False,
            rich_help_panel=FIELDS,
        ),
    ] = "",
    delimiter: Annotated[
        str,
        typer.Option(
            metavar="SIGN",
            help="Between the cells of a table, tab for tabs.  [dim]\\[default: guessed][/dim]",
            show_default=False,
            rich_help_panel=FIELDS,
        ),
    ] = "",
    map: Annotated[
        str,
        typer.Option(
            "--map",
            metavar="MODULE:FUNCTION",
            help="Make pairs of plain lines with your own function; it is run, so trust it.",
            show_default=False,
            rich_help_panel=FIELDS,
        ),
    ] = "",
    sample: Annotated[
        int | None,
        typer.Option(
            metavar="N", help="So many clean pairs, chosen by the seed.", rich_help_panel=DATASET
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="For the sample and the splits.  [dim]\\[default: 0][/dim]",
            rich_help_panel=DATASET,
        ),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            metavar="WORD",
            help="Kind that the pairs are tagged with.  [dim]\\[default: imported][/dim]",
            rich_help_panel=DATASET,
        ),
    ] = None,
    licence: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Of the source, for the dataset card: cc-by-4.0, mit, …",
            show_default=False,
            rich_help_panel=DATASET,
        ),
    ] = "",
    checks: opt.Checks = None,
    split: Annotated[
        str | None,
        typer.Option(
            metavar="A/B/C",
            help="Shares of train, validation, test.  [dim]\\[default: 80/10/10][/dim]",
            rich_help_panel=DATASET,
        ),
    ] = None,
    format: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Of the split files: chat, completion, alpaca, sharegpt, gemini, trl-….  "
            "[dim]\\[default: chat][/dim]",
            rich_help_panel=DATASET,
        ),
    ] = None,
    system: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT", help="System prompt of every chat row.", rich_help_panel=DATASET
        ),
    ] = None,
    workspace: opt.Workspace = None,
    name: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Folder of the dataset.  [dim]\\[default: from the file][/dim]",
            rich_help_panel=DATASET,
        ),
    ] = None,
    report: Annotated[
        bool | None,
        typer.Option(
            "--report/--no-report",
            help="Write report.html, a page to look at.",
            rich_help_panel=DATASET,
        ),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="Show the fields and what becomes of the first rows; write nothing."
        ),
    ] = False,
    quiet: opt.Quiet = False,
    as_json: opt.Json = False,
) -> None:
    """Make a dataset of questions and answers that are there already.

    Reads question/answer rows, chats (messages, ShareGPT) and Alpaca; cleans, checks and splits them.
    Calls no model.
    """
    from generator.importing import import_pairs, preview

    options: dict[str, Any] = {
        "prompt_field": prompt_field,
        "completion_field": completion_field,
        "group_field": group_field,
        "encoding": encoding,
        "delimiter": delimiter,
        "map": map,
        "sample": sample,
        "licence": licence,
        "checks": opt.names(checks),
        "seed": seed,
        "shares": split,
        "format": format,
        "system": system,
        "workspace": workspace,
        "name": name,
        "report": report,
        **({} if kind is None else {"kind": kind}),
    }
    if dry_run:
        _tell_preview(preview(files, **options), as_json=as_json)
        return
    from generator.cli.import_view import watching

    err = steady_stderr()
    with watching(err, quiet=quiet or as_json) as observe:
        imported = import_pairs(files, observe=observe, **options)
    with lost_output_is_said(err):
        _tell(imported, as_json=as_json)
    raise typer.Exit(int(imported.exit_code))


def _tell_preview(seen: Preview, *, as_json: bool) -> None:
    from generator.cli.import_view import show_preview

    if not as_json:
        show_preview(out, seen)
        return
    summary = {
        "sources": [source.told() for source in seen.sources],
        "examples": [
            {
                "file": one.name,
                "row": one.number,
                "before": one.before,
                "pairs": [
                    {"prompt": pair.prompt, "completion": pair.completion, "repairs": pair.repairs, "rejected": reason}
                    for pair, reason in zip(one.pairs, one.reasons, strict=True)
                ],
            }
            for one in seen.examples
        ],
        "clean": seen.clean,
        "rejected_by_reason": dict(seen.rejected),
    }  # fmt: skip
    print(json.dumps(summary, ensure_ascii=False))


def _tell(imported: Imported, *, as_json: bool) -> None:
    from generator.cli.import_view import show_summary

    if not as_json:
        show_summary(out, imported)
        return
    manifest = imported.manifest
    summary = {
        "folder": str(imported.folder),
        "exit_code": int(imported.exit_code),
        "sources": [source.told() for source in imported.sources],
        "pairs": manifest["pairs"],
        "repairs": manifest["replies"]["repairs"],
        "sample": imported.sample,
        "not_sampled": manifest["settings"]["import"]["not_sampled"],
        "groups": manifest["settings"]["import"]["groups"],
        "closest_across_splits": manifest["settings"]["import"]["closest_across_splits"],
    }
    print(json.dumps(summary, ensure_ascii=False))
