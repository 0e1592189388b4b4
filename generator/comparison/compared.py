"""Two sides compared: every figure with its difference, its interval and its verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

from generator.comparison.figures import (
    FIGURES,
    Better,
    Figure,
    Form,
    SectionFigures,
    count_sections,
    detail_figures,
    fill_details,
    shared_sections,
    terms,
)
from generator.comparison.paired import (
    LEVEL,
    Both,
    SignFlip,
    difference,
    holm,
    interval,
    ratio,
    sections_needed,
    sign_flip,
)
from generator.comparison.sides import SectionKey, SectionSide, Side
from generator.errors import ExitCode, LoremillError, Misconfigured
from generator.measures.diversity import compression_ratio, distinct_n, equal_sample, openings
from generator.measures.lengths import Lengths, lengths
from generator.names import nearest

Verdict = Literal["a", "b", "same", "unseen", "few", "unknown", ""]
"""`a`, `b`: that side is better, or has more where neither way is better; `same`: equal in every
section; `unseen`: no difference seen; `few`: too few sections to tell; `unknown`: one
side has no value, as it is not known or there is nothing to divide by; empty: not judged."""
SAMPLED = 100
"""Prompts of each side at which diversity is shown, if there are so many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One figure of both sides."""

    name: str
    label: str
    form: Form
    better: Better
    a: float | None
    b: float | None
    difference: float | None
    """b less a."""
    low: float | None
    """Bounds of the 95 % interval of the difference."""
    high: float | None
    p: float | None
    """Of the exact test, adjusted for the number of figures; None where it is not judged."""
    sections: int
    """In which both sides know it…"""
    larger_in_a: int
    """…and in how many of these it is larger…"""
    larger_in_b: int
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """What is told of one side without a difference."""

    pairs: int
    kept: int
    calls: int
    prompt_words: Lengths | None
    completion_words: Lengths | None
    sampled: int
    """Prompts that the following is about: the same number on both sides."""
    distinct_2: float
    compression: float
    top_opening: str
    top_opening_share: float


@dataclass(frozen=True, kw_only=True)
class SectionView:
    """One section side by side."""

    key: SectionKey
    a: SectionSide
    b: SectionSide
    figures: SectionFigures

    @property
    def distance(self) -> float:
        """How far the two sides are apart, to choose what to look at first."""
        a, b = self.figures.a, self.figures.b
        counts = ("kept", "read", "covered_sentences", "near_duplicates")
        return sum(abs(a.get(name, 0) - b.get(name, 0)) for name in counts)


class Only(NamedTuple):
    """Sections that are not compared."""

    in_a: int
    in_b: int
    unanswered: int
    """In both, but with a call that has no reply on one side."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What a comparison has come to."""

    a: Side
    b: Side
    lines: Sequence[Line]
    """In the order of `FIGURES`."""
    details: Sequence[Line]
    """By reason of a refusal and of a defect: with intervals, without verdicts."""
    spread_a: Spread
    spread_b: Spread
    sections: Sequence[SectionView]
    """Those that were compared, in the order of articles and headings."""
    only: Only
    is_same: bool
    """True where both sides hold the same pairs in every section."""
    stopped: str = ""
    """Why the asking ended early, empty where it did not or nothing was asked."""
    asked: int = 0
    """Calls that were made for it; all others were stored."""

    @property
    def better_in_a(self) -> list[Line]:
        """Figures in which A is better."""
        return [line for line in self.lines if line.better and line.verdict == "a"]

    @property
    def better_in_b(self) -> list[Line]:
        """Figures in which B is better."""
        return [line for line in self.lines if line.better and line.verdict == "b"]

    @property
    def farthest(self) -> list[SectionView]:
        """The sections, those first whose sides are farthest apart."""
        return sorted(self.sections, key=lambda one: -one.distance)

    @property
    def sections_needed(self) -> int:
        """How many sections it takes for any verdict, if all of them differ."""
        return sections_needed(_count_judged(self.lines))

    @property
    def verdict(self) -> Literal["a", "b", "mixed", "few", "unseen"]:
        """Of all figures together: a side that is better in some and in none worse."""
        if self.better_in_a or self.better_in_b:
            if not self.better_in_b:
                return "a"
            return "mixed" if self.better_in_a else "b"
        is_short = any(line.verdict == "few" for line in self.lines)
        return "few" if is_short and not self.is_same else "unseen"

    @property
    def exit_code(self) -> ExitCode:
        """0 where every section that both sides have was compared."""
        if self.stopped:
            return ExitCode.STOPPED
        return ExitCode.INCOMPLETE if self.only.unanswered else ExitCode.OK

    def as_dict(self) -> dict[str, Any]:
        """All of it for scripts, without the passages."""
        from generator.comparison.words import tell_line, tell_verdict

        return {
            "a": _side_dict(self.a, self.spread_a),
            "b": _side_dict(self.b, self.spread_b),
            "verdict": self.verdict,
            "says": tell_verdict(self),
            "figures": [{**asdict(line), "says": tell_line(line)} for line in self.lines],
            "details": [asdict(line) for line in self.details],
            "stopped": self.stopped,
            "asked": self.asked,
            "exit_code": int(self.exit_code),
            "sections_compared": len(self.sections),
            "sections_not_compared": self.only._asdict(),
            "sections": [_section_dict(one) for one in self.sections],
        }


def compare_sides(a: Side, b: Side) -> Comparison:
    """Compare two sides on the sections that both have. Pure and repeatable.

    Swapping the sides mirrors the result: nothing else changes.

    Raises:
        Misconfigured: the two share no section.
        LoremillError: of those that they share, none has all its replies.
    """
    keys = shared_sections(a, b)
    only = _only(a, b, len(keys))
    if not keys:
        raise _nothing_to_compare(a, b, only)
    counted = fill_details(count_sections(a, b, keys))
    lines = _judge({figure: terms(figure, counted) for figure in FIGURES})
    details = [_line(figure, terms(figure, counted)) for figure in detail_figures(counted)]
    sampled = min(sum(len(side.sections[key].kept) for key in keys) for side in (a, b))
    return Comparison(
        a=a,
        b=b,
        lines=lines,
        details=details,
        spread_a=_spread(a, keys, min(SAMPLED, sampled)),
        spread_b=_spread(b, keys, min(SAMPLED, sampled)),
        sections=[
            SectionView(key=one.key, a=a.sections[one.key], b=b.sections[one.key], figures=one)
            for one in counted
        ],
        only=only,
        is_same=all(a.sections[key].pairs == b.sections[key].pairs for key in keys),
    )


# Figures ----------------------------------------------------------------------------------------


def _judge(found: Mapping[Figure, Sequence[Both]]) -> list[Line]:
    tests = {figure.name: sign_flip(sections) for figure, sections in found.items()}
    adjusted = holm(tests)
    differing = sum(any(map(_larger, sections)) for sections in found.values())
    needed = sections_needed(differing)
    return [
        _line(figure, sections, tests[figure.name], adjusted[figure.name], needed)
        for figure, sections in found.items()
    ]


def _line(
    figure: Figure,
    sections: Sequence[Both],
    test: SignFlip | None = None,
    p: float | None = None,
    needed: int = 0,
) -> Line:
    a, b = ratio(one.a for one in sections), ratio(one.b for one in sections)
    seen = difference(sections)
    bounds = None if seen is None else interval(sections)
    larger = [_larger(one) for one in sections]
    return Line(
        name=figure.name,
        label=figure.label,
        form=figure.form,
        better=figure.better,
        a=a,
        b=b,
        difference=seen,
        low=None if bounds is None else bounds.low,
        high=None if bounds is None else bounds.high,
        p=None if test is None or seen is None else p,
        sections=len(sections),
        larger_in_a=larger.count("a"),
        larger_in_b=larger.count("b"),
        verdict="" if test is None else _verdict(figure, sections, p or 0.0, needed),
    )


def _verdict(figure: Figure, sections: Sequence[Both], p: float, needed: int) -> Verdict:
    seen = difference(sections)
    if seen is None:
        return "unknown"
    if not seen and not any(map(_larger, sections)):
        return "same"
    if p <= LEVEL and seen:
        is_b = seen < 0 if figure.better == "less" else seen > 0
        return "b" if is_b else "a"
    return "few" if len(sections) < needed else "unseen"


def _larger(one: Both) -> Literal["a", "b", ""]:
    a, b = ratio([one.a]), ratio([one.b])
    if a is None or b is None or a == b:
        return ""
    return "a" if a > b else "b"


def _count_judged(lines: Sequence[Line]) -> int:
    return sum(line.verdict not in ("same", "unknown") for line in lines)


# What is told beside ----------------------------------------------------------------------------


def _spread(side: Side, keys: Sequence[SectionKey], sampled: int) -> Spread:
    sections = [side.sections[key] for key in keys]
    kept = [pair for section in sections for pair in section.kept]
    sample = equal_sample((pair.prompt for pair in kept), sampled)
    begin = openings(sample)
    return Spread(
        pairs=sum(len(section.pairs) for section in sections),
        kept=len(kept),
        calls=sum(section.calls for section in sections),
        prompt_words=lengths(pair.prompt for pair in kept),
        completion_words=lengths(pair.completion for pair in kept),
        sampled=len(sample),
        distinct_2=distinct_n(sample, 2).share,
        compression=compression_ratio(sample),
        top_opening=begin.top,
        top_opening_share=begin.top_share,
    )


def _only(a: Side, b: Side, compared: int) -> Only:
    both = len(a.sections.keys() & b.sections.keys())
    return Only(
        in_a=len(a.sections) - both, in_b=len(b.sections) - both, unanswered=both - compared
    )


def _nothing_to_compare(a: Side, b: Side, only: Only) -> LoremillError:
    if only.unanswered:
        return LoremillError(
            f"none of the {only.unanswered} sections that {a.label!r} and {b.label!r} share has all "
            "its replies on both sides: run the same command again, or finish the datasets first"
        )
    articles = [{key.article for key in side.sections} for side in (a, b)]
    for one in sorted(articles[0] - articles[1]):
        if hint := nearest(one, articles[1]):
            return Misconfigured(
                f"{a.label!r} and {b.label!r} share no section: no article {one!r} in B{hint}"
            )
    return Misconfigured(
        f"{a.label!r} and {b.label!r} share no section: they are about different articles"
    )


def _side_dict(side: Side, spread: Spread) -> dict[str, Any]:
    told = asdict(spread)
    for name in ("prompt_words", "completion_words"):
        found = getattr(spread, name)
        told[name] = None if found is None else found._asdict()
    return {"label": side.label, "detail": side.detail, "notes": list(side.notes), **told}


def _section_dict(one: SectionView) -> dict[str, Any]:
    return {
        "article": one.key.article,
        "section": list(one.key.path),
        "a": {**one.figures.a, "pairs": [asdict(pair) for pair in one.a.pairs]},
        "b": {**one.figures.b, "pairs": [asdict(pair) for pair in one.b.pairs]},
    }
