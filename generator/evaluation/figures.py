"""From graded answers to figures: a cell for each row, column and model, and a test of base against tuned. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from generator.comparison.paired import LEVEL
from generator.evaluation.records import COLUMNS, ROWS, SIDES, Answer, Column, SideName
from generator.evaluation.statistics import Discordant, Share, adjusted, mcnemar, share_of

READS: Final = 0.5
"""Of the questions right with the section, from which on a model reads well enough that one which it does
not answer is taken for a bad one. Below it the model is what is weak."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What one model did with the items of one row, asked in one way."""

    correct: Share
    wrong: Share
    abstained: Share
    """Of the answered items, as are the others. For unanswerable ones an abstention is correct."""
    exact: Share
    f1: float
    """Mean over the items."""
    numbers: Share
    """Of the items whose answer has numbers of its own."""
    unanswered: int
    """Items without a reply; they count for nothing."""

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "n": self.correct.whole,
            "unanswered": self.unanswered,
            "correct": self.correct.as_dict(),
            "wrong": self.wrong.as_dict(),
            "abstained": self.abstained.as_dict(),
            "exact_match": round(self.exact.value, 4),
            "token_f1": round(self.f1, 4),
            "numbers": None if not self.numbers.whole else self.numbers.as_dict(),
        }


class Contrast(NamedTuple):
    """Base against tuned on the items that both answered."""

    both: int
    counts: Discordant
    p: float
    """McNemar's, exact and two-sided."""
    adjusted_p: float
    """By Holm's method over all tests of the evaluation."""

    @property
    def can_tell(self) -> bool:
        """Whether so many items differ that the most uneven split of them would have been no chance."""
        return mcnemar(Discordant(0, sum(self.counts))) <= LEVEL


Where = tuple[str, Column]
"""Row and column."""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """All of an evaluation."""

    cells: Mapping[tuple[str, Column, SideName], Cell]
    contrasts: Mapping[Where, Contrast] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    """Items by row that `checked_by` cannot answer with the section before it."""
    left_out_ids: frozenset[tuple[str, str]] = frozenset()
    """Row and id of these."""
    checked_by: SideName | None = None
    """Whose answers with the section said so; None where nobody was asked with it."""
    is_checker_weak: bool = False
    """Whether it has fewer than `READS` of them right, so that no item is left out."""

    def get(self, row: str, column: Column, side: SideName) -> Cell | None:
        """One cell; None where nothing was asked."""
        return self.cells.get((row, column, side))

    @property
    def rows(self) -> list[str]:
        """Those with a cell, in their order."""
        own = {row for row, _, _ in self.cells}
        return [row for row in ROWS if row in own]

    @property
    def columns(self) -> list[Column]:
        """Those with a cell, in their order."""
        own = {column for _, column, _ in self.cells}
        return [column for column in COLUMNS if column in own]

    def as_dict(self) -> dict[str, Any]:
        """For JSON: row -> column -> model -> figures."""
        told: dict[str, Any] = {}
        for row in self.rows:
            columns: dict[str, Any] = {}
            for column in self.columns:
                sides = {
                    side: self.cells[row, column, side].as_dict()
                    for side in SIDES
                    if (row, column, side) in self.cells
                }
                if sides:
                    columns[column] = {**sides, "test": self._test(row, column)}
            told[row] = {"title": ROWS[row][0], "left_out": self.left_out[row], "columns": columns}
        return told

    def _test(self, row: str, column: Column) -> dict[str, Any] | None:
        found = self.contrasts.get((row, column))
        if found is None:
            return None
        return {
            "both_answered": found.both,
            "only_base_correct": found.counts.only_base,
            "only_tuned_correct": found.counts.only_tuned,
            "mcnemar_p": round(found.p, 6),
            "holm_p": round(found.adjusted_p, 6),
        }


def sum_up(answers: Sequence[Answer]) -> Figures:
    """The figures of all answers.

    An item that the base (the tuned model where there is no base) answers wrongly with the section
    before it is a bad item, or one whose answer cannot be told by its words: it is left out
    everywhere but in that column itself, which shows all. Unanswerable ones are never left out, and
    none are by a model that cannot read.
    """
    checked_by = _checker(answers)
    checks = [
        one
        for one in answers
        if one.column == "section" and one.side == checked_by
        and one.item.is_answerable and one.outcome is not None
    ]  # fmt: skip
    read = share_of(one.outcome == "correct" for one in checks)
    is_weak = read.whole > 0 and read.value < READS
    bad = frozenset(
        (one.item.row, one.item.id)
        for one in checks
        if one.outcome != "correct" and not is_weak
    )  # fmt: skip
    groups: defaultdict[tuple[str, Column, SideName], list[Answer]] = defaultdict(list)
    for one in answers:
        if one.column == "section" or (one.item.row, one.item.id) not in bad:
            groups[one.item.row, one.column, one.side].append(one)
    return Figures(
        cells={key: _cell(own) for key, own in groups.items()},
        contrasts=_contrasts(groups),
        left_out=Counter(row for row, _ in bad),
        left_out_ids=bad,
        checked_by=checked_by,
        is_checker_weak=is_weak,
    )


# Inside -----------------------------------------------------------------------------------------


def _checker(answers: Iterable[Answer]) -> SideName | None:
    asked = {one.side for one in answers if one.column == "section" and one.outcome is not None}
    return next((side for side in SIDES if side in asked), None)


def _cell(answers: Sequence[Answer]) -> Cell:
    known = [one for one in answers if one.grade is not None]
    grades = [one.grade for one in known if one.grade is not None]
    outcomes = [one.outcome for one in known]
    is_abstained = [
        one.outcome == "abstained" or (not one.item.is_answerable and one.outcome == "correct")
        for one in known
    ]
    return Cell(
        correct=share_of(outcome == "correct" for outcome in outcomes),
        wrong=share_of(outcome == "wrong" for outcome in outcomes),
        abstained=share_of(is_abstained),
        exact=share_of(one.exact for one in grades),
        f1=sum(one.f1 for one in grades) / len(grades) if grades else 0.0,
        numbers=share_of(one.numbers for one in grades if one.numbers is not None),
        unanswered=len(answers) - len(known),
    )


def _contrasts(
    groups: Mapping[tuple[str, Column, SideName], Sequence[Answer]],
) -> dict[Where, Contrast]:
    counts: dict[Where, tuple[int, Discordant]] = {}
    for row in ROWS:
        for column in COLUMNS:
            base, tuned = (_outcomes(groups.get((row, column, side), ())) for side in SIDES)
            both = base.keys() & tuned.keys()
            if both:
                counts[row, column] = (len(both), Discordant(
                    only_base=sum(base[one] and not tuned[one] for one in both),
                    only_tuned=sum(tuned[one] and not base[one] for one in both),
                ))  # fmt: skip
    tests = {f"{row} {column}": own for (row, column), (_, own) in counts.items()}
    honest = adjusted(tests)
    return {
        (row, column): Contrast(both, own, mcnemar(own), honest[f"{row} {column}"])
        for (row, column), (both, own) in counts.items()
    }


def _outcomes(answers: Iterable[Answer]) -> dict[str, bool]:
    return {one.item.id: one.outcome == "correct" for one in answers if one.outcome is not None}
