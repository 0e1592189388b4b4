"""The figures of a comparison: what each counts in a section, and which way is better.

Every figure is a ratio of two sums over sections, so that what is shown of a side, the difference and
its interval all speak of the same thing. To add one, add its line to `FIGURES`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from generator.comparison.paired import Both, Term
from generator.comparison.sides import SectionKey, SectionSide, Side
from generator.measures.coverage import Coverage, cover
from generator.measures.diversity import distinct_n, distinct_openings, equal_sample
from generator.measures.duplicates import near_duplicates
from generator.records import count_words

Form = Literal["share", "number", "money"]
Better = Literal["more", "less", ""]


class Figure(NamedTuple):
    """One line of the table."""

    name: str
    label: str
    top: str
    bottom: str
    better: Better
    """Which way is better; empty where neither is by itself."""
    form: Form


FIGURES: tuple[Figure, ...] = (
    Figure("pairs_per_call", "pairs per call", "read", "calls", "", "number"),
    Figure("accepted_per_call", "accepted pairs per call", "kept", "calls", "more", "number"),
    Figure("accepted_share", "accepted share", "kept", "read", "more", "share"),
    Figure("defects_per_call", "defects per call", "defects", "calls", "less", "number"),
    Figure(
        "coverage_sentences", "sentences covered", "covered_sentences", "sentences", "more", "share"
    ),
    Figure("coverage_words", "words covered", "covered_words", "words", "more", "share"),
    Figure("coverage_numbers", "numbers covered", "covered_numbers", "numbers", "more", "share"),
    Figure("near_duplicates", "near duplicates", "near_duplicates", "kept", "less", "share"),
    Figure("prompt_words", "words per prompt", "prompt_words", "kept", "", "number"),
    Figure("completion_words", "words per completion", "completion_words", "kept", "", "number"),
    Figure("distinct_2", "distinct word pairs", "distinct_bigrams", "bigrams", "more", "share"),
    Figure("openings", "distinct openings", "distinct_openings", "sampled", "more", "share"),
    Figure("tokens_per_accepted", "tokens per accepted pair", "tokens", "kept", "less", "number"),
    Figure("cost_per_accepted", "cost per accepted pair", "cost", "kept", "less", "money"),
)
"""In the order in which they are shown."""

Counts = Mapping[str, float]
"""What a section counts, by the names that `Figure.top` and `.bottom` refer to. What is not known is
not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionFigures:
    """One section of both sides, counted."""

    key: SectionKey
    a: Counts
    b: Counts


def shared_sections(a: Side, b: Side) -> list[SectionKey]:
    """Sections that can be compared: both sides have asked about them, and every call was answered.

    In the order of the articles, and, where the sides disagree on it, in one that does not depend on
    which side is which.
    """
    places = [{key: place for place, key in enumerate(side.sections)} for side in (a, b)]
    shared = (
        key
        for key in places[0].keys() & places[1].keys()
        if not (a.sections[key].unanswered or b.sections[key].unanswered)
    )
    return sorted(shared, key=lambda key: (sorted(one[key] for one in places), key))


def count_sections(a: Side, b: Side, keys: Sequence[SectionKey]) -> list[SectionFigures]:
    """The counts of these sections."""
    repeated_a, repeated_b = _repetitions(a, keys), _repetitions(b, keys)
    found = []
    for key in keys:
        one, other = a.sections[key], b.sections[key]
        # Diversity falls with the number of texts, so both sides show equally many.
        n = min(len(one.kept), len(other.kept))
        found.append(
            SectionFigures(
                key=key,
                a=_count(one, n, repeated_a[key]),
                b=_count(other, n, repeated_b[key]),
            )
        )
    return found


def terms(figure: Figure, sections: Sequence[SectionFigures]) -> list[Both]:
    """The terms of a figure in the sections where both sides know them."""
    wanted = (figure.top, figure.bottom)
    return [
        Both(*(Term(counts[figure.top], counts[figure.bottom]) for counts in (one.a, one.b)))
        for one in sections
        if all(name in counts for counts in (one.a, one.b) for name in wanted)
    ]


def detail_figures(sections: Sequence[SectionFigures]) -> Iterator[Figure]:
    """One figure for every reason of a refusal and of a defect that occurs on either side."""
    names = sorted({name for one in sections for counts in (one.a, one.b) for name in counts})
    for name in names:
        kind, _, reason = name.partition(":")
        if kind == "rejected":
            yield Figure(name, f"rejected: {_plain(reason)}", name, "read", "less", "share")
    for name in names:
        kind, _, reason = name.partition(":")
        if kind == "defect":
            yield Figure(name, f"defect: {_plain(reason)}", name, "calls", "less", "number")


def fill_details(sections: Sequence[SectionFigures]) -> list[SectionFigures]:
    """The same with a 0 for every reason that another section or the other side has."""
    reasons = {
        name: 0.0 for one in sections for counts in (one.a, one.b) for name in counts if ":" in name
    }
    return [
        SectionFigures(key=one.key, a=_filled(one.a, reasons), b=_filled(one.b, reasons))
        for one in sections
    ]


def _filled(counts: Counts, reasons: Counts) -> Counts:
    # A side whose replies are not at hand has no defects to be counted, which is not the same as none.
    known = {
        name: zero
        for name, zero in reasons.items()
        if name.startswith("rejected:") or "defects" in counts
    }
    return {**known, **counts}


def _plain(reason: str) -> str:
    return reason.replace("_", " ")


def _count(section: SectionSide, n: int, repeated: int) -> Counts:
    kept = section.kept
    sample = equal_sample((pair.prompt for pair in kept), n)
    bigrams, beginnings = distinct_n(sample, 2), distinct_openings(sample)
    counts: dict[str, float] = {
        "calls": section.calls,
        "read": len(section.pairs),
        "kept": len(kept),
        "near_duplicates": repeated,
        "prompt_words": sum(count_words(pair.prompt) for pair in kept),
        "completion_words": sum(count_words(pair.completion) for pair in kept),
        "bigrams": bigrams.total,
        "distinct_bigrams": bigrams.distinct,
        "sampled": beginnings.total,
        "distinct_openings": beginnings.distinct,
    }
    counts.update(_coverage(section))
    counts.update(Counter(f"rejected:{reason}" for reason in section.rejected))
    if section.defects is not None:
        counts["defects"] = sum(section.defects.values())
        counts.update({f"defect:{reason}": count for reason, count in section.defects.items()})
    if section.tokens is not None:
        counts["tokens"] = section.tokens
    if section.cost is not None:
        counts["cost"] = section.cost
    return counts


_COVERED = tuple(Coverage.__slots__)


def _coverage(section: SectionSide) -> Counts:
    if not section.passages:
        return {}
    texts = [pair.text for pair in section.kept]
    found = [cover(passage, texts, language=section.language) for passage in section.passages]
    return {name: sum(getattr(one, name) for one in found) for name in _COVERED}


def _repetitions(side: Side, keys: Sequence[SectionKey]) -> Counter[SectionKey]:
    """Kept pairs that nearly repeat an earlier one of the same article, by their section."""
    by_article: dict[str, list[tuple[SectionKey, str]]] = {}
    for key in keys:
        own = by_article.setdefault(key.article, [])
        own.extend((key, pair.text) for pair in side.sections[key].kept)
    return Counter(
        key
        for placed in by_article.values()
        for (key, _), twin in zip(
            placed, near_duplicates([text for _, text in placed]), strict=True
        )
        if twin is not None
    )
