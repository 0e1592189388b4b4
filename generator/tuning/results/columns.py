"""The names that providers and trainers give to the same measurement."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from generator.tuning.results.curves import Metric, Step, as_number

STEP: Final = "step"
_NAMES: Mapping[Metric, tuple[str, ...]] = {
    "train_loss": ("train_loss", "training_loss", "loss"),
    "train_accuracy": (
        "train_accuracy", "train_mean_token_accuracy", "training_token_accuracy", "mean_token_accuracy",
        "rewards/accuracies",
    ),
    "valid_loss": ("valid_loss", "validation_loss", "eval_loss"),
    "valid_accuracy": (
        "valid_accuracy", "valid_mean_token_accuracy", "validation_mean_token_accuracy",
        "validation_token_accuracy", "eval_mean_token_accuracy", "eval_rewards/accuracies",
    ),
    "full_valid_loss": ("full_valid_loss", "full_validation_loss"),
    "full_valid_accuracy": (
        "full_valid_accuracy", "full_valid_mean_token_accuracy", "full_validation_mean_token_accuracy",
    ),
}  # fmt: skip
"""Today's OpenAI, then others: Azure, OpenAI's `/v1/fine-tunes` of before 2024, TRL's log (for DPO
accuracy is how often the better answer wins)."""
METRIC_OF: Mapping[str, Metric] = {name: metric for metric, all in _NAMES.items() for name in all}
_MISSING: Final = -1.0
"""Azure's word for a cell that is empty elsewhere; neither a loss nor an accuracy can be that."""


def read_step(cells: Mapping[str, object]) -> Step | None:
    """One row or entry under our names; None where it belongs to no step."""
    number = as_number(cells.get(STEP))
    if number is None or not math.isfinite(number) or number < 0:
        return None
    values: dict[Metric, float] = {}
    others: dict[str, str] = {}
    for name, cell in cells.items():
        metric = METRIC_OF.get(name)
        value = as_number(cell)
        if name == STEP or cell is None or cell == "":
            continue
        if metric is None or value is None:
            others[name] = str(cell)
        elif value != _MISSING:
            values.setdefault(metric, value)
    return Step(step=int(number), values=values, others=others)
