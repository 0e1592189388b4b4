"""Looking a training file over before a job is paid for: what providers refuse, what makes models worse.

`check_training` reads the files line by line; `rules.py` is the table of what it looks for, and the
modules beside it hold the functions that do, a few rules of one kind in each.
"""

from __future__ import annotations

from generator.tuning.check.check import Checked, TrainingCheck, check_training
from generator.tuning.check.findings import Finding

__all__ = ["Checked", "Finding", "TrainingCheck", "check_training"]
