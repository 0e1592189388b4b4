"""The card of an export: what a hub reads, how the files are used, licence and credits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from generator.exporters.card import (
    hub_language,
    size_category,
    tell_changes,
    tell_credits,
    tell_licence,
    tell_limits,
    yaml_list,
)
from generator.exporters.credits import Credits
from generator.exporters.info import DatasetInfo, endpoint_label
from generator.exporters.markdown import inline, link, yaml_text

IMPORTED: Final = "imported"
"""Model of pairs that were there already: no article and no model is behind them."""


@dataclass(frozen=True, kw_only=True)
class Exported:
    """What a card tells of an export."""

    info: DatasetInfo
    """Of the dataset; pages and prompt files are not looked at."""
    credits: Credits
    format: str
    usage: str
    """Markdown on how it is used; may be empty."""
    header: str
    """Further lines of the header."""
    files: Mapping[str, str]
    """Split -> name of its file."""
    rows: Mapping[str, int]
    """Split -> its rows."""
    companions: tuple[str, ...]
    """Names of further files of the format."""


def render_export_card(exported: Exported) -> str:
    """The card as Markdown. No foreign text in it acts as markup."""
    licences = sorted(exported.credits.licences) or ["unknown"]
    blocks = [
        "\n".join(_front_matter(exported, licences)),
        f"# {inline(exported.info.name) or 'Dataset'}",
        _opening(exported, licences),
        *_files(exported),
        *_origin(exported, licences),
    ]
    return "\n\n".join(blocks) + "\n"


def _front_matter(exported: Exported, licences: list[str]) -> Iterator[str]:
    languages = sorted({hub_language(code) for code in exported.credits.languages})
    yield "---"
    yield f"pretty_name: {yaml_text(exported.info.name)}"
    yield from yaml_list("license", licences)
    yield from yaml_list("language", languages or ["und"])
    yield from yaml_list("task_categories", ["question-answering", "text-generation"])
    yield from yaml_list("size_categories", [size_category(sum(exported.rows.values()))])
    if not _is_imported(exported.info):
        yield from yaml_list("annotations_creators", ["machine-generated"])
    tags = ["loremill"] if _is_imported(exported.info) else ["loremill", "synthetic"]
    yield from yaml_list("tags", tags)
    yield from ("configs:", "- config_name: default", "  data_files:")
    for split, name in exported.files.items():
        yield f"  - split: {split}\n    path: {yaml_text(name)}"
    yield f"{exported.header}---"


def _is_imported(info: DatasetInfo) -> bool:
    return info.model == IMPORTED and not info.endpoint


def _opening(exported: Exported, licences: list[str]) -> str:
    rows, stated = sum(exported.rows.values()), ", ".join(map(inline, licences))
    credit = (
        f"Licence of what was imported: {stated}."
        if _is_imported(exported.info)
        else f"Licence of the articles: {stated}; whoever passes this on credits the authors of the "
        "articles below."
    )
    return (
        f"{rows:,} pairs of question and answer in the format {inline(exported.format)}, exported "
        f"from the dataset {inline(exported.info.name)}. {_writer(exported.info)}\n\n{credit}"
    )


def _writer(info: DatasetInfo) -> str:
    if _is_imported(info):
        return (
            "They were there already and were imported; nobody checked by hand whether the answers "
            "are true."
        )
    if info.is_extractive:
        return "No language model wrote them: they were cut out of the articles."
    host = endpoint_label(info.endpoint)
    at = f" at {inline(host)}" if host else ""
    return f"A language model wrote them ({inline(info.model)}{at}); they may be wrong."


def _origin(exported: Exported, licences: list[str]) -> Iterator[str]:
    if _is_imported(exported.info):
        yield from _imported_licence(exported.credits)
        return
    yield from tell_changes(exported.info)
    yield from tell_licence(exported.credits.stated.values(), licences)
    yield from tell_credits(exported.credits.first(), total=exported.credits.total)
    yield from tell_limits(exported.info)


def _imported_licence(credits: Credits) -> Iterator[str]:
    yield "## Licence"
    stated = sorted({(page.license, page.license_url) for page in credits.stated.values()})
    for name, url in stated:
        if name or url:
            yield f"What was imported is under {link(name or url, url)}."
        else:
            yield (
                "**At least one source states no licence.** Find out what it allows before you share "
                "this."
            )


def _files(exported: Exported) -> Iterator[str]:
    yield "## Files"
    yield "\n".join(
        [
            "| file | holds |",
            "|---|---|",
            *(
                f"| `{name}` | {exported.rows[one]:,} rows |"
                for one, name in exported.files.items()
            ),
            *(f"| `{name}` | what the tool wants to know |" for name in exported.companions),
            "| `articles.jsonl` | every source: article or file, with revision, licence and links |",
            "| `manifest.json` | counts, settings, and the digest of every file |",
        ]
    )
    if exported.usage:
        yield exported.usage
