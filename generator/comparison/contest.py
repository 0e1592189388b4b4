"""What is to be compared, found and checked before anything is fetched or asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from generator.asking import asking_of, asking_with, simple_asking_of
from generator.comparison.asking import Chosen, plan_side, read_side
from generator.comparison.from_dataset import store_if_there
from generator.comparison.operands import Operand, Places, find_operands
from generator.comparison.sides import Side
from generator.config import BuildConfig, resolve
from generator.engine.plan import Asking, Planned
from generator.errors import Misconfigured
from generator.estimate import Estimate, Plan, estimate_calls, extrapolate
from generator.names import slug
from generator.spending import price_of
from generator.store import Store

SECTIONS = 20
"""Sections that two prompt files or models are tried on: enough for a verdict where most of them differ,
and cheap."""

ARTICLES = ("titles", "titles_file", "files", "categories", "links_of", "searches")
"""Options that say which articles."""


@dataclass(frozen=True, kw_only=True)
class Contestant:
    """One of the two, as it will be asked or read."""

    label: str
    folder: Path | None = None
    """Of a dataset; None for what is asked."""
    config: BuildConfig
    asking: Asking = field(default_factory=lambda: Asking(model="", templates=()))

    @property
    def detail(self) -> str:
        """What it is exactly."""
        labels = ", ".join(f"{one.name}@{one.digest[:8]}" for one in self.asking.templates)
        return f"{self.asking.model} at {self.config.endpoint}, {labels}"


@dataclass(frozen=True, kw_only=True)
class Contest:
    """Two of a kind."""

    a: Contestant
    b: Contestant
    sections: int | None
    """How many are compared, at most; None for all."""

    @property
    def is_asked(self) -> bool:
        """Whether there are calls to be made; datasets are only read."""
        return self.a.folder is None

    @property
    def config(self) -> BuildConfig:
        """What both sides have in common: articles, workspace, limits."""
        return self.a.config

    @property
    def configs(self) -> tuple[BuildConfig, BuildConfig]:
        """Of both sides."""
        return (self.a.config, self.b.config)

    @property
    def jobs(self) -> list[list[Contestant]]:
        """Contestants by model: those with the same one are asked in turns."""
        if self.a.config.model == self.b.config.model:
            return [[self.a, self.b]]
        return [[self.a], [self.b]]


def set_up(
    a: str,
    b: str,
    options: Mapping[str, Any],
    environ: Mapping[str, str],
    *,
    sections: int | str | None = SECTIONS,
) -> Contest:
    """Find what is to be compared; a text for `sections` is a pattern of headings.

    Raises:
        Misconfigured: an operand or an option that cannot be; nothing was fetched or asked.
    """
    if isinstance(sections, str):
        options, sections = {**options, "sections": (sections,)}, None
    if sections is not None and sections < 1:
        raise Misconfigured(f"--sections {sections}: give 1 or more")
    # The model is found out for each side: two models have no common one.
    common = {name: value for name, value in options.items() if name in ("workspace", "prompts")}
    base = resolve(common, {**environ, "LOREMILL_MODEL": ""})
    with store_if_there(base.workspace) as store:
        operands = find_operands(
            a, b, Places(workspace=base.workspace, store=store, prompts=base.prompts)
        )
    sides = [_contestant(one, options, environ) for one in operands]
    if sides[0].label == sides[1].label and a != b:
        sides = [replace(side, label=asked) for side, asked in zip(sides, (a, b), strict=True)]
    return Contest(a=sides[0], b=sides[1], sections=sections)


def plan_by_turns(job: Sequence[Contestant], sections: Sequence[Chosen]) -> Iterator[Planned]:
    """The calls of contestants section by section, so that a run that ends early has whole ones."""
    plans = [plan_side(sections, one.asking) for one in job]
    for turn in zip(*plans, strict=True):
        for planned in turn:
            yield from planned


def estimate_contest(contest: Contest, sections: Sequence[Chosen], store: Store) -> Estimate:
    """What it will take; what both sides ask alike, or was answered before, costs nothing more."""
    found = [_estimate(job, sections, store) for job in contest.jobs]
    costs = [one.cost for one in found if one.cost is not None]
    return Estimate(
        listed=1,
        looked_at=1,
        calls=sum(one.calls for one in found),
        new_calls=sum(one.new_calls for one in found),
        prompt_tokens=sum(one.prompt_tokens for one in found),
        completion_tokens=sum(one.completion_tokens for one in found),
        cost=sum(costs) if len(costs) == len(found) else None,
        reasons=sum((one.reasons for one in found), start=Counter()),
    )


def read_contestant(one: Contestant, sections: Sequence[Chosen], store: Store) -> Side:
    """A side from what is stored."""
    return read_side(
        sections,
        one.asking,
        store,
        price_of(one.config),
        checks=one.config.check_names,
        label=one.label,
        detail=one.detail,
    )


def _contestant(
    operand: Operand, options: Mapping[str, Any], environ: Mapping[str, str]
) -> Contestant:
    if operand.kind == "dataset":
        if _names_articles(options):
            raise Misconfigured(
                "two datasets bring their articles along: leave out --article, --from and the like"
            )
        config = resolve({"workspace": options.get("workspace")}, {})
        return Contestant(label=operand.label, folder=operand.folder, config=config)
    if not _names_articles(options):
        raise Misconfigured(
            f"nothing to try the two {operand.kind}s on: give --article TITLE or --from FILE"
        )
    given = dict(options)
    if operand.model:
        given["model"] = operand.model
    config = resolve(given, environ)
    return Contestant(
        label=operand.label,
        # A run has a name; no dataset of it is ever written.
        config=config.model_copy(update={"name": slug(f"compare {config.dataset_name}")}),
        asking=_asking(operand, config),
    )


def _asking(operand: Operand, config: BuildConfig) -> Asking:
    """A prompt file with the steps that it needs, or of two models what both are asked.

    Two models are told apart by the two calls a section of the simple recipe, unless another is named.
    """
    if operand.template is not None:
        return asking_with(operand.template, config, goes_on=True)
    return simple_asking_of(config) if config.has_usual_recipe else asking_of(config)


def _names_articles(options: Mapping[str, Any]) -> bool:
    return any(options.get(name) for name in ARTICLES)


def _estimate(job: Sequence[Contestant], sections: Sequence[Chosen], store: Store) -> Estimate:
    config = job[0].config
    experience = store.experience(config.model)
    by_article: dict[str, list[Planned]] = {}
    for planned in plan_by_turns(job, sections):
        by_article.setdefault(planned.source, []).append(planned)
    plan = Plan(
        calls=[
            call
            for calls in by_article.values()
            for call in estimate_calls(calls, store, experience)
        ],
        missing=(),
        model=config.model,
        endpoint=config.endpoint,
        folder=config.folder,
        price=price_of(config),
    )
    return extrapolate(plan, listed=1, looked_at=1)
