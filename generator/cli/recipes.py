"""`loremill recipes`: the recipes, to look at and to make one's own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from generator.cli import options as opt
from generator.cli.console import plain_stdout

out = plain_stdout()
app = typer.Typer(help="List, show, copy and check recipes.", no_args_is_help=True)

Name = Annotated[
    str, typer.Argument(metavar="NAME|FILE", help="Name of a recipe, expert say, or its file.")
]


@app.command("list")
def list_(prompts: opt.Prompts = None, as_json: opt.Json = False) -> None:
    """List the recipes that can be used, and where each comes from."""
    from generator.recipes import list_recipes, load_recipe

    recipes = [load_recipe(str(path), prompts) for _, path in list_recipes(prompts)]
    if as_json:
        print(json.dumps([_told(one) for one in recipes], ensure_ascii=False))
        return
    table = Table(box=None, padding=(0, 2), header_style="bold")
    for heading in ("name", "steps", "what it does", "file"):
        table.add_column(heading, overflow="fold")
    for one in recipes:
        steps = str(len(one.steps))
        table.add_row(escape(one.name), steps, escape(one.description), escape(one.path))
    out.print(table, highlight=False)


@app.command("show")
def show(name: Name, prompts: opt.Prompts = None, as_json: opt.Json = False) -> None:
    """Show a recipe file, or with `--json` its steps as they are understood."""
    from generator.recipes import load_recipe

    recipe = load_recipe(name, prompts)
    print(json.dumps(_told(recipe), ensure_ascii=False) if as_json else recipe.source.rstrip())


@app.command("copy")
def copy(
    name: Name,
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="Folder for your copy.")] = Path(
        "prompts"
    ),
    prompts: opt.Prompts = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a copy that is there.")] = False,
) -> None:
    """Copy a recipe to edit; `./prompts/recipes` is looked into before the shipped ones."""
    from generator.errors import Misconfigured
    from generator.recipes import RECIPES, load_recipe

    recipe = load_recipe(name, prompts)
    target = to / RECIPES / f"{recipe.name}.toml"
    if target.exists() and not force:
        raise Misconfigured(f"{target} is there already; --force replaces it")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(recipe.source, encoding="utf-8")
    except OSError as error:
        raise Misconfigured(f"cannot write {target}: {error.strerror}") from error
    out.print(f"{escape(str(target))}: edit it, then build with --recipe {escape(recipe.name)}")


@app.command("check")
def check(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME|FILE]…", help="All where none is named.")
    ] = None,
    prompts: opt.Prompts = None,
) -> None:
    """Look recipes over, with their prompt files; ends with the first that cannot be used."""
    from generator.recipes import list_recipes, load_recipe

    for name in names or [str(path) for _, path in list_recipes(prompts)]:
        recipe = load_recipe(name, prompts)
        out.print(f"{escape(recipe.path)}: {len(recipe.steps)} steps, nothing found")


def _told(recipe: Any) -> dict[str, Any]:
    steps = [
        {
            "name": step.name,
            "prompt": step.template.label,
            "gives": step.gives,
            "after": list(step.after),
            "per": step.amount.per,
        }
        for step in recipe.steps
    ]
    return {
        "name": recipe.name,
        "description": recipe.description,
        "steps": steps,
        "path": recipe.path,
    }
