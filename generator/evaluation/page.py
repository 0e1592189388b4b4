"""An evaluation as one self-contained HTML page: base and tuned side by side, and every answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from generator.digests import fraction
from generator.evaluation import words
from generator.evaluation.classes import OTHER
from generator.evaluation.evaluate import Evaluation
from generator.evaluation.figures import Cell, Figures
from generator.evaluation.records import COLUMNS, ROWS, SIDES, Answer, Column, Item, SideName
from generator.evaluation.statistics import Share
from generator.report.page import render_page

HERE: Final = Path(__file__).parent
SHOWN: Final = 1000
"""Items with all their answers; of more, as many of each row are drawn."""
WIDTH: Final = 200
"""Of the picture of an interval, in its own units: 0 % to 100 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A share with its interval, as places from 0 to `WIDTH`."""

    side: SideName
    low: float
    middle: float
    high: float
    y: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A share as texts."""

    side: SideName
    share: str
    interval: str
    wrong: str
    abstained: str
    exact: str
    f1: str
    numbers: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row in one column."""

    title: str
    question: str
    n: int
    values: Sequence[Value | None]
    """One for each model, in their order."""
    drawn: Sequence[Drawn]
    p: str
    is_sure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One column."""

    column: Column
    title: str
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One item with all its answers."""

    item: Item
    number: int
    is_left_out: bool
    answers: Sequence[Answer]
    marks: str
    """What it can be found by: `tuned-correct base-wrong gained`."""

    @property
    def heading(self) -> str:
        """What it is about."""
        place = self.item.place
        return " > ".join(filter(None, (place.article, *place.section)))


def render_evaluation(evaluation: Evaluation, *, most: int = SHOWN) -> Iterator[str]:
    """The page in pieces; every text of an article or a model is escaped."""
    survey = evaluation.survey
    sides = [model.side.name for model in survey.models]
    items = list(_shown(evaluation, most))
    left_out = evaluation.figures.left_out
    return render_page(
        "evaluation.html.j2",
        folder=HERE,
        title=f"Evaluation of {survey.material.name}",
        styles=["evaluation.css"],
        scripts=["evaluation.js"],
        evaluation=evaluation,
        name=survey.material.name,
        models=survey.models,
        sides=sides,
        tables=[] if survey.classes else tables_of(evaluation.figures, sides),
        goals=[(goal, words.tell_goal(goal)) for goal in evaluation.goals],
        splits=[
            (ROWS[row][0], found, words.tell_p(evaluation.figures.contrasts.get((row, "closed"))))
            for row, found in evaluation.classes.items()
        ],
        classes=[*survey.classes, OTHER] if survey.classes else [],
        items=items,
        rows=[(row, ROWS[row][0]) for row in dict.fromkeys(one.item.row for one in items)],
        columns=COLUMNS,
        not_shown=len({(one.item.row, one.item.id) for one in evaluation.answers}) - len(items),
        left_out=words.tell_left_out(left_out.total(), evaluation.figures.checked_by),
        pairs_left_out=survey.chosen.left_out,
        method=words.METHOD,
        width=WIDTH,
        percent=words.tell_share,
        interval=words.tell_interval,
    )


def tables_of(figures: Figures, sides: Sequence[SideName]) -> list[Table]:
    """A table for each column."""
    return [
        Table(
            column=column,
            title=COLUMNS[column],
            lines=[
                _line(figures, row, column, sides)
                for row in figures.rows
                if any(figures.get(row, column, side) for side in sides)
            ],
        )
        for column in figures.columns
    ]


# Inside -----------------------------------------------------------------------------------------


def _line(figures: Figures, row: str, column: Column, sides: Sequence[SideName]) -> Line:
    cells = [(side, figures.get(row, column, side)) for side in sides]
    contrast = figures.contrasts.get((row, column))
    title, question = ROWS[row]
    return Line(
        title=title,
        question=question,
        n=max((cell.correct.whole for _, cell in cells if cell), default=0),
        values=[None if cell is None else _value(side, cell) for side, cell in cells],
        drawn=[
            _draw(side, cell.correct, 5 + 8 * place)
            for place, (side, cell) in enumerate(cells)
            if cell is not None and cell.correct.whole
        ],
        p=words.tell_p(contrast),
        is_sure=words.is_sure(contrast),
    )


def _value(side: SideName, cell: Cell) -> Value:
    return Value(
        side=side,
        share=words.tell_share(cell.correct),
        interval=words.tell_interval(cell.correct),
        wrong=words.tell_share(cell.wrong),
        abstained=words.tell_share(cell.abstained),
        exact=words.tell_share(cell.exact),
        f1=f"{cell.f1:.2f}" if cell.correct.whole else "–",
        numbers=words.tell_numbers(cell),
    )


def _draw(side: SideName, share: Share, y: int) -> Drawn:
    low, high = share.interval
    return Drawn(
        side=side, low=round(WIDTH * low, 1), high=round(WIDTH * high, 1),
        middle=round(WIDTH * share.value, 1), y=y,
    )  # fmt: skip


def _shown(evaluation: Evaluation, most: int) -> Iterator[Shown]:
    by_item: defaultdict[tuple[str, str], list[Answer]] = defaultdict(list)
    for one in evaluation.answers:
        by_item[one.item.row, one.item.id].append(one)
    chosen = _drawn(by_item, most)
    for number, (key, own) in enumerate(by_item.items(), start=1):
        if key not in chosen:
            continue
        is_left_out = key in evaluation.figures.left_out_ids
        yield Shown(
            item=own[0].item,
            number=number,
            is_left_out=is_left_out,
            answers=sorted(own, key=lambda one: ([*COLUMNS].index(one.column), one.side)),
            marks=" ".join(_marks(own, is_left_out=is_left_out)),
        )


def _drawn(keys: Mapping[tuple[str, str], object], most: int) -> set[tuple[str, str]]:
    """All, or as many of each row as there is room for."""
    if len(keys) <= most:
        return {*keys}
    rows: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for key in keys:
        rows[key[0]].append(key)
    each = max(1, most // len(rows))
    return {
        key
        for own in rows.values()
        for key in sorted(own, key=lambda one: fraction("shown", *one))[:each]
    }


def _marks(answers: Iterable[Answer], *, is_left_out: bool) -> Iterator[str]:
    closed = {one.side: one.outcome for one in answers if one.column == "closed"}
    for side in SIDES:
        if outcome := closed.get(side):
            yield f"{side}-{outcome}"
    base, tuned = closed.get("base"), closed.get("tuned")
    if base and tuned and (base == "correct") != (tuned == "correct"):
        yield "gained" if tuned == "correct" else "lost"
    if is_left_out:
        yield "left-out"
