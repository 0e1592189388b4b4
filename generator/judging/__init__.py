"""Judging pairs by a language model, and believing of it only what code can find in the passage. Pure.

A judge is asked about some pairs of one passage at a time. Its opinion counts where the quotes that it
gives stand in the passage; what it says in any other form is no verdict. Whether it may refuse pairs
is found out on pairs whose faults are known: see `exam`.
"""

from __future__ import annotations

from generator.judging.inspection import (
    JUDGE,
    ROUND_TRIP,
    Inspected,
    Inspector,
    inspectors,
    plan_inspection,
    read_inspection,
)
from generator.judging.verdicts import Conclusion

__all__ = [
    "JUDGE", "ROUND_TRIP", "Conclusion", "Inspected", "Inspector", "inspectors", "plan_inspection",
    "read_inspection",
]  # fmt: skip
