"""The dataset card: README.md with the front matter that Hugging Face reads, and the credits."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from generator.exporters.info import DatasetInfo, PageRecord, endpoint_label
from generator.exporters.licences import is_share_alike, licence_id
from generator.exporters.markdown import inline, link, yaml_text
from generator.exporters.options import ExportOptions
from generator.exporters.tally import Tally
from generator.heldout import CONTROL, RECALL

CREDITED = 200
"""Articles that the card names; all of them are in `articles.jsonl`."""

_SIZES: Final = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
    (100_000_000, "10M<n<100M"),
)
# Codes that MediaWiki keeps for old wikis (its table of deprecated language codes), and Simple English.
_LANGUAGES: Final = {
    "als": "gsw",
    "bat-smg": "sgs",
    "fiu-vro": "vro",
    "roa-rup": "rup",
    "simple": "en",
    "zh-classical": "lzh",
    "zh-min-nan": "nan",
    "zh-yue": "yue",
}
_OPENAI_MODEL = re.compile(r"(?:ft:)?(?:gpt-(?!oss|neo|j\b)|chatgpt|o\d)", re.IGNORECASE)
_OPENAI_HOST = re.compile(r"(?:^|\.)(?:openai\.com|openai\.azure\.com)(?:[:/]|$)")


def render_card(info: DatasetInfo, tally: Tally, *, format: str, options: ExportOptions) -> str:
    """The card as Markdown. No foreign text in it acts as markup."""
    pages = sorted({page.key: page for page in info.pages}.values(), key=by_title)
    licences = sorted({licence_id(page) for page in pages}) or ["unknown"]
    blocks = [
        _front_matter(info, tally, licences),
        f"# {inline(info.name) or 'Dataset'}",
        _opening(info, tally, pages),
        *_files(info, format, options),
        *_splits(info, tally),
        *_making(info, tally),
        *tell_changes(info),
        *tell_licence(pages, licences),
        *tell_credits(pages, total=len(pages)),
        *tell_limits(info),
    ]
    return "\n\n".join(blocks) + "\n"


def by_title(page: PageRecord) -> tuple[str, ...]:
    """What pages are sorted by where people read them."""
    return (page.title, *map(str, page.key))


def _front_matter(info: DatasetInfo, tally: Tally, licences: list[str]) -> str:
    languages = sorted({hub_language(page.language) for page in info.pages})
    lines = [
        "---",
        f"pretty_name: {yaml_text(info.name)}",
        *yaml_list("license", licences),
        *yaml_list("language", languages),
        *yaml_list("task_categories", ["question-answering", "text-generation"]),
        *yaml_list("size_categories", [size_category(tally.kept)]),
        *yaml_list("annotations_creators", ["machine-generated"]),
        *yaml_list("tags", ["loremill", "synthetic"]),
        *_configs(info, tally),
        "---",
    ]
    return "\n".join(lines)


def yaml_list(key: str, values: Iterable[str]) -> list[str]:
    """Lines of a key with a list of foreign texts."""
    return [f"{key}:", *(f"- {yaml_text(value)}" for value in values)]


def _configs(info: DatasetInfo, tally: Tally) -> list[str]:
    # A loader cannot tell the columns of an empty file, so empty splits are left out.
    filled = [split for split in info.splits if tally.splits[split]]
    if not filled:
        return []
    return [
        "configs:",
        "- config_name: default",
        "  data_files:",
        *(f"  - split: {split}\n    path: {split}.jsonl" for split in filled),
        "- config_name: tagged",
        "  data_files:",
        "  - split: kept",
        "    path: pairs.jsonl",
    ]


def hub_language(code: str) -> str:
    """The language that a hub knows for a MediaWiki language code; `und` where there is none."""
    known = _LANGUAGES.get(code.lower(), code.lower()).partition("-")[0]
    return known if re.fullmatch("[a-z]{2,3}", known) else "und"


def size_category(rows: int) -> str:
    """The size category of a hub: `1K<n<10K`."""
    return next((name for limit, name in _SIZES if rows < limit), "n>100M")


def _opening(info: DatasetInfo, tally: Tally, pages: list[PageRecord]) -> str:
    about = (
        f"{tally.kept:,} pairs of question and answer from {len(pages):,} "
        f"{'article' if len(pages) == 1 else 'articles'} with Loremill, section by section."
    )
    if info.is_extractive:
        return f"{about}\n\n> **No language model wrote these pairs.** {_EXTRACTIVE}"
    return (
        f"{about}\n\n> **A language model wrote these pairs:** {_model(info)}. They may be wrong."
    )


_EXTRACTIVE = (
    "They were cut out of the articles by Loremill's built-in extractive writer: recitation, gaps "
    "to fill, look-up of sections. That is good for trying things out; for tuning, name a model."
)


def _model(info: DatasetInfo) -> str:
    host = endpoint_label(info.endpoint)
    return f"{inline(info.model)} at {inline(host)}" if host else inline(info.model)


def _files(info: DatasetInfo, format: str, options: ExportOptions) -> Iterator[str]:
    splits = ", ".join(f"`{split}.jsonl`" for split in info.splits)
    facts = "| `facts.jsonl` | the facts that pairs are about, with their quotes |\n"
    yield "## Files"
    yield f"""\
| file | holds |
|---|---|
| {splits} | the pairs in the format {inline(format)} |
| `pairs.jsonl` | the same pairs with all tags |
| `rejected.jsonl` | pairs that a check refused, with the reason |
{facts if info.facts else ""}| `sections.jsonl` | how every planned call ended, and what it cost |
| `outline.jsonl` | the sections of every article with the text that was sent |
| `articles.jsonl` | every article with revision, licence and links |
| `templates/` | the prompt files that were used, as they were then |
| `manifest.json` | counts, settings, model, cost, and the digest of every file |"""
    yield _columns(format, options)
    yield _TAGS


def _columns(format: str, options: ExportOptions) -> str:
    if format == "chat":
        system = "a system message, " if options.system else ""
        return f"A row of a split holds `messages`: {system}the question (`user`), the answer (`assistant`)."
    if format == "completion":
        return (
            "A row of a split holds `prompt` and `completion`. Every prompt ends with the separator "
            f"{_quoted(options.separator)} and every completion with the stop sequence "
            f"{_quoted(options.stop)}; neither occurs in a question or an answer. Send prompts that "
            "end the same way, and pass the stop sequence, when you ask a model tuned on them."
        )
    return f"Rows of a split are in the format {inline(format)}."


def _quoted(text: str) -> str:
    return inline(json.dumps(text, ensure_ascii=False))


_TAGS = """\
| column of `pairs.jsonl` | meaning |
|---|---|
| `id` | identity of the pair |
| `prompt`, `completion` | question and answer |
| `kind` | kind of the prompt file: `detailed`, `basic`, … |
| `article`, `section` | title, and headings from the outermost in; an empty list is the introduction |
| `page_id`, `revision_id`, `url` | the revision that was read |
| `template`, `model`, `call` | prompt file and its digest, model, digest of the request |
| `split` | the file that the pair is in |
| `language`, `site` | of the wiki |
| `passage`, `position` | the text that was sent, and the place in the reply |
| `repairs` | what had to be mended to read the pair; mostly empty |
| `marks` | what checks and judges have to say of a pair that stays, such as a number that is only derived |
| `facts`, `quote` | facts that it asks about, and words of the text that bear it out, where facts were listed |
| `of` | the pair that it words anew |
| `other_section` | the second section of a pair about two |"""


def _splits(info: DatasetInfo, tally: Tally) -> Iterator[str]:
    yield "## Splits"
    yield from _held_out(info, tally) if info.leaks else _by_section(info, tally)


def _held_out(info: DatasetInfo, tally: Tally) -> Iterator[str]:
    recall, control = tally.splits[RECALL], tally.splits[CONTROL]
    yield "\n".join(
        [
            "| split | pairs | answers the question |",
            "|---|---:|---|",
            f"| `train` | {tally.splits['train']:,} | what is the model to learn? |",
            f"| `{RECALL}` | {recall:,} | does it know what it was taught, asked in other words? |",
            f"| `{CONTROL}` | {control:,} | what does it say about sections that it was not taught? |",
        ]
    )
    leaks = info.leaks
    yield (
        "Of each fact that has further wordings, one wording is never trained. Of each article about a "
        "tenth of the sections is left out wholly; what training tells all the same is in neither. "
        f"Groups on both sides: {leaks['shared_groups']}. Greatest likeness to anything in training: "
        f"{leaks['greatest_likeness_of_recall_prompts']} for a question of `{RECALL}`, "
        f"{leaks['greatest_likeness_of_control_pairs']} for a pair of `{CONTROL}` (1 is the same words). "
        f"Seed {info.seed}."
    )


def _by_section(info: DatasetInfo, tally: Tally) -> Iterator[str]:
    yield "\n".join(
        [
            "| split | pairs | answers the question |",
            "|---|---:|---|",
            f"| `train` | {tally.splits['train']:,} | what is the model to learn? |",
            f"| `validation` | {tally.splits['validation']:,} | when to stop, and which settings are best? |",
            f"| `test` | {tally.splits['test']:,} | how does the tuned model do on sections it never saw? |",
        ]
    )
    yield (
        "Sections are split, not rows: all pairs of a section, detailed and basic, are on one side, "
        "so no text that the test asks about was used for training; a fact that two sections tell may "
        "still be on both. Whether a model remembers what it was tuned on is another question, which "
        f"the test does not answer. {_likest(info)}Seed {info.seed}."
    )


def _likest(info: DatasetInfo) -> str:
    """How like held-out questions are to trained ones, where that was measured."""
    leakage: Any = info.measures.get("leakage")
    if not leakage or not leakage["closest"]:
        return ""
    return (
        f"Held-out questions that are trained as well, in any order of words: {leakage['same']:,}. "
        f"Greatest likeness to a trained one of the article: {leakage['closest']['similarity']} (1 is "
        "the same words). "
    )


def _making(info: DatasetInfo, tally: Tally) -> Iterator[str]:
    yield "## How it was made"
    writer = "the built-in extractive writer" if info.is_extractive else _model(info)
    asked = (
        f"by the recipe {inline(info.recipe)} {writer} listed what each section tells, each fact with a "
        "quote that was looked up, and wrote several kinds of pairs about these facts"
        if info.facts
        else f"each section went to {writer} with each prompt file"
    )
    yield (
        f"Each article was cleaned into its sections; {asked}; replies were read, checked, and split. "
        "Pairs that a check refused are kept apart, not deleted."
    )
    yield "\n".join(_numbers(info, tally))


def _numbers(info: DatasetInfo, tally: Tally) -> Iterator[str]:
    ends = ", ".join(
        f"{tally.outcomes[status]:,} {status}"
        for status in ("done", "partial", "failed", "pending")
    )
    yield f"- Calls planned: {tally.outcomes.total():,} ({ends})"
    yield f"- Pairs read: {tally.read:,}; kept: {tally.kept:,}; rejected: {_by_count(tally.rejected)}"
    yield f"- Kept by kind: {_by_count(tally.kinds)}"
    names = ", ".join(
        inline(one.template) for one in sorted(info.templates, key=lambda t: t.template)
    )
    yield f"- Prompt files: {names or 'none'}"
    usage = info.usage
    if usage is not None:
        about = "about " if usage.is_estimate else ""
        yield f"- Tokens: {about}{usage.prompt_tokens:,} in, {usage.completion_tokens:,} out"
    cost = "unknown" if info.cost_usd is None else f"{info.cost_usd:.4f} US dollars"
    yield f"- Cost: {cost}"


def _by_count(counts: dict[str, int]) -> str:
    parts = ", ".join(f"{inline(name)} {count:,}" for name, count in sorted(counts.items()))
    return f"{sum(counts.values()):,}" + (f" ({parts})" if parts else "")


def tell_changes(info: DatasetInfo) -> Iterator[str]:
    """The part that says what was done to the articles; blocks of Markdown."""
    yield "## What was changed"
    wrote = (
        "questions and answers were cut out of what was left"
        if info.is_extractive
        else f"{_model(info)} wrote questions and answers from what was left"
    )
    yield (
        "This is not the text of the articles. Markup, references, files and templates without prose "
        f"were removed, and {wrote}. Nobody who wrote the articles endorses the result."
    )


def tell_licence(pages: Iterable[PageRecord], licences: Sequence[str]) -> Iterator[str]:
    """The part on the licences that pages state, and what they ask for.

    Args:
        pages: one of each licence will do.
        licences: their identifiers.
    """
    yield "## Licence"
    stated = sorted(
        {(page.license, page.license_url) for page in pages if page.license or page.license_url}
    )
    if stated:
        yield "The articles are published under:"
        yield "\n".join(f"- {link(name or url, url)}" for name, url in stated)
    if "unknown" in licences:
        yield (
            "**At least one source states no licence.** Find out what it allows before you share "
            "this dataset."
        )
    if any(is_share_alike(licence) for licence in licences):
        yield (
            "**Share alike:** what you make of this dataset and pass on must carry the same licence, "
            "credit the articles below, and say what was changed."
        )


def tell_credits(pages: Sequence[PageRecord], *, total: int) -> Iterator[str]:
    """The part that names the first articles, of so many in total."""
    yield "## Credits"
    yield "The authors of each article are listed in its history."
    if pages:
        yield "\n".join(_credit(page) for page in pages[:CREDITED])
    if total > CREDITED:
        yield f"And {total - CREDITED:,} more: `articles.jsonl` has all {total:,} with their links."


def _credit(page: PageRecord) -> str:
    revision = f"revision {page.revision_id}" if page.revision_id else "from a file"
    saved = f" of {inline(page.timestamp)}" if page.timestamp else ""
    fetched = f", fetched {inline(page.fetched_at)}" if page.fetched_at else ""
    authors = f" ({link('authors', page.history_url)})" if page.history_url else ""
    return f"- {link(page.title, page.url)}, {revision}{saved}{fetched}{authors}"


def tell_limits(info: DatasetInfo) -> Iterator[str]:
    """The part on what the pairs are not good for."""
    yield "## Limits"
    lines = [
        "- Tuning teaches a model the manner of a field and some of its facts; it does not replace "
        "retrieval. Where an answer must be right, let the model look it up.",
        "- The articles are as good as their authors made them, and were read at the revisions above.",
    ]
    if not info.is_extractive:
        lines.append(
            "- A model wrote the pairs: some will be wrong, and no check finds all of them."
        )
    if is_openai(info):
        lines.append(
            "- The pairs are output of an OpenAI model. OpenAI's terms of use do not allow using "
            "output to develop models that compete with OpenAI; read them before you tune."
        )
    yield "\n".join(lines)


def is_openai(info: DatasetInfo) -> bool:
    """True where the pairs fall under OpenAI's terms, as far as model and endpoint tell."""
    if info.is_extractive:
        return False
    host = endpoint_label(info.endpoint)
    return bool(_OPENAI_MODEL.match(info.model) or _OPENAI_HOST.search(host))
