"""How well a model tells classes apart: accuracy, F1, confusion, and curves for two classes. Pure.

All figures are those of scikit-learn under the same names, written out since they are a few lines each.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from generator.evaluation.scoring import normalise
from generator.evaluation.statistics import Share, share_of

OTHER: Final = "(other)"
"""Stands for an answer that is none of the classes, or two of them."""
MOST_CLASSES: Final = 50
MOST_WORDS: Final = 8
"""Of an answer that is a class."""
PER_CLASS: Final = 5
"""Answers of each class at least, on average: fewer are answers that happen to be alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One item with the class that it is of, and the one that a model told."""

    true: str
    told: str
    """`OTHER` for none or two."""
    score: float | None = None
    """How likely the positive class is, from 0 to 1; None where there are not two classes."""


@dataclass(frozen=True, kw_only=True)
class Binary:
    """Figures for two classes, one of them being what is looked for."""

    positive: str
    precision: float
    recall: float
    f_beta: float
    beta: float
    auroc: float | None
    """Chance that an item of the positive class scores higher than another one; None with one class."""
    auprc: float | None
    """Average precision over the thresholds."""
    from_odds: bool
    """Whether scores are probabilities of the class's first token; else the answers alone, 0 or 1."""


@dataclass(frozen=True, kw_only=True)
class ClassFigures:
    """What a model did on one split."""

    accuracy: Share
    weighted_f1: float
    """F1 of each class, weighted by how many items it has."""
    confusion: Mapping[str, Mapping[str, int]]
    """True class -> told class -> items."""
    binary: Binary | None = None

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        low, high = self.accuracy.interval
        binary = self.binary
        return {
            "n": self.accuracy.whole,
            "accuracy": round(self.accuracy.value, 4),
            "accuracy_interval": [round(low, 4), round(high, 4)],
            "weighted_f1": round(self.weighted_f1, 4),
            "confusion": {true: dict(told) for true, told in self.confusion.items()},
            "binary": None if binary is None else {
                "positive": binary.positive, "precision": round(binary.precision, 4),
                "recall": round(binary.recall, 4), "f_beta": round(binary.f_beta, 4),
                "beta": binary.beta, "auroc": _rounded(binary.auroc),
                "auprc": _rounded(binary.auprc), "from_odds": binary.from_odds,
            },
        }  # fmt: skip


def find_classes(completions: Iterable[str]) -> tuple[str, ...]:
    """The classes of a set whose answers are classes, the most frequent first; none for another set."""
    counts = Counter(completions)
    found = [label for label, _ in sorted(counts.items(), key=lambda one: (-one[1], one[0]))]
    is_classes = (
        2 <= len(found) <= MOST_CLASSES
        and counts.total() >= PER_CLASS * len(found)
        and all(len(normalise(label)) <= MOST_WORDS for label in found)
        and len({normalise(label) for label in found}) == len(found)
    )
    return tuple(found) if is_classes else ()


def read_class(answer: str, classes: Sequence[str]) -> str:
    """Which class an answer tells: it alone, else the one that is named in it; `OTHER` for none or two.

    A class that is part of another one's name counts only where the longer one is not there.
    """
    own = normalise(answer)
    for label in classes:
        if normalise(label) == own:
            return label
    text = f" {' '.join(own)} "
    named: list[str] = []
    for label in sorted(classes, key=lambda one: (-len(normalise(one)), one)):
        pattern = f" {' '.join(normalise(label))} "
        if pattern.strip() and pattern in text:
            named.append(label)
            text = re.sub(f"(?={re.escape(pattern)}){re.escape(pattern)}", "  ", text)
    return named[0] if len(named) == 1 else OTHER


def odds_of(positive: str, classes: Sequence[str], odds: Mapping[str, float]) -> float | None:
    """The probability of the positive one of two classes by the first token of an answer.

    A token stands for the class that begins like it, where only one does. None where neither class is
    among the tokens.
    """
    sums: defaultdict[str, float] = defaultdict(float)
    for token, chance in odds.items():
        own = token.strip().casefold()
        begun = [label for label in classes if own and label.casefold().startswith(own)]
        if len(begun) == 1:
            sums[begun[0]] += chance
    total = sum(sums.values())
    return sums[positive] / total if total > 0 else None


def figures_of(
    told: Sequence[Told], *, positive: str = "", beta: float = 1.0, from_odds: bool = False
) -> ClassFigures:
    """What answers are worth. `positive` names the class that is looked for, where there are two."""
    confusion: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for one in told:
        confusion[one.true][one.told] += 1
    return ClassFigures(
        accuracy=share_of(one.true == one.told for one in told),
        weighted_f1=weighted_f1(told),
        confusion={true: dict(sorted(own.items())) for true, own in sorted(confusion.items())},
        binary=_binary(told, positive, beta, from_odds=from_odds) if positive else None,
    )


def weighted_f1(told: Sequence[Told]) -> float:
    """F1 of each class by itself, weighted by the number of its items; 0 without any."""
    if not told:
        return 0.0
    sizes = Counter(one.true for one in told)
    return sum(n * f_beta(told, label) for label, n in sizes.items()) / len(told)


def precision(told: Iterable[Told], label: str) -> float:
    """Of the items that were told to be of a class, the share that is; 0 where none were."""
    return share_of(one.true == label for one in told if one.told == label).value


def recall(told: Iterable[Told], label: str) -> float:
    """Of the items of a class, the share that was told; 0 where there are none."""
    return share_of(one.told == label for one in told if one.true == label).value


def f_beta(told: Sequence[Told], label: str, beta: float = 1.0) -> float:
    """(1 + b²) PR / (b² P + R): recall counts b times as much as precision."""
    p, r = precision(told, label), recall(told, label)
    bottom = beta**2 * p + r
    return (1 + beta**2) * p * r / bottom if bottom else 0.0


def auroc(scores: Sequence[tuple[bool, float]]) -> float | None:
    """The chance that a positive item scores higher than a negative one, half for the same score.

    By ranks, after Mann and Whitney (1947). None where one of the two is not there.
    """
    positives = sum(is_positive for is_positive, _ in scores)
    negatives = len(scores) - positives
    if not positives or not negatives:
        return None
    rank, total = 0, 0.0
    for _, group in groupby(sorted(scores, key=lambda one: one[1]), key=lambda one: one[1]):
        same = [is_positive for is_positive, _ in group]
        total += sum(same) * (rank + (len(same) + 1) / 2)
        rank += len(same)
    return (total - positives * (positives + 1) / 2) / (positives * negatives)


def average_precision(scores: Sequence[tuple[bool, float]]) -> float | None:
    """The area under precision over recall, as a sum of steps: precision at each threshold by its recall.

    None where no item is positive.
    """
    positives = sum(is_positive for is_positive, _ in scores)
    if not positives:
        return None
    area, hits, seen = 0.0, 0, 0
    ordered = sorted(scores, key=lambda one: -one[1])
    for _, group in groupby(ordered, key=lambda one: one[1]):
        same = [is_positive for is_positive, _ in group]
        hits, seen = hits + sum(same), seen + len(same)
        area += sum(same) / positives * hits / seen
    return area


# Inside -----------------------------------------------------------------------------------------


def _binary(told: Sequence[Told], positive: str, beta: float, *, from_odds: bool) -> Binary:
    scores = [(one.true == positive, one.score) for one in told if one.score is not None]
    return Binary(
        positive=positive,
        precision=precision(told, positive),
        recall=recall(told, positive),
        f_beta=f_beta(told, positive, beta),
        beta=beta,
        auroc=auroc(scores),
        auprc=average_precision(scores),
        from_odds=from_odds,
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
