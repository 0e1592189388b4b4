"""`loremill tune tiny`: a tiny model from nothing, to try the road with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from generator.cli import options as opt
from generator.cli.console import plain_stdout

out = plain_stdout()


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("tiny")(tiny)


def tiny(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Where to put it.", show_default=False)
    ],
    text: Annotated[
        list[Path] | None,
        typer.Option(
            "--text",
            metavar="FILE",
            help="Text that the tokenizer is trained on; may be given again.  "
            "[dim]\\[default: none, every byte is a token][/dim]",
            show_default=False,
        ),
    ] = None,
    width: Annotated[int, typer.Option(min=8, help="Of the hidden layers.")] = 128,
    layers: Annotated[int, typer.Option(min=1, help="How many.")] = 2,
    heads: Annotated[int, typer.Option(min=1, help="Of attention.")] = 4,
    vocabulary: Annotated[int, typer.Option(min=259, help="Tokens, at most.")] = 512,
    context: Annotated[int, typer.Option(min=8, help="Tokens of an example, at most.")] = 512,
    seed: Annotated[int, typer.Option(help="Of the random weights.")] = 0,
    as_json: opt.Json = False,
) -> None:
    """Make a tiny chat model with random weights: it knows nothing, not even a word.

    It takes a second and no download, and goes the whole road of tuning, serving and evaluating, for
    demonstrations and tests. It learns rules of letters; it learns no facts. For those take a real model.
    """
    from generator.tuning.local.tiny import make_tiny

    parameters = make_tiny(
        folder,
        text or (),
        width=width,
        layers=layers,
        heads=heads,
        vocabulary=vocabulary,
        context=context,
        seed=seed,
    )
    if as_json:
        print(json.dumps({"folder": str(folder), "parameters": parameters}, ensure_ascii=False))
        return
    out.print(
        f"{escape(str(folder))}: {parameters:,} parameters, all of them random: it knows nothing yet",
        highlight=False,
    )
