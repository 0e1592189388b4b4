"""What a trainer logged, as the table that OpenAI's jobs leave: `results.csv`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

COLUMNS = ("step", "train_loss", "train_accuracy", "valid_loss", "valid_mean_token_accuracy")
"""As in OpenAI's guide. Loss and accuracy of validation are over the whole file, once an epoch."""

_NAMES = {
    "loss": "train_loss",
    "mean_token_accuracy": "train_accuracy",
    "rewards/accuracies": "train_accuracy",
    "eval_loss": "valid_loss",
    "eval_mean_token_accuracy": "valid_mean_token_accuracy",
    "eval_rewards/accuracies": "valid_mean_token_accuracy",
}
"""Of TRL, for supervised tuning and for DPO: there accuracy is how often the better answer wins."""


def metrics(logged: Mapping[str, Any]) -> dict[str, float]:
    """The numbers of one entry of the trainer's log, under the names of the table."""
    return {
        ours: float(logged[theirs])
        for theirs, ours in _NAMES.items()
        if isinstance(logged.get(theirs), int | float)
    }


def by_step(history: Iterable[Mapping[str, Any]]) -> list[tuple[int, dict[str, float]]]:
    """Step and numbers, by step; what was told twice of a step counts as told last."""
    rows: dict[int, dict[str, float]] = {}
    for logged in history:
        if found := metrics(logged):
            rows.setdefault(int(logged.get("step", 0)), {}).update(found)
    return sorted(rows.items())


def trained_tokens(history: Iterable[Mapping[str, Any]]) -> int | None:
    """Tokens that a whole training went through; None where the log does not tell.

    The trainer counts from nothing again when it goes on from a checkpoint.
    """
    whole = last = 0
    for seen in (int(logged["num_tokens"]) for logged in history if "num_tokens" in logged):
        whole += last if seen < last else 0
        last = seen
    return whole + last or None


def results_csv(history: Iterable[Mapping[str, Any]]) -> str:
    """The table; a cell is empty where nothing was measured at that step."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    for step, numbers in by_step(history):
        table.writerow([step, *(_cell(numbers.get(name)) for name in COLUMNS[1:])])
    return out.getvalue()


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"
