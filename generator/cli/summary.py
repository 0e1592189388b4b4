"""What a build has come to, for people and for scripts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from generator.cli.display import money
from generator.metrics.goals import headline

SHOWN_CAUSES = 10
SHOWN_MISSING = 5
"""So many missing titles are told one by one; more only by cause."""


def summarise(dataset: Any) -> dict[str, Any]:
    """What `--json` prints of a finished build."""
    manifest, report = dataset.manifest, dataset.report()
    return {
        "folder": str(dataset.folder),
        "exit_code": int(dataset.exit_code),
        "stopped": dataset.stopped,
        "error": str(dataset.run.stop.error or dataset.gone or ""),
        "articles": manifest["articles"],
        "sections": manifest["sections"],
        "pairs": manifest["pairs"],
        "covers": headline(manifest.get("measures")),
        "usage": manifest["usage"],
        "cost_usd": manifest["cost_usd"],
        "mending": manifest["mending"],
        "judging": manifest["judging"],
        "calls": {
            "planned": dataset.run.planned,
            "answered_before": dataset.run.already_answered,
            "answered_now": dataset.run.answered,
            "followed_up": dict(dataset.run.followed_up),
            "led_on": dict(dataset.run.led_on),
            "failed_now": dict(dataset.run.failed),
        },
        "causes": [asdict(cause) for cause in report.causes],
        "incomplete_articles": [asdict(article) for article in report.articles],
        "duplicates": dataset.duplicates,
        "unselected": dataset.unselected,
        "not_reached": dataset.not_reached,
        "missing": [
            {"asked": one.asked, "kind": one.kind, "detail": one.detail} for one in dataset.missing
        ],
        "log": str(dataset.log or ""),
    }


def show_summary(out: Console, dataset: Any) -> None:
    """Print what there is, what is not done and why, and what to do about it."""
    report = dataset.report()
    out.print(_figures(dataset), highlight=False)
    if 0 < len(dataset.missing) <= SHOWN_MISSING:
        for one in dataset.missing:
            out.print(f"[yellow]left out[/] {escape(one.detail)}", highlight=False)
    _show_causes(out, report, skip_titles=len(dataset.missing) <= SHOWN_MISSING)
    if report.articles and dataset.manifest["articles"]["total"] > 1:
        _show_articles(out, report)
    for line in _endings(dataset):
        out.print(f"\n[bold yellow]{escape(line)}[/]", highlight=False)


def _figures(dataset: Any) -> Table:
    manifest, run = dataset.manifest, dataset.run
    pairs, sections = manifest["pairs"], manifest["sections"]
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    splits = ", ".join(f"{count:,} {split}" for split, count in pairs["splits"].items())
    table.add_row("pairs", f"{pairs['kept']:,} ({splits})")
    if pairs["rejected"]:
        table.add_row("rejected", f"{pairs['rejected']:,}: {_counts(pairs['rejected_by_reason'])}")
    if marked := pairs["marked_by_reason"]:
        table.add_row("marked", f"{_counts(marked)}; kept, see `marks` in pairs.jsonl")
    if covers := headline(manifest.get("measures")):
        table.add_row("covers", covers)
    if leaks := manifest["splits"].get("leaks"):
        table.add_row("held out", _leaks(leaks))
    elif likest := _likest(manifest.get("measures")):
        table.add_row("held out", likest)
    for name, text in _second(manifest):
        table.add_row(name, text)
    if articles := _articles(dataset):
        table.add_row("articles", articles)
    table.add_row("calls", _calls(sections))
    table.add_row("asked now", f"{run.answered:,}; {run.already_answered:,} had a reply before")
    table.add_row("cost", _cost(manifest))
    table.add_row("dataset", escape(str(dataset.folder)))
    if dataset.log and int(dataset.exit_code):
        table.add_row("log", escape(str(dataset.log)))
    return table


def _likest(measures: dict[str, Any] | None) -> str:
    """Of splits by section; empty where there is nothing on two sides."""
    leakage = (measures or {}).get("leakage") or {}
    closest = leakage.get("closest")
    if not closest:
        return ""
    return (
        f"{leakage['same']:,} questions also trained; likest to training: "
        f"{closest['similarity']:.2f} of 1 for a question held out"
    )


def _leaks(leaks: dict[str, Any]) -> str:
    return (
        f"{leaks['shared_groups']:,} groups on both sides; likest to training: "
        f"{leaks['greatest_likeness_of_recall_prompts']:.2f} of 1 for a question held out, "
        f"{leaks['greatest_likeness_of_control_pairs']:.2f} for a pair of a section left out"
    )


def _second(manifest: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What mending and judging have come to."""
    for name, sums in manifest["mending"].items():
        if sums["calls"]:
            told = f"{sums['kept']:,} pairs kept of {sums['asked']:,} asked for"
            yield _words(name), f"{told}, in {sums['calls']:,} calls"
    for one in manifest["judging"]:
        counts = {
            "passed": one["pairs"]["passed"],
            "refused": one["pairs"]["refused"],
            "doubted": one["pairs"]["doubted"],
            "without a verdict": one["pairs"]["unjudged"],
        }
        told = ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)
        trust = "" if one["trusted"] else " (not trusted: it only marks)"
        cost = money(one["cost_usd"])
        yield one["name"], f"{escape(one['model'])}{trust}: {told or 'nothing to judge'}; {cost}"


def _articles(dataset: Any) -> str:
    """Empty for the one article that was asked for."""
    total = dataset.manifest["articles"]["total"]
    others = {
        "left out": len(dataset.missing),
        "there already": dataset.duplicates,
        "without these sections": dataset.unselected,
        "not come to": dataset.not_reached,
    }
    counts = [f"{total:,}", *(f"{count:,} {what}" for what, count in others.items() if count)]
    return "" if total == 1 and len(counts) == 1 else ", ".join(counts)


def _calls(sections: dict[str, Any]) -> str:
    counts = [
        f"{sections[status]:,} {status}" for status in ("done", "partial", "failed", "pending")
    ]
    shown = [text for text in counts if not text.startswith("0 ")]
    return f"{sections['planned']:,}: {', '.join(shown)}"


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {_words(reason)}" for reason, count in counts.items())


def _words(reason: str) -> str:
    return escape(reason.replace("_", " "))


def _cost(manifest: dict[str, Any]) -> str:
    usage = manifest["usage"]
    about = "about " if usage["is_estimate"] else ""
    tokens = f"{about}{usage['prompt_tokens']:,} tokens in, {usage['completion_tokens']:,} out"
    return f"{money(manifest['cost_usd'])} ({tokens})"


def _show_causes(out: Console, report: Any, *, skip_titles: bool) -> None:
    causes = [one for one in report.causes if not (skip_titles and one.what == "titles")]
    for cause in causes[:SHOWN_CAUSES]:
        out.print(
            f"\n[yellow]{cause.count:,} {cause.what}: {_words(cause.reason)}[/]", highlight=False
        )
        out.print(f"  for one, {escape(cause.example)}", highlight=False)
        if cause.next_step:
            out.print(f"  [dim]{escape(cause.next_step)}[/]", highlight=False)
    if len(causes) > SHOWN_CAUSES:
        out.print(f"\n…and {len(causes) - SHOWN_CAUSES:,} more causes in sections.jsonl")


def _show_articles(out: Console, report: Any) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("article", overflow="ellipsis", no_wrap=True, ratio=1)
    table.add_column("done", justify="right", no_wrap=True)
    table.add_column("not done", overflow="fold")
    for one in report.articles:
        table.add_row(
            escape(one.article), f"{one.done:,} of {one.calls:,}", _counts(dict(one.reasons))
        )
    out.print()
    out.print(table, highlight=False)
    if report.more_articles:
        out.print(f"…and {report.more_articles:,} more in sections.jsonl", highlight=False)


def _endings(dataset: Any) -> list[str]:
    """Why the run ended before all was asked for."""
    kept = "What was paid for is kept; the same command goes on from here."
    error = dataset.run.stop.error
    lines = []
    if dataset.stopped:
        lines.append(f"stopped: {error if error is not None else dataset.stopped}. {kept}")
    pairs = dataset.manifest["pairs"]
    if pairs["read"] and not pairs["kept"]:
        lines.append("no pair is kept: rejected.jsonl and report.html have each with its reason")
    if dataset.gone is not None:
        lines.append(f"the source was given up: {dataset.gone}. {kept}")
    return lines
