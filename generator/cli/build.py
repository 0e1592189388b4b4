"""`loremill build`: the main job."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from generator.cli import options as opt
from generator.cli.display import display, money
from generator.cli.progress import Progress

out = Console()
err = Console(stderr=True)

MODEL, LIMITS, PROMPTS, DATASET = "Model", "Limits", "Passages and prompts", "Dataset"
HELP = """Make a dataset of one or more articles.

Whatever was fetched or answered before is not paid for again: run the same command after an \
interruption and it goes on where it stopped. The key comes from OPENAI_API_KEY alone; without \
one the built-in writer makes simple pairs from the text itself."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("build", help=HELP)(build)


def build(
    titles: opt.Titles = None,
    files: opt.Files = None,
    title: opt.FileTitle = None,
    site: opt.Site = None,
    lang: opt.Lang = None,
    contact: opt.Contact = None,
    model: Annotated[
        str | None,
        typer.Option(
            rich_help_panel=MODEL,
            metavar="NAME",
            envvar="LOREMILL_MODEL",
            help="Chat model that writes the pairs.  [dim]\\[default: gpt-6-luna with a key or a "
            "base URL, else the built-in 'extractive'][/dim]",
            show_default=False,
        ),
    ] = None,
    base_url: Annotated[
        str | None,
        typer.Option(
            rich_help_panel=MODEL,
            metavar="URL",
            envvar="OPENAI_BASE_URL",
            help="Any OpenAI-compatible endpoint, usually ending in /v1.",
            show_default=False,
        ),
    ] = None,
    prompts: opt.Prompts = None,
    template: Annotated[
        list[str] | None,
        typer.Option(
            rich_help_panel=PROMPTS,
            metavar="NAME",
            help="Prompt files to use.  [dim]\\[default: detailed, basic][/dim]",
        ),
    ] = None,
    workspace: opt.Workspace = None,
    name: Annotated[
        str | None,
        typer.Option(
            rich_help_panel=DATASET,
            metavar="NAME",
            help="Folder of the dataset.  [dim]\\[default: from the title][/dim]",
        ),
    ] = None,
    rpm: Annotated[
        float | None, typer.Option(rich_help_panel=LIMITS, metavar="N", help="Requests per minute.")
    ] = None,
    tpm: Annotated[
        float | None, typer.Option(rich_help_panel=LIMITS, metavar="N", help="Tokens per minute.")
    ] = None,
    concurrency: Annotated[
        int | None,
        typer.Option(
            rich_help_panel=LIMITS,
            metavar="N",
            help="Calls at once, at most.  [dim]\\[default: 16][/dim]",
        ),
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option(
            rich_help_panel=LIMITS,
            metavar="SECONDS",
            help="For one attempt.  [dim]\\[default: 600][/dim]",
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            rich_help_panel=DATASET, metavar="N", help="For the splits.  [dim]\\[default: 0][/dim]"
        ),
    ] = None,
    split: Annotated[
        str | None,
        typer.Option(
            rich_help_panel=DATASET,
            metavar="A/B/C",
            help="Shares of train, validation, test.  [dim]\\[default: 80/10/10][/dim]",
        ),
    ] = None,
    format: Annotated[
        str | None,
        typer.Option(
            rich_help_panel=DATASET,
            metavar="chat|completion",
            help="Of the split files.  [dim]\\[default: chat][/dim]",
        ),
    ] = None,
    system: Annotated[
        str | None,
        typer.Option(
            rich_help_panel=DATASET, metavar="TEXT", help="System prompt of every chat row."
        ),
    ] = None,
    separator: Annotated[
        str | None,
        typer.Option(
            rich_help_panel=DATASET, metavar="TEXT", help="Ends every prompt (completion format)."
        ),
    ] = None,
    stop_sequence: Annotated[
        str | None,
        typer.Option(
            "--stop",
            rich_help_panel=DATASET,
            metavar="TEXT",
            help="Ends every completion (completion format).",
        ),
    ] = None,
    base_context: Annotated[
        str | None,
        typer.Option(
            rich_help_panel=DATASET,
            metavar="TEXT",
            help="First line of every prompt (completion format); {article}, {section}.",
        ),
    ] = None,
    back_matter: opt.BackMatter = None,
    max_words: opt.MaxWords = None,
    min_words: opt.MinWords = None,
    price_in: Annotated[
        float | None,
        typer.Option(
            rich_help_panel=MODEL, metavar="USD", help="Per million tokens in, if not in the list."
        ),
    ] = None,
    price_out: Annotated[
        float | None,
        typer.Option(rich_help_panel=MODEL, metavar="USD", help="Per million tokens out."),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="List the calls and what they would cost; call nothing."),
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No display while it works.")
    ] = False,
    as_json: opt.Json = False,
) -> None:
    """Make a dataset of one or more articles; see `HELP`."""
    given = {
        **opt.sources(files, title, site, lang, contact),
        "model": model,
        "base_url": base_url,
        "prompts": prompts,
        "templates": tuple(template) if template else None,
        "workspace": workspace,
        "name": name,
        "rpm": rpm,
        "tpm": tpm,
        "concurrency": concurrency,
        "timeout_s": timeout,
        "seed": seed,
        "shares": _shares(split),
        "format": format,
        "system": system,
        "separator": _unescaped(separator),
        "stop_sequence": _unescaped(stop_sequence),
        "base_context": base_context,
        "back_matter": back_matter,
        "max_words": max_words,
        "min_words": min_words,
        "price_in": price_in,
        "price_out": price_out,
    }
    if dry_run:
        _dry_run(titles or [], given, as_json=as_json)
    else:
        _build(titles or [], given, quiet=quiet or as_json, as_json=as_json)


def _unescaped(text: str | None) -> str | None:
    """Shells hand over a typed backslash and n as they are; a line break is meant."""
    return None if text is None else text.replace("\\n", "\n").replace("\\t", "\t")


def _shares(split: str | None) -> tuple[float, ...] | None:
    if split is None:
        return None
    try:
        parts = [float(part) for part in split.split("/")]
    except ValueError:
        parts = []
    if len(parts) != 3 or min(parts) < 0 or not sum(parts):
        raise typer.BadParameter(f"--split {split!r}: give three shares, such as 80/10/10")
    return tuple(part / sum(parts) for part in parts)


def _build(titles: list[str], given: dict[str, Any], *, quiet: bool, as_json: bool) -> None:
    from generator import api
    from generator.engine.stop import Stop

    job = api.job(titles, **given)
    if job.is_extractive and not as_json:
        _say_extractive()
    progress = Progress(api.price_of(job), clock=time.monotonic)

    async def run() -> api.Dataset:
        stop = Stop()
        with display(err, progress, quiet=quiet) as observe, stop.on_signals():
            return await api.build_async(titles, observe=observe, stop=stop, **given)

    dataset = asyncio.run(run())
    if as_json:
        print(json.dumps(summarise(dataset), ensure_ascii=False))
    else:
        _show(dataset)
    raise typer.Exit(int(dataset.exit_code))


def _say_extractive() -> None:
    err.print(
        "[bold yellow]No OPENAI_API_KEY: the built-in writer makes the pairs.[/] It copies from the "
        "text (cloze, look-ups, recitation) and knows nothing else; every row says "
        '"model": "extractive". Set a key or --base-url for a language model.',
        highlight=False,
    )


def summarise(dataset: Any) -> dict[str, Any]:
    """What `--json` prints of a finished build."""
    manifest = dataset.manifest
    return {
        "folder": str(dataset.folder),
        "exit_code": int(dataset.exit_code),
        "stopped": dataset.stopped,
        "error": str(dataset.run.stop.error or ""),
        "sections": manifest["sections"],
        "pairs": manifest["pairs"],
        "usage": manifest["usage"],
        "cost_usd": manifest["cost_usd"],
        "calls": {
            "planned": dataset.run.planned,
            "answered_before": dataset.run.already_answered,
            "answered_now": dataset.run.answered,
            "failed_now": dict(dataset.run.failed),
        },
        "missing": [
            {"asked": one.asked, "kind": one.kind, "detail": one.detail} for one in dataset.missing
        ],
    }


def _show(dataset: Any) -> None:
    manifest, run = dataset.manifest, dataset.run
    pairs, sections = manifest["pairs"], manifest["sections"]
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column()
    splits = ", ".join(f"{count:,} {split}" for split, count in pairs["splits"].items())
    table.add_row("pairs", f"{pairs['kept']:,} ({splits})")
    if pairs["rejected"]:
        table.add_row("rejected", f"{pairs['rejected']:,}: {_counts(pairs['rejected_by_reason'])}")
    table.add_row("calls", _calls(sections))
    table.add_row("asked now", f"{run.answered:,}; {run.already_answered:,} had a reply before")
    table.add_row("cost", _cost(manifest))
    table.add_row("dataset", str(dataset.folder))
    out.print(table, highlight=False)
    for one in dataset.missing:
        out.print(f"[yellow]not found[/] {escape(one.detail)}", highlight=False)
    if dataset.stopped:
        out.print(f"[bold yellow]{escape(_why_stopped(dataset))}[/]", highlight=False)


def _calls(sections: dict[str, Any]) -> str:
    counts = [
        f"{sections[status]:,} {status}" for status in ("done", "partial", "failed", "pending")
    ]
    shown = [text for text in counts if not text.startswith("0 ")]
    reasons = _counts(sections["incomplete"]["by_reason"])
    return f"{sections['planned']:,}: {', '.join(shown)}" + (f" ({reasons})" if reasons else "")


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {reason.replace('_', ' ')}" for reason, count in counts.items())


def _cost(manifest: dict[str, Any]) -> str:
    usage = manifest["usage"]
    about = "about " if usage["is_estimate"] else ""
    tokens = f"{about}{usage['prompt_tokens']:,} tokens in, {usage['completion_tokens']:,} out"
    return f"{money(manifest['cost_usd'])} ({tokens})"


def _why_stopped(dataset: Any) -> str:
    error = dataset.run.stop.error
    why = f"{error}" if error is not None else dataset.stopped
    return f"stopped: {why}. What was paid for is kept; the same command goes on from here."


def _dry_run(titles: list[str], given: dict[str, Any], *, as_json: bool) -> None:
    from generator import api

    plan = api.plan(titles, **given)
    if as_json:
        print(json.dumps(plan.as_dict(), ensure_ascii=False))
    else:
        _show_plan(plan)
    raise typer.Exit(int(plan.exit_code))


def _show_plan(plan: Any) -> None:
    table = Table(box=None, padding=(0, 1), header_style="bold")
    table.add_column("reply")
    table.add_column("prompt")
    for heading in ("pairs", "≈ in", "≈ out"):
        table.add_column(heading, justify="right")
    table.add_column("section", overflow="fold")
    single = len({call.article for call in plan.calls}) == 1
    for call in plan.calls:
        path = " > ".join(call.section) or "Introduction"
        part = f" ({call.part} of {call.parts})" if call.parts > 1 else ""
        table.add_row(
            "[dim]stored[/]" if call.is_answered else "[green]new[/]",
            call.template,
            str(call.pairs),
            f"{call.prompt_tokens:,}",
            f"{call.completion_tokens:,}",
            escape((path if single else f"{call.article}: {path}") + part),
        )
    out.print(table, highlight=False)
    for one in plan.missing:
        out.print(f"[yellow]not found[/] {escape(one.detail)}", highlight=False)
    new = plan.new
    out.print(
        f"\n{len(plan.calls):,} calls to {escape(plan.model)}, {len(new):,} of them new: "
        f"≈ {sum(call.prompt_tokens for call in new):,} tokens in, "
        f"≈ {sum(call.completion_tokens for call in new):,} out, ≈ {money(plan.cost)}",
        highlight=False,
    )
