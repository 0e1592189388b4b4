"""Options that several commands share, and how they become what the API takes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

ARTICLES, PASSAGES, BATCHES = "Articles", "Passages and prompts", "Batches"
MODEL, LIMITS, SPENDING = "Model", "Limits", "Spending, by this run"
QUALITY = "Judging and repairing"

JobFile = Annotated[
    Path | None,
    typer.Option(
        "--job",
        metavar="FILE",
        help="All of this from a file, which `loremill init` writes; options stand above it.",
    ),
]

Titles = Annotated[
    list[str] | None,
    typer.Argument(metavar="TITLE…", help="Titles of articles.", show_default=False),
]
TitlesFile = Annotated[
    Path | None,
    typer.Option(
        "--titles",
        metavar="FILE",
        help="A list of titles, one a line, # for comments; - is standard input.",
        rich_help_panel=ARTICLES,
    ),
]
Title = Annotated[
    str | None, typer.Argument(metavar="TITLE", help="Title of an article.", show_default=False)
]
Files = Annotated[
    list[Path] | None,
    typer.Option(
        "--from",
        metavar="FILE",
        help="Wikitext on disk instead; - is standard input.",
        rich_help_panel=ARTICLES,
    ),
]
FileTitle = Annotated[
    str | None,
    typer.Option(
        "--title", help="Title of the article in a --from file.", rich_help_panel=ARTICLES
    ),
]
Category = Annotated[
    list[str] | None,
    typer.Option(
        "--category",
        metavar="NAME",
        help="The articles of a category; may be given again.",
        rich_help_panel=ARTICLES,
    ),
]
Depth = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        help="Go so many levels of subcategories down.  [dim]\\[default: 0][/dim]",
        rich_help_panel=ARTICLES,
    ),
]
LinksOf = Annotated[
    list[str] | None,
    typer.Option(
        "--links-of",
        metavar="TITLE",
        help="The articles that an article links to; may be given again.",
        rich_help_panel=ARTICLES,
    ),
]
Search = Annotated[
    list[str] | None,
    typer.Option(
        "--search",
        metavar="QUERY",
        help="The articles that the wiki's own search finds; may be given again.",
        rich_help_panel=ARTICLES,
    ),
]
MaxTitles = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        help="The most titles from categories, links and searches together.",
        rich_help_panel=ARTICLES,
    ),
]
Site = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        envvar="LOREMILL_SITE",
        help="Any MediaWiki.  [dim]\\[default: English Wikipedia][/dim]",
        show_default=False,
        rich_help_panel=ARTICLES,
    ),
]
Lang = Annotated[
    str | None,
    typer.Option(
        metavar="CODE", help="Wikipedia in this language: de, ja, ar, …", rich_help_panel=ARTICLES
    ),
]
Contact = Annotated[
    str | None,
    typer.Option(
        metavar="EMAIL|URL",
        envvar="LOREMILL_CONTACT",
        help="You, for the wiki's operators; needed for more than two titles.",
        rich_help_panel=ARTICLES,
    ),
]
Workspace = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        envvar="LOREMILL_WORKSPACE",
        help="Where datasets and the store are.  [dim]\\[default: outputs][/dim]",
        show_default=False,
    ),
]
Prompts = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        help="Your own prompt files, before the shipped ones.",
        rich_help_panel=PASSAGES,
    ),
]
Recipe = Annotated[
    str | None,
    typer.Option(
        metavar="NAME|FILE",
        help="Which prompt files are used and how: expert, light, deep, simple, or your own; "
        "docs/recipes.md.  [dim]\\[default: expert; simple for the built-in writer][/dim]",
        rich_help_panel=PASSAGES,
    ),
]
Sections = Annotated[
    list[str] | None,
    typer.Option(
        "--sections",
        metavar="PATTERN",
        help="Only these sections: 'Synopsis/**' with all below, '*/Plot', '(lead)'; may be given "
        "again.",
        rich_help_panel=PASSAGES,
    ),
]
SkipSections = Annotated[
    list[str] | None,
    typer.Option(
        "--skip-sections",
        metavar="PATTERN",
        help="Not these: 'History/*'; may be given again.",
        rich_help_panel=PASSAGES,
    ),
]
BackMatter = Annotated[
    bool | None,
    typer.Option(
        "--back-matter/--no-back-matter",
        help="Also ask about References, See also and the like.",
        rich_help_panel=PASSAGES,
    ),
]
Keep = Annotated[
    list[str] | None,
    typer.Option(
        metavar="KIND",
        help="Keep what is left out by default: tables, captions, conversions, footnotes, "
        "list_markers.",
        rich_help_panel=PASSAGES,
    ),
]
Drop = Annotated[
    list[str] | None,
    typer.Option(
        metavar="KIND",
        help="Leave out what is kept by default: math, code, urls.",
        rich_help_panel=PASSAGES,
    ),
]
Checks = Annotated[
    str | None,
    typer.Option(
        metavar="NAMES",
        help="Checks to run, by commas; -NAME leaves one out: default,-names; docs/checks.md.  "
        "[dim]\\[default: default][/dim]",
        rich_help_panel="Dataset",
    ),
]
MaxWords = Annotated[
    int | None,
    typer.Option(
        help="Longest passage of one call.  [dim]\\[default: 900][/dim]", rich_help_panel=PASSAGES
    ),
]
MinWords = Annotated[
    int | None,
    typer.Option(
        help="Shorter sections are joined with a neighbour.  [dim]\\[default: 25][/dim]",
        rich_help_panel=PASSAGES,
    ),
]
Judge = Annotated[
    str | None,
    typer.Option(
        metavar="MODEL",
        help="Let a model judge the pairs, each claim with a quote that is looked up; docs/judge.md.",
        rich_help_panel=QUALITY,
    ),
]
JudgeBaseUrl = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="Endpoint of the judge.  [dim]\\[default: that of the model][/dim]",
        rich_help_panel=QUALITY,
    ),
]
JudgePriceIn = Annotated[
    float | None,
    typer.Option(
        metavar="USD",
        help="Of the judge, per million tokens in, if not in the list.",
        rich_help_panel=QUALITY,
    ),
]
JudgePriceOut = Annotated[
    float | None,
    typer.Option(
        metavar="USD", help="Of the judge, per million tokens out.", rich_help_panel=QUALITY
    ),
]
TrustJudge = Annotated[
    bool | None,
    typer.Option(
        "--trust-judge/--no-trust-judge",
        help="Let the judge refuse pairs without having passed `loremill judge test`.",
        rich_help_panel=QUALITY,
    ),
]
RoundTrip = Annotated[
    bool | None,
    typer.Option(
        "--round-trip/--no-round-trip",
        help="Let the judge also answer each question from the passage, and compare.",
        rich_help_panel=QUALITY,
    ),
]
Repair = Annotated[
    bool | None,
    typer.Option(
        "--repair/--no-repair",
        help="Word pairs anew that are unclear without the passage.  [dim]\\[default: yes, but not "
        "with --batch][/dim]",
        rich_help_panel=QUALITY,
    ),
]
TopUp = Annotated[
    bool | None,
    typer.Option(
        "--top-up/--no-top-up",
        help="Ask once more about sentences that no pair speaks of.",
        rich_help_panel=QUALITY,
    ),
]
Batch = Annotated[
    bool | None,
    typer.Option(
        "--batch/--no-batch",
        help="Ask through the Batch API: half the price, within 24 hours; docs/batch.md.",
        rich_help_panel=BATCHES,
    ),
]
Wait = Annotated[
    bool | None,
    typer.Option(
        "--wait/--no-wait",
        help="Wait for the batches, or submit them and leave.",
        rich_help_panel=BATCHES,
    ),
]
OnlineRest = Annotated[
    bool | None,
    typer.Option(
        "--online-rest/--no-online-rest",
        help="After one round of batches, ask for what is missing one by one, at the full price.",
        rich_help_panel=BATCHES,
    ),
]
BatchCalls = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        help="Calls in one batch, at most.  [dim]\\[default: 50,000][/dim]",
        rich_help_panel=BATCHES,
    ),
]
BatchMegabytes = Annotated[
    float | None,
    typer.Option(
        metavar="MB",
        help="Size of a batch's file, at most.  [dim]\\[default: 200][/dim]",
        rich_help_panel=BATCHES,
    ),
]
BatchTokens = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        help="Tokens in all batches at once, if your account has such a limit.",
        rich_help_panel=BATCHES,
    ),
]
Poll = Annotated[
    float | None,
    typer.Option(
        metavar="SECONDS",
        help="Longest time between two looks at a batch.  [dim]\\[default: 300][/dim]",
        rich_help_panel=BATCHES,
    ),
]
BaseUrl = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        envvar="OPENAI_BASE_URL",
        help="Any OpenAI-compatible endpoint, usually ending in /v1.",
        show_default=False,
        rich_help_panel=MODEL,
    ),
]
TuningBackend = Annotated[
    str,
    typer.Option(
        "--backend",
        metavar="NAME",
        help="Where a job was started that the workspace does not know: openai, local.",
        show_default=False,
    ),
]
RequestsPerMinute = Annotated[
    float | None, typer.Option(metavar="N", help="Requests per minute.", rich_help_panel=LIMITS)
]
TokensPerMinute = Annotated[
    float | None, typer.Option(metavar="N", help="Tokens per minute.", rich_help_panel=LIMITS)
]
Concurrency = Annotated[
    int | None,
    typer.Option(metavar="N", help="Calls at once, at most.", rich_help_panel=LIMITS),
]
Timeout = Annotated[
    float | None,
    typer.Option(metavar="SECONDS", help="For one attempt.", rich_help_panel=LIMITS),
]
Budget = Annotated[
    float | None,
    typer.Option(metavar="USD", help="The most to spend.", rich_help_panel=SPENDING),
]
TokenBudget = Annotated[
    int | None, typer.Option(metavar="N", help="The most tokens.", rich_help_panel=SPENDING)
]
MaxCalls = Annotated[
    int | None,
    typer.Option(
        metavar="N", help="The most calls; 0 takes what is stored.", rich_help_panel=SPENDING
    ),
]
Until = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        help="Send no call later: 07:00, the next one to come, or 2026-11-21T07:00.",
        rich_help_panel=SPENDING,
    ),
]
Yes = Annotated[
    bool,
    typer.Option(
        "--yes", "-y", help="Do not ask before more than about $5.", rich_help_panel=SPENDING
    ),
]
PriceIn = Annotated[
    float | None,
    typer.Option(metavar="USD", help="Per million tokens in.", rich_help_panel=MODEL),
]
PriceOut = Annotated[
    float | None,
    typer.Option(metavar="USD", help="Per million tokens out.", rich_help_panel=MODEL),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No display while it works.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]


def listings(
    category: list[str] | None,
    depth: int | None,
    links_of: list[str] | None,
    search: list[str] | None,
    max_titles: int | None,
) -> dict[str, Any]:
    """Options about titles that a wiki lists, as the API names them."""
    return {
        "categories": several(category),
        "depth": depth,
        "links_of": several(links_of),
        "searches": several(search),
        "max_titles": max_titles,
    }


def several(values: list[str] | None) -> tuple[str, ...] | None:
    """What was given once or more often; None where it was not."""
    return tuple(values) if values else None


def names(text: str | None) -> tuple[str, ...] | None:
    """Names parted by commas; None where nothing was given."""
    return None if text is None else tuple(filter(None, map(str.strip, text.split(","))))


def unescaped(text: str | None) -> str | None:
    """Shells hand over a typed backslash and n as they are; a line break is meant."""
    return None if text is None else text.replace("\\n", "\n").replace("\\t", "\t")


def sources(
    files: list[Path] | None,
    title: str | None,
    site: str | None,
    lang: str | None,
    contact: str | None,
) -> dict[str, Any]:
    """Options about where articles come from, as the API names them."""
    return {
        "files": tuple(files) if files else None,
        "title": title,
        "site": site,
        "lang": lang,
        "contact": contact,
    }
