"""Goals of the measures, and whether a dataset meets them. There is no sum of them, on purpose."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final, Literal, NamedTuple

from generator.metrics.pairs import SAMPLED

Form = Literal["share", "number", "ratio", "bits"]
State = Literal["met", "not met", "too few", ""]
Measures = Mapping[str, Any]


class Goal(NamedTuple):
    """A measure, where it stands in the manifest's `measures`, and what is aimed at."""

    group: str
    name: str
    label: str
    place: tuple[str, ...]
    form: Form
    means: str
    """What is counted, in a few words."""
    least: float | None = None
    most: float | None = None
    needs_sample: bool = False
    """True for a figure that says nothing with fewer than `SAMPLED` questions."""


COVERAGE, SUPPORT, BALANCE, VARIETY, AMOUNT, LEAKS, KINDS = (
    "Coverage", "Support", "Balance", "Variety", "Amount", "Leaks", "Kinds",
)  # fmt: skip

GOALS: Final = (
    Goal(COVERAGE, "facts", "facts with a pair", ("coverage", "facts", "share"), "share",
         "facts that a kept pair asks about, of those listed", least=0.95),
    Goal(COVERAGE, "facts_worded", "facts in several wordings",
         ("coverage", "facts_worded", "share"), "share",
         "facts that three kept pairs or more ask about", least=0.80),
    Goal(COVERAGE, "sentences", "sentences covered", ("coverage", "sentences", "share"), "share",
         "one pair holds half of the sentence's content words", least=0.85),
    Goal(COVERAGE, "sentences_by_all", "sentences covered by all pairs together",
         ("coverage", "sentences_by_all", "share"), "share",
         "the pairs of the passage hold half of them together", least=0.95),
    Goal(COVERAGE, "numbers", "numbers covered", ("coverage", "numbers", "share"), "share",
         "numbers of the text that some pair names", least=0.90),
    Goal(SUPPORT, "number_support", "numbers with support",
         ("support", "numbers", "supported_share"), "share",
         "numbers in answers that the text has or that follow from it", least=1.0),
    Goal(SUPPORT, "derived_numbers", "numbers only derived",
         ("support", "numbers", "derived_share"), "share",
         "reckoned from the text or counted in it, and not written there", most=0.10),
    Goal(SUPPORT, "names_read", "answers without a foreign name",
         ("support", "read_without_fault", "names", "share"), "share",
         "of all pairs read; the others are refused", least=0.99),
    Goal(SUPPORT, "numbers_read", "answers without a foreign number",
         ("support", "read_without_fault", "numbers", "share"), "share",
         "of all pairs read; the others are refused"),
    Goal(SUPPORT, "evidence_read", "quotes found in the text",
         ("support", "read_without_fault", "evidence", "share"), "share",
         "of all pairs read that quote; the others are refused"),
    Goal(BALANCE, "density", "pairs per 100 words", ("balance", "pairs_per_100_words"), "number",
         "mean over sections of 60 words or more"),
    Goal(BALANCE, "variation", "variation between sections", ("balance", "variation"), "number",
         "standard deviation by mean of these", most=0.5),
    Goal(BALANCE, "gaps", "sections without a pair", ("balance", "gaps", "total"), "number",
         "asked about, and nothing is kept"),
    Goal(BALANCE, "unexplained", "of these without a reason",
         ("balance", "gaps", "unexplained"), "number",
         "every call is done, and none gave a pair", most=0),
    Goal(VARIETY, "distinct_2", "distinct word pairs", ("diversity", "distinct_2"), "number",
         "in 100 questions: different ones by all", least=0.6, needs_sample=True),
    Goal(VARIETY, "compression_ratio", "compression ratio", ("diversity", "compression_ratio"),
         "ratio", "of 100 questions by zlib: the more alike, the higher", most=3.0,
         needs_sample=True),
    Goal(VARIETY, "top_opening", "most frequent opening",
         ("diversity", "top_opening", "share"), "share",
         "of 100 questions, by their first two words", most=0.25, needs_sample=True),
    Goal(VARIETY, "opening_bits", "entropy of openings", ("diversity", "opening_bits"), "bits",
         "of the same: 0 where all begin alike, 6.6 where no two do"),
    Goal(VARIETY, "near_duplicates", "near duplicates kept", ("near_duplicates", "share"), "share",
         "share four fifths of their word triples with an earlier pair of the article", most=0.01),
    Goal(AMOUNT, "training_tokens", "trained tokens per source token",
         ("tokens", "trained_per_source"), "ratio",
         "estimated tokens of trained pairs by those of the text asked about", least=5.0),
    Goal(AMOUNT, "wordings", "further wordings", ("wordings", "share"), "share",
         "pairs that word another anew, of all kept"),
    Goal(LEAKS, "same", "held-out questions trained, too", ("leakage", "same"), "number",
         "in the same words, whatever their order, in any article", most=0),
    Goal(LEAKS, "near", "held-out pairs nearly trained", ("leakage", "near"), "number",
         "of the article, like in nine tenths of the question's words, all its numbers, and seven "
         "tenths of the answer's words", most=0),
    Goal(LEAKS, "closest", "greatest similarity", ("leakage", "closest", "similarity"), "number",
         "of a held-out and a trained question of one article, by their words"),
    Goal(KINDS, "yes_no", "answers by yes or no", ("yes_no", "share"), "share",
         "of all pairs but further wordings: whoever guesses is right half of the time", most=0.10),
    Goal(KINDS, "yes", "of these by yes", ("yes_no", "yes_share"), "share",
         "from 20 such answers on: a model that always says yes must not look good",
         least=0.40, most=0.60),
)  # fmt: skip

KIND_SHARES: Final[Mapping[str, tuple[float, float]]] = {
    "basic": (0.65, 0.75),
    "detailed": (0.10, 0.15),
    "reverse": (0.10, 0.15),
    "link": (0.0, 0.08),
    "abstain": (0.03, 0.08),
}
"""Least and most of all pairs."""
COMPLETION_WORDS: Final[Mapping[str, tuple[int, int]]] = {"basic": (1, 60), "detailed": (40, 250)}
"""Of nine answers in ten: the 5 % shortest and longest may be outside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A figure beside its goal."""

    group: str
    name: str
    label: str
    value: float
    shown: str
    """The figure as people read it."""
    goal: str
    """As people read it; empty where there is none."""
    state: State
    """`too few` where there are not enough pairs to judge; empty where there is no goal."""
    means: str


def judge(measures: Measures | None) -> list[Judged]:
    """The figures of a manifest's `measures` that there are, in order, each with its goal.

    Whatever is missing, as in datasets of older versions, is left out.
    """
    if not measures:
        return []
    sampled = _at(measures, ("diversity", "sampled")) or 0
    found = [
        _judged(goal, value, is_enough=not goal.needs_sample or sampled >= SAMPLED)
        for goal in GOALS
        if (value := _at(measures, goal.place)) is not None
    ]
    return [*found, *_kinds(measures)]


def by_group(figures: Iterable[Judged]) -> list[tuple[str, list[Judged]]]:
    """Figures under the names of their groups, in their order."""
    return [(group, list(own)) for group, own in groupby(figures, key=lambda one: one.group)]


def headline(measures: Measures | None) -> str:
    """A line for the end of a build: what is covered, and which sections are thin."""
    if not measures:
        return ""
    covered = [
        f"{_form(share, 'share')} of {what}"
        for what in ("facts", "sentences", "numbers")
        if (share := _at(measures, ("coverage", what, "share"))) is not None
    ]
    thin = _at(measures, ("balance", "below_1_per_100_words")) or 0
    said = [", ".join(covered)] if covered else []
    if thin:
        sections = "section" if thin == 1 else "sections"
        said.append(f"{thin:,.0f} {sections} below 1 pair per 100 words")
    return "; ".join(said)


def _judged(goal: Goal, value: float, *, is_enough: bool) -> Judged:
    has_goal = goal.least is not None or goal.most is not None
    is_met = (goal.least is None or value >= goal.least) and (
        goal.most is None or value <= goal.most
    )
    state: State = "" if not has_goal else "too few" if not is_enough else _state(is_met)
    return Judged(
        group=goal.group, name=goal.name, label=goal.label, value=value,
        shown=_form(value, goal.form), goal=_goal(goal.least, goal.most, goal.form), state=state,
        means=goal.means,
    )  # fmt: skip


def _kinds(measures: Measures) -> Iterator[Judged]:
    """The share of each kind, and the lengths of its answers.

    Shares have goals where pairs were made from a text: what was there before is of the kind that it is.
    """
    goals = KIND_SHARES if measures.get("coverage") else {}
    for kind, own in sorted((measures.get("kinds") or {}).items()):
        least, most = goals.get(kind, (None, None))
        share = Goal(
            KINDS, f"kind:{kind}", f"pairs of the kind {kind}", (), "share",
            "of all pairs but further wordings", least or None, most,
        )  # fmt: skip
        if own.get("share") is not None:
            yield _judged(share, own["share"], is_enough=True)
    for kind in sorted(measures.get("lengths") or {}):
        own = _at_all(measures, ("lengths", kind, "completion"))
        if own:
            yield _length(kind, own)


def _length(kind: str, own: Mapping[str, int]) -> Judged:
    goal = ""
    state: State = ""
    if kind in COMPLETION_WORDS:
        least, most = COMPLETION_WORDS[kind]
        goal, state = f"{least} to {most}", _state(own["p5"] >= least and own["p95"] <= most)
    return Judged(
        group=KINDS, name=f"length:{kind}", label=f"words of an answer, {kind}",
        value=own["p50"], shown=f"{own['p5']} – {own['p50']} – {own['p95']}",
        goal=goal, state=state, means="5 % are not longer, half, 95 %",
    )  # fmt: skip


def _state(is_met: bool) -> State:
    return "met" if is_met else "not met"


def _at_all(measures: Measures, place: tuple[str, ...]) -> Any:
    found: Any = measures
    for name in place:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _at(measures: Measures, place: tuple[str, ...]) -> float | None:
    found = _at_all(measures, place)
    return found if isinstance(found, int | float) else None


def _goal(least: float | None, most: float | None, form: Form) -> str:
    if least is not None and most is not None:
        return f"{_form(least, form)} to {_form(most, form)}"
    if least is not None:
        return f"{_form(least, form)}" if least == 1 else f"at least {_form(least, form)}"
    if most is not None:
        return f"at most {_form(most, form)}" if most else "none"
    return ""


def _form(value: float, form: Form) -> str:
    if form == "share":
        return _percent(value)
    if form == "bits":
        return f"{value:.1f} bits"
    if form == "ratio":
        return f"{value:.1f}"
    return f"{value:,.0f}" if value == int(value) else f"{value:.2f}"


def _percent(share: float) -> str:
    """Whole ones, but near the ends: 99.96 % is not all, and 0.04 % is not nothing."""
    percent = round(100 * share, 4)
    if 1 < percent < 99 or percent == int(percent):
        return f"{percent:.0f} %"
    tenths = math.floor(10 * percent) / 10
    return f"{tenths:.1f} %" if tenths else "under 0.1 %"
