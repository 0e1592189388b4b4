"""The card of a derived set: what a row is, how many there are, licence and credits."""

from __future__ import annotations

from collections import Counter
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
from generator.exporters.info import DatasetInfo
from generator.exporters.markdown import inline, yaml_text

TASKS: Final[dict[str, str]] = {
    "context-qa": "question-answering",
    "discriminator": "text-classification",
    "classification": "text-classification",
    "conversation": "text-generation",
}
_TOLD: Final[dict[str, str]] = {
    "context-qa": "A row shows a passage and a question. Beside its own passage the answer is the "
    "dataset's; beside another one it says that the passage does not hold the answer. `near_miss` is the "
    "passage that shares the most telling words with the question, `other_section` one of the same "
    "article, `other_article` one of another. Code looked for the answer in these, for its numbers and "
    "names, for its words and for what is asked about, and left out those that had any of it; it cannot "
    "see an answer in words of its own.",
    "discriminator": "A row shows a passage and a question, and says whether the passage can answer it. "
    "Every question stands there twice, once with yes and once with no; `near_miss`, `other_section` and "
    "`other_article` tell where the passage of its no is from.",
    "classification": "A row shows a text and asks what it belongs to. In every split there are as many "
    "texts of one class as of another; texts that stand in two classes or splits are left out.",
    "conversation": "A row is a chat about one section. `written` ones were one reply of a model; "
    "`chained` ones are pairs of the section put in a row, each of which stands alone.",
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a card tells of a derived set."""

    kind: str
    name: str
    infos: tuple[DatasetInfo, ...]
    """Of the datasets that it was made of."""
    credits: Credits
    rows: Counter[tuple[str, str]]
    """By split and label."""
    tagged: str
    """File of the rows with their tags."""
    warnings: tuple[str, ...]


def render_derived_card(told: Told) -> str:
    """The card as Markdown. No foreign text in it acts as markup."""
    licences = sorted(told.credits.licences) or ["unknown"]
    # One that a model wrote has more to be said of.
    info = min(told.infos, key=lambda one: one.is_extractive)
    blocks = [
        "\n".join(_front_matter(told, licences)),
        f"# {inline(told.name)}",
        _opening(told),
        "## Rows",
        _TOLD[told.kind],
        "\n".join(_table(told.rows)),
        *(f"- {inline(one)}" for one in told.warnings),
        *tell_changes(info),
        *tell_licence(told.credits.stated.values(), licences),
        *tell_credits(told.credits.first(), total=told.credits.total),
        *tell_limits(info),
    ]
    return "\n\n".join(blocks) + "\n"


def splits_of(rows: Mapping[tuple[str, str], int]) -> list[str]:
    """The splits that have rows, training first."""
    return sorted({split for split, _ in rows}, key=lambda split: (split != "train", split))


def _front_matter(told: Told, licences: list[str]) -> Iterator[str]:
    languages = sorted({hub_language(code) for code in told.credits.languages})
    yield "---"
    yield f"pretty_name: {yaml_text(told.name)}"
    yield from yaml_list("license", licences)
    yield from yaml_list("language", languages or ["und"])
    yield from yaml_list("task_categories", [TASKS[told.kind]])
    yield from yaml_list("size_categories", [size_category(told.rows.total())])
    yield from yaml_list("annotations_creators", ["machine-generated"])
    yield from yaml_list("tags", ["loremill", "synthetic", told.kind])
    yield from ("configs:", "- config_name: default", "  data_files:")
    for split in splits_of(told.rows):
        yield f"  - split: {split}\n    path: {split}.jsonl"
    yield from (
        "- config_name: tagged",
        "  data_files:",
        "  - split: all",
        f"    path: {told.tagged}",
    )
    yield "---"


def _opening(told: Told) -> str:
    names = ", ".join(inline(info.name) for info in told.infos)
    return (
        f"{told.rows.total():,} rows of the kind {told.kind}, derived with Loremill from {names}, without "
        f"a call to a model. Splits are those of the datasets: what is trained on there is trained on "
        f"here. Every row of `{told.tagged}` leads back to its pair, section and revision."
    )


def _table(rows: Mapping[tuple[str, str], int]) -> Iterator[str]:
    labels = sorted({label for _, label in rows})
    if len(labels) > 20:
        yield f"{len(labels):,} classes; rows by split: " + ", ".join(
            f"{split} {sum(n for (own, _), n in rows.items() if own == split):,}"
            for split in splits_of(rows)
        )
        return
    splits = splits_of(rows)
    yield "| | " + " | ".join(splits) + " |"
    yield "|---|" + "---:|" * len(splits)
    for label in labels:
        counts = " | ".join(f"{rows.get((split, label), 0):,}" for split in splits)
        yield f"| {inline(label)} | {counts} |"
