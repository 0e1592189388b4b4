"""From stored replies to an evaluation: answers read and graded, verdicts looked up, figures summed. Free."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from generator.chat.wire import first_token_odds, message_text
from generator.config import BuildConfig
from generator.engine.follow_up import find_end
from generator.engine.run import RunResult
from generator.errors import ExitCode, LoremillError
from generator.evaluation.asking import Asked
from generator.evaluation.classes import ClassFigures, Told, figures_of, odds_of, read_class
from generator.evaluation.figures import Figures, sum_up
from generator.evaluation.goals import Goal, find_warnings, state_goals
from generator.evaluation.records import ROWS, SIDES, Answer, Grade, SideName
from generator.evaluation.scoring import grade, is_exact, token_f1
from generator.evaluation.survey import Model, Survey
from generator.judging import Inspected, Inspector, plan_inspection, read_inspection
from generator.records import Passage, Reply
from generator.reviewing.judges import cost_of, standings
from generator.spending import price_of
from generator.store import Store


@dataclass(frozen=True, kw_only=True)
class Spent:
    """What one model was asked and took, replies included that were there before."""

    role: str
    """`base`, `tuned` or `judge`."""
    model: str
    endpoint: str
    form: str
    """`chat` or `completion`."""
    calls: int
    answered: int
    prompt_tokens: int
    completion_tokens: int
    cost: float | None
    """None where unknown."""

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "role": self.role, "model": self.model, "endpoint": self.endpoint, "form": self.form,
            "calls": self.calls, "answered": self.answered, "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens, "cost_usd": self.cost,
        }  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Judging:
    """The judge, whether it counts, and how often it agrees with the words."""

    model: str
    is_trusted: bool
    why: str
    """Why it is trusted or not, in words."""
    passed: int = 0
    refused: int = 0
    unjudged: int = 0
    agrees: int = 0
    """Verdicts that say what the words say."""


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """All that came of one."""

    survey: Survey
    answers: Sequence[Answer]
    figures: Figures
    goals: Sequence[Goal] = ()
    warnings: Sequence[str] = ()
    classes: Mapping[str, Mapping[SideName, ClassFigures]] = field(default_factory=dict)
    """Row -> model -> figures, where the answers are classes."""
    spent: Sequence[Spent] = ()
    judging: Judging | None = None
    run: RunResult = field(default_factory=RunResult)

    @property
    def stopped(self) -> str:
        """Why the asking ended early; empty where it did not."""
        return str(self.run.stop.error or self.run.stop.reason)

    @property
    def exit_code(self) -> ExitCode:
        """0 where every question has a reply, whatever the figures say; see `ExitCode`."""
        if isinstance(self.run.stop.error, LoremillError):
            return self.run.stop.error.exit_code
        if self.run.stop.is_set:
            return ExitCode.STOPPED
        return ExitCode.INCOMPLETE if any(one.failure for one in self.answers) else ExitCode.OK

    @property
    def cost(self) -> float | None:
        """Of all replies; None where one model's is not known."""
        known = [one.cost for one in self.spent if one.cost is not None]
        return round(sum(known), 9) if len(known) == len(self.spent) else None

    def as_dict(self) -> dict[str, Any]:
        """What `evaluation.json` holds."""
        survey, chosen = self.survey, self.survey.chosen
        judging = self.judging
        return {
            "evaluation_version": 1,
            "dataset": survey.material.name,
            "pairs_sha256": survey.material.digest,
            "models": [one.as_dict() for one in self.spent],
            "judge": None if judging is None else {
                "model": judging.model, "trusted": judging.is_trusted, "why": judging.why,
                "passed": judging.passed, "refused": judging.refused,
                "unjudged": judging.unjudged, "agrees_with_words": judging.agrees,
            },
            "settings": {
                "limit": survey.options.limit, "seed": survey.options.seed,
                "columns": list(survey.columns), "max_tokens": survey.options.max_tokens,
                "draw": survey.options.draw, "temperature": 0,
            },
            "items": {
                "asked": {
                    row: sum(item.row == row for item in chosen.items) for row in chosen.rows
                },
                "available": {row: n for row, n in chosen.available.items() if n},
                "pairs_left_out": dict(chosen.left_out),
                "left_out_by_section": dict(self.figures.left_out),
                "checked_by": self.figures.checked_by,
                "is_checker_weak": self.figures.is_checker_weak,
            },
            "rows": {} if survey.classes else self.figures.as_dict(),
            "classification": {
                row: {side: own.as_dict() for side, own in found.items()}
                for row, found in self.classes.items()
            } or None,
            "goals": [one.as_dict() for one in self.goals],
            "warnings": list(self.warnings),
            "cost_usd": self.cost,
            "stopped": self.stopped,
            "exit_code": int(self.exit_code),
        }  # fmt: skip


def read_answers(survey: Survey, store: Store) -> list[Answer]:
    """Every question with what is stored of its answer; grading takes about a millisecond each."""
    found = []
    for model in survey.models:
        for one in survey.asked(model):
            found.append(_read(one, model, survey, store))
    return found


def plan_judging(answers: Iterable[Answer], inspector: Inspector) -> list[Inspected]:
    """The calls to a judge: about answers to questions that have a passage, each wording once."""
    by_passage: defaultdict[Passage, dict[tuple[str, str], Answer]] = defaultdict(dict)
    for one in answers:
        if _is_judged(one):
            by_passage[_passage(one)].setdefault((one.prompt, one.completion), one)
    return [
        inspected
        for passage, own in by_passage.items()
        for inspected in plan_inspection(passage, own.values(), inspector)
    ]


def read_verdicts(
    answers: Sequence[Answer], asked: Iterable[Inspected], store: Store, *, is_trusted: bool
) -> list[Answer]:
    """The same answers with what the judge says of them."""
    said: dict[tuple[str, str, str], str] = {}
    for one in asked:
        read = read_inspection(one, lambda call: find_end(store, call))
        for pair in one.pairs:
            conclusion = read.conclusions[pair.id]
            told = f"{conclusion.status} {conclusion.reason}".strip()
            said[one.planned.passage.text, pair.prompt, pair.completion] = told
    return [
        replace(
            one,
            judged=said.get((one.item.text, one.prompt, one.completion), ""),
            is_judge_trusted=is_trusted,
        )
        if _is_judged(one)
        else one
        for one in answers
    ]


def put_together(
    survey: Survey,
    answers: Sequence[Answer],
    store: Store,
    run: RunResult,
    *,
    inspector: Inspector | None = None,
    why: str = "",
    inspected: Sequence[Inspected] = (),
) -> Evaluation:
    """The evaluation of these answers. `why` says why a judge is trusted or not."""
    figures = sum_up(answers)
    spent = [_spent(survey, model, store) for model in survey.models]
    judging = None
    if inspector is not None and survey.judge is not None:
        judging = _judging(answers, inspector, why)
        spent.append(_spent_by_judge(survey.judge, inspected, store))
    if survey.classes:
        return Evaluation(
            survey=survey, answers=answers, figures=figures, spent=spent, run=run,
            classes=_tell_classes(survey, answers, store),
            warnings=list(_class_warnings(survey, answers)),
        )  # fmt: skip
    has_passages = any(item.passages for item in survey.chosen.items)
    warnings = find_warnings(figures, has_passages=has_passages)
    if judging is not None and not judging.is_trusted:
        warnings.append(
            f"the judge {judging.model!r} is not trusted ({judging.why}), so its verdicts are shown "
            "and do not count; `loremill judge test` finds out"
        )
    return Evaluation(
        survey=survey, answers=answers, figures=figures, spent=spent, run=run, judging=judging,
        goals=state_goals(figures), warnings=warnings,
    )  # fmt: skip


def standing_of(survey: Survey, store: Store) -> tuple[Inspector, str]:
    """The judge of an evaluation, trusted or not by its last test in the workspace, and why."""
    found = standings(survey.config, store)[0]
    return found.inspector, found.why


# Inside -----------------------------------------------------------------------------------------


def _read(asked: Asked, model: Model, survey: Survey, store: Store) -> Answer:
    digest = asked.planned.call.digest
    end = find_end(store, digest)
    if not isinstance(end, Reply):
        return Answer(
            item=asked.item, side=asked.side, column=asked.column, call=digest, text=None,
            failure="pending" if end is None else end.reason,
        )  # fmt: skip
    text = model.side.manner.read(message_text(end.body))
    graded = _grade_class(asked, text, survey) if survey.classes else grade(asked.item, text)
    return Answer(
        item=asked.item, side=asked.side, column=asked.column, call=digest, text=text, grade=graded
    )


def _grade_class(asked: Asked, text: str, survey: Survey) -> Grade:
    item = asked.item
    is_right = read_class(text, survey.classes) == item.completion
    return Grade(
        outcome="correct" if is_right else "wrong",
        exact=is_exact(text, item.completion, item.language),
        f1=token_f1(text, item.completion, item.language),
        numbers=None,
    )


def _is_judged(answer: Answer) -> bool:
    item, graded = answer.item, answer.grade
    return bool(
        graded is not None and graded.outcome != "abstained"
        and answer.text and item.passages and item.is_answerable
    )  # fmt: skip


def _passage(answer: Answer) -> Passage:
    item = answer.item
    return Passage(
        article=item.place.article, language=item.language, section=item.place.section,
        text=item.text,
    )  # fmt: skip


def _judging(answers: Iterable[Answer], inspector: Inspector, why: str) -> Judging:
    judged = [one for one in answers if one.judged]
    status = [one.judged.split(" ", 1)[0] for one in judged]
    agrees = sum(
        one.grade is not None and (said == "passed") == (one.grade.outcome == "correct")
        for one, said in zip(judged, status, strict=True)
        if said != "unjudged"
    )
    return Judging(
        model=inspector.model, is_trusted=inspector.trusted, why=why,
        passed=status.count("passed"), refused=status.count("refused"),
        unjudged=status.count("unjudged"), agrees=agrees,
    )  # fmt: skip


def _spent(survey: Survey, model: Model, store: Store) -> Spent:
    calls = {one.planned.call.digest for one in survey.asked(model)}
    return _spending(model.side.name, model.config, calls, store, form=model.side.manner.form)


def _spent_by_judge(judge: BuildConfig, asked: Iterable[Inspected], store: Store) -> Spent:
    calls = {one.planned.call.digest for one in asked}
    return _spending("judge", judge, calls, store, form="chat")


def _spending(
    role: str, config: BuildConfig, calls: Iterable[str], store: Store, *, form: str
) -> Spent:
    listed = list(calls)
    replies = [reply for reply in map(store.get_reply, listed) if reply is not None]
    return Spent(
        role=role, model=config.model, endpoint=config.endpoint, form=form, calls=len(listed),
        answered=len(replies),
        prompt_tokens=sum(reply.usage.prompt_tokens for reply in replies),
        completion_tokens=sum(reply.usage.completion_tokens for reply in replies),
        cost=cost_of(replies, price_of(config)),
    )  # fmt: skip


def _tell_classes(
    survey: Survey, answers: Sequence[Answer], store: Store
) -> dict[str, dict[SideName, ClassFigures]]:
    groups: defaultdict[str, defaultdict[SideName, list[Answer]]]
    groups = defaultdict(lambda: defaultdict(list))
    for one in answers:
        if one.text is not None:
            groups[one.item.row][one.side].append(one)
    # What was not trained comes first.
    return {
        row: {
            side: _class_figures(survey, groups[row][side], store)
            for side in SIDES
            if groups[row][side]
        }
        for row in reversed([*ROWS])
        if row in groups
    }


def _class_figures(survey: Survey, answers: Sequence[Answer], store: Store) -> ClassFigures:
    classes, positive = survey.classes, survey.positive
    told = [read_class(one.text or "", classes) for one in answers]
    odds = [_odds(one, survey, store) for one in answers] if positive else []
    # Mixed scores would not compare: all by odds, or all by the answers alone.
    has_odds = bool(odds) and all(one is not None for one in odds)
    scores: list[float | None] = [None] * len(answers)
    if positive:
        scores = odds if has_odds else [float(one == positive) for one in told]
    return figures_of(
        [
            Told(true=one.item.completion, told=label, score=score)
            for one, label, score in zip(answers, told, scores, strict=True)
        ],
        positive=positive, beta=survey.options.beta, from_odds=has_odds,
    )  # fmt: skip


def _odds(answer: Answer, survey: Survey, store: Store) -> float | None:
    reply = store.get_reply(answer.call)
    if reply is None:
        return None
    return odds_of(survey.positive, survey.classes, first_token_odds(reply.body))


def _class_warnings(survey: Survey, answers: Iterable[Answer]) -> Iterator[str]:
    unanswered = sum(one.text is None for one in answers)
    if unanswered:
        yield f"{unanswered:,} questions have no reply and count for nothing"
