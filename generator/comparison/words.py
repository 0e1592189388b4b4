"""A comparison in words: for the terminal, the page and `--json` alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from generator.comparison.paired import LEVEL

if TYPE_CHECKING:
    from generator.comparison.compared import Comparison, Line

ABSENT = "–"


def tell_verdict(comparison: Comparison) -> str:
    """Of everything, in a sentence or two."""
    in_a, in_b = comparison.better_in_a, comparison.better_in_b
    match comparison.verdict:
        case "a":
            return f"A is better in {_labels(in_a)}, and B in nothing."
        case "b":
            return f"B is better in {_labels(in_b)}, and A in nothing."
        case "mixed":
            return (
                "Neither is better in everything. "
                f"A is better in {_labels(in_a)}. B is better in {_labels(in_b)}."
            )
        case "few":
            return (
                f"Too few sections to tell: {len(comparison.sections)} were compared, and "
                f"a verdict takes at least {comparison.sections_needed}."
            )
        case _ if comparison.is_same:
            return "No difference seen: both sides hold the same pairs."
        case _:
            return "No difference seen that could not be chance."


def tell_line(line: Line) -> str:
    """The verdict of one figure."""
    match line.verdict:
        case "a" | "b":
            side = line.verdict.upper()
            return f"{side} is better" if line.better else f"more in {side}"
        case "same":
            return "no difference"
        case "unseen":
            return "no difference seen"
        case "few":
            return "too few sections to tell"
        case "unknown":
            return "not comparable"
        case _:
            return ""


def tell_value(line: Line, value: float | None) -> str:
    """A value of a side: `87.5 %`, `3.2`, `$0.0012`."""
    if value is None:
        return ABSENT
    match line.form:
        case "share":
            return f"{100 * value:.1f} %"
        case "money":
            return f"${value:.6f}" if 0 < value < 0.001 else f"${value:.4f}" if value else "free"
        case _:
            return _number(value)


def tell_difference(line: Line) -> str:
    """B less A, with its sign; shares in percentage points."""
    return _signed(line, line.difference)


def tell_interval(line: Line) -> str:
    """`−3.1 … +0.4`, a dash where there is none."""
    if line.low is None or line.high is None:
        return ABSENT
    return f"{_signed(line, line.low)} … {_signed(line, line.high)}"


def tell_only(comparison: Comparison) -> str:
    """What was compared and what was left out."""
    only = comparison.only
    left_out = [
        f"{only.in_a:,} only in A" if only.in_a else "",
        f"{only.in_b:,} only in B" if only.in_b else "",
        f"{only.unanswered:,} without all replies" if only.unanswered else "",
    ]
    said = ", ".join(filter(None, left_out))
    count = len(comparison.sections)
    compared = f"{count:,} section{'s' if count != 1 else ''} compared"
    return f"{compared}; left out: {said}" if said else compared


METHOD = (
    "A figure is the sum over all compared sections. The difference is B less A, with its 95 % interval "
    "from a paired bootstrap over sections; it is about that figure alone. A verdict takes more: an "
    "exact test that swaps A and B section by section, corrected for the number of figures (Holm), "
    f"so that two equal sides get any verdict at all in at most {LEVEL:.0%} of comparisons."
)


def _labels(lines: Sequence[Line]) -> str:
    labels = [line.label for line in lines]
    if len(labels) < 2:
        return "".join(labels)
    return f"{', '.join(labels[:-1])} and {labels[-1]}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"


def _signed(line: Line, value: float | None) -> str:
    if value is None:
        return ABSENT
    if line.form == "share":
        text = f"{100 * abs(value):.1f}"
    elif line.form == "money":
        text = f"{abs(value):.6f}" if abs(value) < 0.001 else f"{abs(value):.4f}"
    else:
        text = _number(abs(value))
    if not any(digit in "123456789" for digit in text):
        return "0"
    return f"{'−' if value < 0 else '+'}{text}"
