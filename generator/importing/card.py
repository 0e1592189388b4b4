"""The card of an imported dataset: where its rows come from, what was mended, and what was left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from generator.exporters import ExportOptions
from generator.exporters.card import hub_language, size_category, yaml_list
from generator.exporters.info import DatasetInfo
from generator.exporters.licences import licence_id
from generator.exporters.markdown import inline, link, yaml_text
from generator.exporters.tally import Tally
from generator.splits import SPLITS

_HUB_LICENCE = re.compile(
    r"(?:cc(?:0|-by(?:-nc)?(?:-sa|-nd)?)-\d\.\d|mit|apache-2\.0|gfdl|gpl-[23]\.0|odbl|odc-by|"
    r"openrail|pddl|bsd(?:-[23]-clause)?|unlicense)"
)
_FILES: Final = """\
| file | holds |
|---|---|
| `train.jsonl`, `validation.jsonl`, `test.jsonl` | the pairs in the format {format} |
| `pairs.jsonl` | the same pairs with all tags |
| `rejected.jsonl` | rows that are not in the dataset, with the reason |
| `sections.jsonl`, `articles.jsonl` | one row for every file that was read |
| `manifest.json` | counts, settings, digests of the sources and of every file |

In `pairs.jsonl` a row leads back to its source: `article` is the file, `section` the row in it
(counted from 1, without the header of a table), `call` the digest of the row's content, and
`repairs` what was mended."""


def render_import_card(
    info: DatasetInfo, tally: Tally, /, *, format: str, options: ExportOptions
) -> str:
    """The card as Markdown. No foreign text in it acts as markup."""
    sources = _sources(info)
    blocks = [
        _front_matter(info, tally),
        f"# {inline(info.name)}",
        f"{tally.kept:,} pairs of question and answer, imported with Loremill from "
        f"{len(sources):,} {'file' if len(sources) == 1 else 'files'}. Nobody checked by hand "
        "whether the answers are true.",
        "## Source",
        "\n".join(_source_rows(sources)),
        "## Files",
        _FILES.format(format=inline(format)),
        "## Splits",
        "\n".join(_split_rows(tally)),
        _splits_told(info),
        "## What was changed",
        "\n".join(_changes(info, tally)),
        "## Licence",
        _licence(info),
    ]
    return "\n\n".join(blocks) + "\n"


def _sources(info: DatasetInfo) -> list[dict[str, Any]]:
    told: Any = info.settings["import"]
    return list(told["sources"])


def _front_matter(info: DatasetInfo, tally: Tally) -> str:
    languages = sorted({hub_language(page.language) for page in info.pages})
    filled = [split for split in SPLITS if tally.splits[split]]
    configs = ["configs:", "- config_name: default", "  data_files:"] if filled else []
    lines = [
        "---",
        f"pretty_name: {yaml_text(info.name)}",
        *yaml_list("license", [_hub_licence(info)]),
        *yaml_list("language", languages),
        *yaml_list("task_categories", ["question-answering", "text-generation"]),
        *yaml_list("size_categories", [size_category(tally.kept)]),
        *yaml_list("tags", ["loremill"]),
        *configs,
        *(f"  - split: {split}\n    path: {split}.jsonl" for split in filled),
        "---",
    ]
    return "\n".join(lines)


def _hub_licence(info: DatasetInfo) -> str:
    page = info.pages[0]
    named = page.license.casefold().replace(" ", "-")
    return named if _HUB_LICENCE.fullmatch(named) else licence_id(page)


def _source_rows(sources: list[dict[str, Any]]) -> Iterator[str]:
    yield "| file | bytes | rows | questions | answers | SHA-256 |"
    yield "|---|---:|---:|---|---|---|"
    for source in sources:
        fields = source["fields"]
        yield (
            f"| {inline(source['name'])} | {source['bytes']:,} | {source['rows']:,} "
            f"| {inline(fields['prompt']) or '–'} | {inline(fields['completion']) or '–'} "
            f"| `{source['sha256']}` |"
        )


def _split_rows(tally: Tally) -> Iterator[str]:
    yield "| split | pairs | answers the question |"
    yield "|---|---:|---|"
    yield f"| `train` | {tally.splits['train']:,} | what is the model to learn? |"
    yield f"| `validation` | {tally.splits['validation']:,} | when to stop, and which settings are best? |"
    yield f"| `test` | {tally.splits['test']:,} | how does the tuned model do on questions it never saw? |"


def _splits_told(info: DatasetInfo) -> str:
    told: Any = info.settings["import"]
    field = info.settings["group_field"]
    by_field = f", or the same value of the field {inline(str(field))}" if field else ""
    return (
        "Groups are split, not rows: pairs whose questions have the same words in another order or "
        f"form, or that share an answer of eight words or more{by_field}, are on one side. "
        f"{told['groups']:,} groups, seed {info.seed}.{_closest(told)}"
    )


def _closest(told: Mapping[str, Any]) -> str:
    closest = told["closest_across_splits"]
    if closest is None:
        return ""
    return (
        f" The two questions in training and outside of it that are most alike share {closest:.0%} "
        "of their words."
    )


def _changes(info: DatasetInfo, tally: Tally) -> Iterator[str]:
    told: Any = info.settings["import"]
    if function := info.settings["map"]:
        yield f"- Pairs were made of lines by the function {inline(str(function))}."
    yield f"- Kept: {tally.kept:,}; rejected: {_by_count(tally.rejected)}"
    if sample := info.settings["sample"]:
        yield (
            f"- A sample of {sample:,} clean pairs was asked for; {told['not_sampled']:,} more were "
            f"clean and are not in it (seed {info.seed})."
        )
    yield f"- Mended in the kept pairs: {_by_count(info.repairs)}"
    for source in told["sources"]:
        if source["broken"]:
            yield f"- {inline(source['name'])} could not be read to its end: {inline(source['broken'])}"


def _by_count(counts: Mapping[str, int]) -> str:
    parts = ", ".join(f"{inline(name)} {count:,}" for name, count in sorted(counts.items()))
    return parts or "none"


def _licence(info: DatasetInfo) -> str:
    named = info.pages[0].license
    if not named:
        return (
            "**The licence of the source is not known.** Find out what it allows before you share "
            "this dataset; `loremill import --licence NAME` puts it here."
        )
    shown = link(named, named)
    return f"The source is published under {shown}, as whoever imported it says."
