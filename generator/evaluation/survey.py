"""What an evaluation asks whom: found and checked before anything is asked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from generator.chat.tokens import estimate_tokens
from generator.config import EXTRACTIVE, BuildConfig, resolve
from generator.deriving.wordings import Wordings, read_wordings
from generator.engine.plan import Planned
from generator.errors import Misconfigured
from generator.evaluation.asking import MAX_TOKENS, Asked, Side, columns_of, plan_asking
from generator.evaluation.classes import find_classes
from generator.evaluation.dataset import Material, find_dataset, read_material
from generator.evaluation.general import read_general
from generator.evaluation.items import LIMIT, Chosen, choose_items
from generator.evaluation.records import COLUMNS, ROWS, SIDES, Column, Item, SideName
from generator.evaluation.retrieval import Retriever
from generator.judging import inspectors
from generator.names import nearest, slug
from generator.prompts import Template
from generator.records import Reply, Usage
from generator.reviewing.judges import judge_config
from generator.spending import price_of
from generator.store import Store

LEAD_TOKENS: Final = 20
"""Of a sentence around an answer, beside the answer itself; for estimates."""
VERDICT_TOKENS: Final = 120
"""Of a judge's object about one pair; for estimates."""
FOLDER: Final = "evaluation"
"""In the dataset's folder."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """What can be said about an evaluation beside the models."""

    limit: int = LIMIT
    """Items of a row, at most."""
    seed: int = 0
    """Another one asks other items."""
    rows: Collection[str] = ()
    """Which rows are asked; empty for all that there are."""
    columns: Collection[Column] = ()
    """Which columns are asked; empty for all that can be."""
    general: Path | None = None
    """Questions of one's own for the row `general`."""
    is_classification: bool | None = None
    """Whether the answers are classes; None for looking at them."""
    positive: str | None = None
    """Of two classes the one that is looked for; None for `yes`, else the rarer one."""
    beta: float = 1.0
    """Of F-beta."""
    max_tokens: int = MAX_TOKENS
    """Of an answer."""
    draw: int = 0
    """Another one asks everything anew."""
    system: str | None = None
    """System prompt of every question; None for that of the dataset."""
    form: str | None = None
    """`chat` or `completion`; None for that of the dataset."""
    base_form: str | None = None
    """The same for the base alone."""

    def __post_init__(self) -> None:
        """Raises Misconfigured for what cannot be."""
        if self.limit < 1:
            raise Misconfigured(f"--limit {self.limit}: give 1 or more")
        if self.max_tokens < 1:
            raise Misconfigured(f"--max-tokens {self.max_tokens}: give 1 or more")
        if not 0 < self.beta < float("inf"):
            raise Misconfigured(f"--beta {self.beta}: give a number above 0")
        for row in self.rows:
            if row not in ROWS:
                known = ", ".join(ROWS)
                raise Misconfigured(f"no row {row!r}{nearest(row, ROWS)} (known: {known})")
        for column in self.columns:
            if column not in COLUMNS:
                known = ", ".join(COLUMNS)
                raise Misconfigured(f"no column {column!r}{nearest(column, COLUMNS)} (known: {known})")  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Model:
    """One model of an evaluation, with where and how it is asked."""

    side: Side
    config: BuildConfig


@dataclass(frozen=True, kw_only=True)
class Survey:
    """An evaluation that can begin."""

    material: Material
    chosen: Chosen
    models: Sequence[Model]
    columns: Sequence[Column]
    options: Options
    classes: tuple[str, ...] = ()
    """Where the answers are classes, the most frequent first."""
    positive: str = ""
    """Of two classes the one that is looked for."""
    out: Path
    """Folder of the results."""

    @property
    def config(self) -> BuildConfig:
        """Names the run, and bounds what it may spend."""
        return self.models[0].config

    @property
    def judge(self) -> BuildConfig | None:
        """How the judge is asked; None without one."""
        return None if self.config.judge is None else judge_config(self.config)

    @property
    def also(self) -> list[BuildConfig]:
        """Configurations of the other models, which spend from the same budget."""
        others = [model.config for model in self.models[1:]]
        return [*others, self.judge] if self.judge is not None else others

    @property
    def templates(self) -> list[Template]:
        """Prompt files: the judge's alone, as questions come from the dataset."""
        if self.config.judge is None:
            return []
        found = inspectors(self.config.judge, prompts=self.config.prompts)
        return [one.template for one in found]

    def asked(self, model: Model) -> Iterator[Asked]:
        """The calls to one model; planned anew each time, always the same."""
        return plan_asking(
            self.chosen.items, model.side,
            columns=self.columns, retriever=self._retriever, wordings=self._wordings,
        )  # fmt: skip

    def calls(self, model: Model) -> Iterator[Planned]:
        """The calls to one model, each once: one question may stand in two rows."""
        seen: set[str] = set()
        for one in self.asked(model):
            if one.planned.call.digest not in seen:
                seen.add(one.planned.call.digest)
                yield one.planned

    @cached_property
    def _retriever(self) -> Retriever:
        """Empty where no passages have to be searched."""
        is_needed = "retrieval" in self.columns
        return Retriever(self.material.passages.values() if is_needed else ())

    @cached_property
    def _wordings(self) -> Wordings:
        return read_wordings()


def set_up(
    dataset: Path | str,
    *,
    names: Mapping[SideName, str | None],
    own: Mapping[SideName, Mapping[str, Any]],
    common: Mapping[str, Any],
    options: Options,
    environ: Mapping[str, str],
    out: Path | None = None,
) -> Survey:
    """Read a dataset, choose its questions, and find out how the models are asked.

    Args:
        dataset: its name in the workspace, or its folder.
        names: of the models; None for one that is not asked.
        own: options of each model: `base_url`, `price_in`, `price_out`.
        common: fields of `BuildConfig` for all of them, the judge included.
        options: of the evaluation.
        environ: environment variables.
        out: folder of the results; `evaluation` in the dataset's where None.

    Raises:
        Misconfigured: no dataset, nothing to ask, no model, or an option that cannot be.
    """
    base = {name: value for name, value in common.items() if name == "workspace"}
    workspace = resolve(base, {**environ, "LOREMILL_MODEL": ""}).workspace
    material = read_material(find_dataset(dataset, workspace))
    classes = _classes(material, options)
    if classes and common.get("judge"):
        raise Misconfigured(
            "--judge looks at answers in words; those of this set are classes, which are compared"
        )
    general = [] if classes else read_general(options.general)
    chosen = choose_items(
        material.pairs, material.passages,
        limit=options.limit, seed=options.seed, general=general,
    )  # fmt: skip
    if not [item for item in chosen.items if item.row != "general"]:
        raise Misconfigured(
            f"{material.folder}: no pair of it can be asked: "
            + (_why_none(chosen) or "it has none")
        )
    chosen = _some_rows(chosen, options)
    models = [
        _model(side, str(names[side]), material, options, bool(classes),
               {**common, **own.get(side, {})}, environ)
        for side in SIDES
        if names.get(side)
    ]  # fmt: skip
    if not models:
        raise Misconfigured("no model to evaluate: give --base, --tuned, or both")
    return Survey(
        material=material,
        chosen=chosen,
        models=models,
        columns=_columns(chosen.items, options),
        options=options,
        classes=classes,
        positive=_positive(classes, options),
        out=out or material.folder / FOLDER,
    )


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """What the calls to one model will take."""

    role: str
    """`base`, `tuned` or `judge`."""
    model: str
    endpoint: str
    calls: int
    new: int
    """Without a stored reply."""
    prompt_tokens: int
    """Of new calls, estimated, as are the following."""
    completion_tokens: int
    cost: float | None
    """None where unknown."""


@dataclass(frozen=True, kw_only=True)
class Forecasts:
    """What an evaluation will take."""

    dataset: str
    rows: Mapping[str, int]
    """Items by row."""
    columns: Sequence[Column]
    models: Sequence[Forecast]
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def cost(self) -> float | None:
        """Of all; None where one is not known."""
        known = [one.cost for one in self.models if one.cost is not None]
        return sum(known) if len(known) == len(self.models) else None

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "dataset": self.dataset,
            "rows": dict(self.rows),
            "columns": list(self.columns),
            "left_out": dict(self.left_out),
            "models": [
                {
                    "role": one.role, "model": one.model, "endpoint": one.endpoint,
                    "calls": one.calls, "new_calls": one.new, "prompt_tokens": one.prompt_tokens,
                    "completion_tokens": one.completion_tokens, "cost_usd": one.cost,
                }
                for one in self.models
            ],
            "new_calls": sum(one.new for one in self.models),
            "cost_usd": self.cost,
        }  # fmt: skip


def foresee(survey: Survey, store: Store) -> Forecasts:
    """What the calls will take; a judge's are not known before the answers, so they are estimated."""
    found = [_forecast(survey, model, store) for model in survey.models]
    judge = survey.judge
    if judge is not None and not survey.classes:
        found.append(_forecast_judge(survey, judge))
    rows = survey.chosen.rows
    return Forecasts(
        dataset=survey.material.name,
        rows={row: sum(item.row == row for item in survey.chosen.items) for row in rows},
        columns=survey.columns,
        models=found,
        left_out=dict(survey.chosen.left_out),
    )


# Inside -----------------------------------------------------------------------------------------


def _classes(material: Material, options: Options) -> tuple[str, ...]:
    if options.is_classification is False:
        return ()
    found = find_classes(pair.completion for pair in material.pairs)
    if options.is_classification and not found:
        raise Misconfigured(
            f"{material.folder}: its answers are no classes: there are too many different ones, or too "
            "few of each; leave out --classification"
        )
    return found


def _positive(classes: Sequence[str], options: Options) -> str:
    """The class that is looked for, where there are two."""
    if len(classes) != 2:
        if options.positive is not None:
            raise Misconfigured(
                f"--positive {options.positive!r} is for sets of two classes; this one has "
                f"{len(classes) or 'none'}"
            )
        return ""
    if options.positive is not None:
        if options.positive not in classes:
            raise Misconfigured(
                f"--positive {options.positive!r}: the classes are {classes[0]!r} and {classes[1]!r}"
            )
        return options.positive
    words = read_wordings()
    affirmative = {words.of(code).yes for code in words.languages}
    return next((one for one in classes if one.strip().casefold() in affirmative), classes[1])


def _some_rows(chosen: Chosen, options: Options) -> Chosen:
    """Those that are wanted."""
    if not options.rows:
        return chosen
    items = [item for item in chosen.items if item.row in options.rows]
    if not items:
        raise Misconfigured(
            f"--rows {','.join(options.rows)}: the dataset has none of these; it has "
            f"{', '.join(chosen.rows)}"
        )
    return replace(chosen, items=items)


def _columns(items: Sequence[Item], options: Options) -> list[Column]:
    possible = columns_of(items)
    wanted = [column for column in possible if not options.columns or column in options.columns]
    if not wanted:
        raise Misconfigured(
            "the dataset has no outline, so its questions can only be asked closed-book: leave out "
            "--columns"
        )
    return wanted


def _model(
    side: SideName,
    name: str,
    material: Material,
    options: Options,
    is_classification: bool,
    given: Mapping[str, Any],
    environ: Mapping[str, str],
) -> Model:
    if name == EXTRACTIVE:
        raise Misconfigured(f"--{side}: the built-in writer answers no questions; name a model")
    own_name = slug(f"evaluate {material.name}")
    config = resolve({**given, "model": name, "name": own_name}, environ)
    form = options.base_form if side == "base" and options.base_form else options.form
    return Model(
        config=config,
        side=Side(
            name=side,
            model=config.model,
            endpoint=config.endpoint,
            is_elsewhere=config.base_url is not None,
            manner=material.rows.manner(form=form, system=options.system),
            max_tokens=options.max_tokens,
            draw=options.draw,
            wants_odds=is_classification,
        ),
    )


def _why_none(chosen: Chosen) -> str:
    words = {"long_answer": "answers are too long to be compared", "asked_twice": "asked twice"}
    return ", ".join(f"{count:,} {words[why]}" for why, count in chosen.left_out.items())


def _forecast(survey: Survey, model: Model, store: Store) -> Forecast:
    asked = {one.planned.call.digest: one for one in survey.asked(model)}
    answered = store.answered(list(asked))
    new = [one for digest, one in asked.items() if digest not in answered]
    prompt = sum(
        estimate_tokens(message.content) for one in new for message in one.planned.call.messages
    )
    completion = sum(
        min(LEAD_TOKENS + estimate_tokens(one.item.completion), model.side.max_tokens)
        for one in new
    )
    return _priced(model.side.name, model.config, len(asked), len(new), prompt, completion)


def _forecast_judge(survey: Survey, judge: BuildConfig) -> Forecast:
    inspector = inspectors(str(survey.config.judge), prompts=survey.config.prompts)[0]
    own = estimate_tokens(inspector.template.system + inspector.template.user)
    calls = prompt = completion = 0
    by_text: dict[str, int] = {}
    for item in survey.chosen.items:
        if item.passages and item.is_answerable:
            by_text[item.text] = by_text.get(item.text, 0) + 1
    each = len(survey.models) * len(survey.columns)
    for text, items in by_text.items():
        pairs = items * each
        rounds = -(-pairs // inspector.at_once)
        calls += rounds
        prompt += rounds * (own + estimate_tokens(text)) + pairs * 2 * LEAD_TOKENS
        completion += pairs * VERDICT_TOKENS
    return _priced("judge", judge, calls, calls, prompt, completion)


def _priced(
    role: str, config: BuildConfig, calls: int, new: int, prompt: int, completion: int
) -> Forecast:
    usage = Usage(prompt_tokens=prompt, completion_tokens=completion)
    price = price_of(config)(Reply(call="", body="", usage=usage))
    cost = 0.0 if not new else None if price is None else price.amount
    return Forecast(
        role=role, model=config.model, endpoint=config.endpoint, calls=calls, new=new,
        prompt_tokens=prompt, completion_tokens=completion, cost=cost,
    )  # fmt: skip
