"""An evaluation in words and short texts, the same at the terminal and in the page. Pure."""

from __future__ import annotations

from typing import Final

from generator.evaluation.figures import Cell, Contrast
from generator.evaluation.goals import Goal
from generator.evaluation.statistics import Share

METHOD: Final = (
    "All questions are asked greedily, in the form of the dataset, without further hints. Intervals "
    "hold with 95 % (Wilson). p is the chance of so uneven a result were both models as good "
    "(McNemar, exact), raised for the number of tests (Holm); – where too few answers differ to tell."
)
SURE: Final = 0.05
"""Of an adjusted p, from which on a difference is not taken for chance."""


def tell_share(share: Share) -> str:
    """`31 %`; nothing where there are none."""
    return "–" if not share.whole else f"{100 * share.value:.0f} %"


def tell_interval(share: Share) -> str:
    """`25–38`; nothing where there are none."""
    low, high = share.interval
    return "" if not share.whole else f"{100 * low:.0f}–{100 * high:.0f}"


def tell_p(contrast: Contrast | None) -> str:
    """The adjusted p, as `0.03` or `< 0.001`; a dash where too few items differ; nothing without a test."""
    if contrast is None:
        return ""
    if not contrast.can_tell:
        return "–"
    p = contrast.adjusted_p
    return "< 0.001" if p < 0.001 else f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def is_sure(contrast: Contrast | None) -> bool:
    """Whether base and tuned differ by more than chance."""
    return contrast is not None and contrast.adjusted_p <= SURE


def tell_goal(goal: Goal) -> str:
    """`met`, `not met`, or `cannot be told`."""
    return "cannot be told" if goal.is_met is None else "met" if goal.is_met else "not met"


def tell_left_out(left_out: int, checked_by: str | None) -> str:
    """How many items are not counted, and who said so."""
    if not checked_by or not left_out:
        return ""
    items = "1 item is" if left_out == 1 else f"{left_out:,} items are"
    return (
        f"{items} left out of the columns closed-book and with retrieval: with the section before it, "
        f"the {checked_by} did not answer them rightly"
    )


def tell_numbers(cell: Cell) -> str:
    """Share of the answers with all numbers right; a dash where none has any."""
    return tell_share(cell.numbers)
