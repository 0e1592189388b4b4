"""Repairing pairs before they are dropped, and asking about what the pairs of a passage left out. Pure.

Both are found from the pairs of one article alone, as the stored replies give them: the run, the run
that resumes it and the assembly of the dataset find the same calls.
"""

from __future__ import annotations

from generator.repairing.mending import (
    REWRITE,
    REWRITTEN,
    TOP_UP,
    Draft,
    Mend,
    Mended,
    plan_rewrites,
    plan_top_ups,
    read_mend,
)

__all__ = [
    "REWRITE", "REWRITTEN", "TOP_UP", "Draft", "Mend", "Mended", "plan_rewrites", "plan_top_ups",
    "read_mend",
]  # fmt: skip
