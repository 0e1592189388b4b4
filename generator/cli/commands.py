"""Every command by its name and in a line, so that only the one that is run has to be loaded."""

from __future__ import annotations

import importlib
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

COMMANDS: Final = {
    "build": "Make a dataset of one or more articles.",
    "init": "Write a commented example of a job file, with all options and their defaults.",
    "outline": "Show the section tree of an article with its word counts, and what would be sent.",
    "compare": "Compare two datasets, two prompt files or two models, section by section.",
    "export": "Write a dataset in the format of a tool, with its configuration where it has one.",
    "derive": "Make a further training set of datasets; nothing is asked of a model.",
    "ask": "Ask a model, in the way of the dataset that it was tuned on.",
    "evaluate": "Ask a base model and a tuned one the questions of a dataset, and show them side by side.",
    "import": "Make a dataset of questions and answers that are there already.",
    "report": "Make report.html of a dataset anew, with the time that replies took.",
    "status": "Show what is running, the datasets and whether their files are whole, and what was paid.",
    "watch": "Follow the runs of a workspace from another terminal; ends when they do.",
    "prompts": "List, show, copy, check, try and compare prompt files.",
    "recipes": "List, show, copy and check recipes.",
    "batch": "Batches of `build --batch`: look at them, fetch what is done, end them.",
    "judge": "Test whether a model may judge pairs, before a build lets it.",
    "tune": "Check a dataset for tuning, run jobs, follow them, read results.",
}
"""In the order of `loremill --help`; each line is the first of the command's own help.

A command is a module of this package with its name: with `register(app)`, or, for one that has commands of
its own, with a Typer `app`.
"""
_MODULES: Final = {"import": "import_"}
"""Of commands whose name cannot be a module's."""


class Commands(TyperGroup):
    """All commands of `loremill`, each loaded when it is run."""

    def __init__(self, **settings: Any) -> None:
        """Know them by name and line; `settings` are Typer's."""
        lines = {name: TyperCommand(name, help=line) for name, line in COMMANDS.items()}
        super().__init__(**{**settings, "commands": lines})

    def get_help_option(self, ctx: Any) -> Any:
        """The option, with a default: for one without, Typer loads Pydantic to find it a flag."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.default = False
        return option

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Load the command that the arguments name."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, None if name is None else load(name), rest


def load(name: str) -> Any:
    """One of `COMMANDS` itself."""
    module = importlib.import_module(f"generator.cli.{_MODULES.get(name, name)}")
    app = typer.Typer(rich_markup_mode="rich")
    if hasattr(module, "register"):
        module.register(app)
    else:
        app.add_typer(module.app, name=name)
    return typer.main.get_group(app).commands[name]
