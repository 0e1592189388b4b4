"""`loremill outline`: an article's sections as they were cleaned, and what would be sent."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.tree import Tree

from generator.cli import options as opt
from generator.cli.console import plain_stdout
from generator.records import Article, Passage, Section

out = plain_stdout()


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("outline")(outline)


def outline(
    title: opt.Title = None,
    file: opt.Files = None,
    file_title: opt.FileTitle = None,
    site: opt.Site = None,
    lang: opt.Lang = None,
    contact: opt.Contact = None,
    workspace: opt.Workspace = None,
    sections: opt.Sections = None,
    skip_sections: opt.SkipSections = None,
    back_matter: opt.BackMatter = None,
    keep: opt.Keep = None,
    drop: opt.Drop = None,
    max_words: opt.MaxWords = None,
    min_words: opt.MinWords = None,
    diff: Annotated[
        bool,
        typer.Option("--diff", help="The wikitext itself, with what was left out marked in it."),
    ] = False,
    as_json: opt.Json = False,
) -> None:
    """Show the section tree of an article with its word counts, and what would be sent."""
    from generator import api

    given = {
        **opt.sources(file, file_title, site, lang, contact),
        "workspace": workspace,
        "sections": opt.several(sections),
        "skip_sections": opt.several(skip_sections),
        "back_matter": back_matter,
        "keep": opt.several(keep),
        "drop": opt.several(drop),
        "max_words": max_words,
        "min_words": min_words,
    }
    prepared = api.outline(title, **given)
    if as_json:
        print(json.dumps(_as_dict(prepared), ensure_ascii=False))
    elif diff:
        _show_diff(prepared, api.job(title or (), **given).clean_options)
    else:
        _show(prepared)
        _say_what_patterns_miss(prepared, api.job(title or (), **given))


def _say_what_patterns_miss(prepared: Any, job: Any) -> None:
    from generator.wikitext.headings import Headings

    headings = Headings(job.selection, back_matter=job.back_matter)
    headings.see(prepared.article)
    for remark in headings.remarks():
        out.print(f"[yellow]{escape(remark)}[/]", highlight=False)


def _show_diff(prepared: Any, options: Any) -> None:
    from generator.cli.diff import legend, render
    from generator.wikitext.removed import removed_spans

    page = prepared.page
    removed = removed_spans(
        page.wikitext, title=page.title, language=page.language, options=options
    )
    in_colour = out.is_terminal and not out.no_color
    if in_colour:
        out.print(legend(), highlight=False)
    out.print(render(page.wikitext, removed, in_colour=in_colour), highlight=False, soft_wrap=True)


def _show(prepared: Any) -> None:
    article, page = prepared.article, prepared.page
    sent = _sent_sections(prepared.passages)
    link = f"  [dim]{escape(page.url)}[/]" if page.url else ""
    tree = Tree(f"[bold]{escape(page.title)}[/]{link}")
    _grow(tree, article, None, sent)
    out.print(tree, highlight=False)
    words = sum(passage.words for passage in prepared.passages)
    out.print(
        f"\n{len(prepared.passages):,} passages of {words:,} words would be sent:", highlight=False
    )
    for passage in prepared.passages:
        out.print(f"  {escape(_passage_line(passage))}", highlight=False)
    if article.redirect:
        out.print(f"[yellow]a redirect to {escape(article.redirect)}: ask for that[/]")
    if article.removed:
        kinds = ", ".join(f"{count:,} {escape(kind)}" for kind, count in _most(article.removed))
        out.print(f"\n[dim]left out: {kinds}[/]", highlight=False)


SHOWN_KINDS = 20
"""Kinds of removed things that are listed; a long article has hundreds of templates."""


def _most(removed: Any) -> list[tuple[str, int]]:
    return sorted(removed.items(), key=lambda one: (-one[1], one[0]))[:SHOWN_KINDS]


def _grow(tree: Tree, article: Article, parent: Section | None, sent: set[tuple[str, ...]]) -> None:
    for section in article.children(parent):
        name = section.title or "Introduction"
        words = f"{section.words:,} words"
        if section.is_back_matter:
            label = f"[dim]{escape(name)}  {words}, back matter: not sent[/]"
        elif section.words and section.path in sent:
            label = f"{escape(name)}  [green]{words}[/]"
        else:
            label = f"{escape(name)}  [dim]{words}[/]"
        branch = tree.add(label)
        if section.level:
            _grow(branch, article, section, sent)


def _sent_sections(passages: tuple[Passage, ...]) -> set[tuple[str, ...]]:
    return {path for passage in passages for path in (passage.section, *passage.joined)}


def _passage_line(passage: Passage) -> str:
    part = f" (part {passage.part} of {passage.parts})" if passage.parts > 1 else ""
    also = "".join(f" + {' > '.join(path)}" for path in passage.joined)
    return f"{passage.heading}{part}{also}: {passage.words:,} words"


def _as_dict(prepared: Any) -> dict[str, Any]:
    page, article = prepared.page, prepared.article
    return {
        "title": page.title,
        "url": page.url,
        "page_id": page.page_id,
        "revision_id": page.revision_id,
        "language": page.language,
        "redirect": article.redirect,
        "is_disambiguation": article.is_disambiguation,
        "sections": [
            {
                "path": list(section.path),
                "level": section.level,
                "words": section.words,
                "anchor": section.anchor,
                "is_back_matter": section.is_back_matter,
            }
            for section in article.sections
        ],
        "passages": [
            {
                "section": list(passage.section),
                "part": passage.part,
                "parts": passage.parts,
                "joined": [list(path) for path in passage.joined],
                "words": passage.words,
                "text": passage.text,
            }
            for passage in prepared.passages
        ],
        "removed": dict(article.removed),
    }
