"""`loremill prompts`: the prompt files, to look at and to make one's own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from generator.cli import check_prompts, try_prompt, versions
from generator.cli import options as opt
from generator.cli.console import plain_stdout

out = plain_stdout()
app = typer.Typer(
    help="List, show, copy, check, try and compare prompt files.", no_args_is_help=True
)
check_prompts.register(app)
try_prompt.register(app)
versions.register(app)

Name = Annotated[
    str, typer.Argument(metavar="NAME", help="Name of a prompt file: basic, detailed, …")
]


@app.command("list")
def list_(prompts: opt.Prompts = None, as_json: opt.Json = False) -> None:
    """List the prompt files that can be used, and where each comes from."""
    from generator.asking import recipes_with
    from generator.prompts import list_templates, read_template

    templates = [read_template(path) for _, path in list_templates(prompts)]
    recipes = {one.name: recipes_with(one.name, prompts) for one in templates}
    if as_json:
        rows = [
            {
                "name": one.name,
                "kind": one.kind,
                "pairs": one.pairs,
                "digest": one.digest,
                "path": one.path,
                "recipes": recipes[one.name],
            }
            for one in templates
        ]
        print(json.dumps(rows, ensure_ascii=False))
        return
    table = Table(box=None, padding=(0, 2), header_style="bold")
    for heading in ("name", "kind", "pairs", "recipes", "version", "file"):
        table.add_column(heading, overflow="fold")
    for one in templates:
        pairs = str(one.pairs)
        if one.pairs == "auto":
            pairs = f"1 per {one.words_per_pair} words, {one.min_pairs}–{one.max_pairs}"
        used_by = escape(", ".join(recipes[one.name]))
        table.add_row(escape(one.name), one.kind, pairs, used_by, one.digest[:8], escape(one.path))
    out.print(table, highlight=False)


@app.command("show")
def show(
    name: Name,
    article: Annotated[
        str | None,
        typer.Option(metavar="TITLE", help="Render it for the first passage of this article."),
    ] = None,
    section: Annotated[
        str | None,
        typer.Option(metavar="HEADING", help="…or for the first passage below this heading."),
    ] = None,
    file: opt.Files = None,
    prompts: opt.Prompts = None,
    site: opt.Site = None,
    lang: opt.Lang = None,
    contact: opt.Contact = None,
    workspace: opt.Workspace = None,
) -> None:
    """Show a prompt file, or what a model would be sent for an article."""
    from generator.prompts import find_templates

    template = find_templates([name], folder=prompts)[0]
    if article is None and not file:
        print(Path(template.path).read_text(encoding="utf-8-sig"), end="")
        return
    given = {**opt.sources(file, None, site, lang, contact), "workspace": workspace}
    for role, content in _rendered(template, article, section, given):
        out.print(f"[bold]\\[{role}][/]", highlight=False)
        out.print(escape(content), highlight=False, soft_wrap=True)
        out.print()


def _rendered(
    template: Any, article: str | None, section: str | None, given: dict[str, Any]
) -> Any:
    from generator import api
    from generator.errors import Misconfigured
    from generator.names import nearest
    from generator.prompts import render

    prepared = api.outline(article, **given)
    headings = [passage.section for passage in prepared.passages]
    for passage in prepared.passages:
        if section is None or section in passage.section:
            return render(template, passage)
    if section is None:
        raise Misconfigured(f"{prepared.page.title!r} holds no prose to ask about")
    known = {heading for path in headings for heading in path}
    raise Misconfigured(
        f"no section {section!r} in {prepared.page.title!r}{nearest(section, known)}"
    )


@app.command("copy")
def copy(
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", help="Name of a prompt file, or NAME@DIGEST: a version."),
    ],
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="Folder for your copy.")] = Path(
        "prompts"
    ),
    prompts: opt.Prompts = None,
    workspace: opt.Workspace = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a copy that is there.")] = False,
) -> None:
    """Copy a prompt file to edit, or bring back an older version of one.

    `./prompts` is looked into before the shipped ones.
    """
    from generator.errors import Misconfigured
    from generator.versions import find_wording, store_of

    with store_of(workspace or versions.WORKSPACE) as store:
        found = find_wording(name, store, prompts)
    target = to / f"{found.name}.md"
    if target.exists() and not force:
        raise Misconfigured(f"{target} is there already; --force replaces it")
    try:
        to.mkdir(parents=True, exist_ok=True)
        target.write_bytes(found.text.encode())
    except OSError as error:
        raise Misconfigured(f"cannot write {target}: {error.strerror}") from error
    out.print(f"{escape(str(target))}: edit it, then {_how(found.name)}", highlight=False)


def _how(name: str) -> str:
    """How a build comes to use a prompt file."""
    from generator.asking import recipes_with
    from generator.config import EXPERT

    recipes = recipes_with(name)
    if EXPERT in recipes:
        return "build as before"
    if recipes:
        return f"build with --recipe {recipes[0]}: the default recipe does without it"
    return "use it as before"
