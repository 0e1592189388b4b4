"""The results of a job as one self-contained HTML page."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from markupsafe import Markup

from generator.report.page import render_page
from generator.tuning.results.charts import draw_results
from generator.tuning.results.curves import METRICS, Results, Step
from generator.tuning.results.findings import find
from generator.tuning.results.svg import svg_inline
from generator.tuning.results.told import key_steps

HERE = Path(__file__).parent
COLUMNS: Final[Mapping[str, str]] = {
    "train_loss": "Training loss",
    "train_accuracy": "Training accuracy",
    "valid_loss": "Validation loss",
    "valid_accuracy": "Validation accuracy",
    "full_valid_loss": "Loss, whole file",
    "full_valid_accuracy": "Accuracy, whole file",
}
MOST_OTHERS: Final = 6
"""Other columns that the page shows; `results.csv` has all."""


def render_results(results: Results, *, title: str, facts: Mapping[str, str]) -> Iterator[str]:
    """The page in pieces; the same results give the same bytes.

    Args:
        facts: what else is known of the job, as it is to be read.
    """
    metrics = [metric for metric in METRICS if metric in results.metrics]
    others = results.others[:MOST_OTHERS]
    return render_page(
        "results.html.j2",
        folder=HERE,
        title=title,
        styles=["results.css"],
        results=results,
        facts=facts,
        findings=find(results),
        pictures=[(one, Markup(svg_inline(one))) for one in draw_results(results)],
        headings=[COLUMNS[metric] for metric in metrics] + others,
        rows=[(one.step, _cells(one, metrics, others)) for one in key_steps(results)],
        left_out=len(results.others) - len(others),
    )


def _cells(step: Step, metrics: Sequence[str], others: Sequence[str]) -> list[str]:
    measured = {str(name): shown(value, name) for name, value in step.values.items()}
    return [measured.get(one, "") for one in metrics] + [step.others.get(one, "") for one in others]


def shown(value: float, metric: str) -> str:
    """A measurement as it stands in a table."""
    if not math.isfinite(value):
        return "not a number"
    return f"{100 * value:.1f} %" if metric.endswith("accuracy") else f"{value:.4f}"
