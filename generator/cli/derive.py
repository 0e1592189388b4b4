"""`loremill derive`: further training sets made of datasets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from generator.cli import options as opt
from generator.cli.console import plain_stdout, steady_stderr
from generator.errors import Misconfigured

if TYPE_CHECKING:
    from generator.deriving import Derived

out = plain_stdout()
err = steady_stderr()

ASKED, CLASSES, TALKS, ROWS = "Passages and questions", "classification", "conversation", "Rows"
SHOWN = 12
"""Labels of which rows are told one by one."""
HELP = """Make a further training set of datasets; nothing is asked of a model.

Kinds: [bold]context-qa[/bold], a passage and a question -> the answer, or that the passage does not \
hold it; [bold]discriminator[/bold], can the passage answer the question: yes or no; \
[bold]classification[/bold], which article or class a text belongs to; [bold]conversation[/bold], \
several questions on one section as one chat.

It is no recipe of `build`: a recipe asks a model, this arranges what is there, so that it can be made \
again in any shape at no cost. Splits stay as they are, and every row leads back to its pair. \
`loremill export` takes the folder for other formats."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("derive", help=HELP)(derive)


def derive(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="One of the above.")],
    datasets: Annotated[
        list[str],
        typer.Argument(metavar="DATASET…", help="Names in the workspace, or folders."),
    ],
    out_folder: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Folder to write.  [dim]\\[default: derived/KIND in the dataset][/dim]",
        ),
    ] = None,
    workspace: opt.Workspace = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Another choice of texts.")] = 0,
    share: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=X",
            rich_help_panel=ASKED,
            help="Part of the rows: answerable, near_miss, other_section or other_article; may be given "
            "again.  [dim]\\[default: 0.5, 0.2, 0.2, 0.1][/dim]",
        ),
    ] = None,
    wordings: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=ROWS,
            help="Words around the texts, by language: a copy of prompts/derive.toml.",
        ),
    ] = None,
    texts: Annotated[
        str,
        typer.Option(metavar="WHAT", rich_help_panel=CLASSES, help="sentences, passages or pairs."),
    ] = "sentences",
    classes: Annotated[
        Path | None,
        typer.Option(
            metavar="CSV",
            rich_help_panel=CLASSES,
            help="A line for each title: title,class.  [dim]\\[default: every article is one][/dim]",
        ),
    ] = None,
    per_class: Annotated[
        int,
        typer.Option(
            metavar="N", rich_help_panel=CLASSES, help="The most texts of a class in a split."
        ),
    ] = 500,
    fewest: Annotated[
        int,
        typer.Option(
            metavar="N",
            rich_help_panel=CLASSES,
            help="Leave classes out with fewer texts to train on.",
        ),
    ] = 5,
    mask_titles: Annotated[
        bool,
        typer.Option(
            "--mask-titles", rich_help_panel=CLASSES, help="Hide the words of titles and classes."
        ),
    ] = False,
    turns: Annotated[
        int,
        typer.Option(
            metavar="N", rich_help_panel=TALKS, help="The most questions of one conversation."
        ),
    ] = 4,
    format: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            rich_help_panel=ROWS,
            help="Of the split files: chat, completion, alpaca, … (conversation: chat).",
        ),
    ] = "chat",
    system: Annotated[
        str,
        typer.Option(
            metavar="TEXT",
            rich_help_panel=ROWS,
            help="System prompt of every row.",
            show_default=False,
        ),
    ] = "",
    weight: Annotated[
        bool,
        typer.Option("--weight", rich_help_panel=ROWS, help="Weight 1 on every answer (chat)."),
    ] = False,
    as_json: opt.Json = False,
) -> None:
    """Make a further training set of datasets; see `HELP`."""
    from generator import api
    from generator.deriving.classes import read_classes

    options: dict[str, Any] = {"shares": _shares(share)} if share else {}
    if classes is not None:
        options["classes"] = read_classes(classes)
    made = api.derive(
        kind,
        datasets,
        out=out_folder,
        workspace=workspace,
        format=format,
        wordings=wordings,
        system=system,
        weight=weight,
        seed=seed,
        texts=texts,
        per_class=per_class,
        fewest=fewest,
        mask_titles=mask_titles,
        turns=turns,
        **options,
    )
    if as_json:
        print(json.dumps(_told(made), ensure_ascii=False))
    else:
        _show(made)


def _shares(given: list[str]) -> dict[str, float]:
    shares: dict[str, float] = {}
    for one in given:
        name, _, value = one.partition("=")
        try:
            shares[name.strip().replace("-", "_")] = float(value)
        except ValueError:
            raise Misconfigured(f"--share {one!r}: give NAME=X, such as near_miss=0.3") from None
    return shares


def _told(made: Derived) -> dict[str, Any]:
    """What `--json` prints."""
    return {
        "folder": str(made.folder),
        "kind": made.kind,
        "rows": {split: dict(labels) for split, labels in made.rows.items()},
        "left_out": dict(made.left_out),
        "warnings": list(made.warnings),
        "files": [*made.manifest["files"], "manifest.json"],
    }


def _show(made: Derived) -> None:
    _say(str(made.folder))
    for split, labels in made.rows.items():
        kinds = ", ".join(f"{label} {rows:,}" for label, rows in [*labels.items()][:SHOWN])
        more = f" and {len(labels) - SHOWN} more" if len(labels) > SHOWN else ""
        _say(f"  {split:<12} {sum(labels.values()):>9,} rows ({kinds}{more})")
    if made.left_out:
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in made.left_out.items())
        err.print(f"Left out: {reasons}", highlight=False, markup=False)
    for warning in made.warnings:
        err.print(f"Note: {warning}", highlight=False, markup=False)


def _say(text: str) -> None:
    out.print(text, highlight=False, markup=False, soft_wrap=True)
