"""The verbs of Loremill for Python users; the command line renders what these return.

Each module holds one verb, or a few of a kind. Everything named here is loaded when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from generator.api.asking import Talk, ask, conversation, open_conversation
    from generator.api.building import build, build_async
    from generator.api.comparing import compare, compare_async, contest, estimate_of
    from generator.api.dataset import Dataset
    from generator.api.evaluation import (
        evaluate,
        evaluate_async,
        forecast,
        progress_of_evaluation,
        survey,
    )
    from generator.api.from_dataset import derive, export, make_report
    from generator.api.jobs import job
    from generator.api.judging import examine_judge, examine_judge_async, progress_of_judge
    from generator.api.planning import LISTED, LOOKED_AT, estimate, outline, plan
    from generator.api.running import Observer, OpenRun, open_run, progress_of
    from generator.api.trying import TRIED_SECTIONS, plan_of_trial, try_prompt, try_prompt_async
    from generator.api.tuning import (
        Tuning,
        cancel_tuning,
        follow_tuning,
        job_results,
        list_tuning,
        prepare_tuning,
        start_tuning,
        warnings_of,
    )
    from generator.api.workspace import runs, status
    from generator.batches import Batches, cancel_batches, collect_batches, list_batches
    from generator.comparison.compared import Comparison
    from generator.comparison.contest import Contest
    from generator.deriving import Derived
    from generator.estimate import Estimate, Plan, PlannedCall
    from generator.evaluation.conversation import Conversation, Told
    from generator.evaluation.evaluate import Evaluation
    from generator.evaluation.survey import Forecasts, Survey
    from generator.exporters.export import Export
    from generator.spending import price_of
    from generator.status import Status
    from generator.telling.progress import Progress
    from generator.telling.pulse import Run
    from generator.telling.report import Report
    from generator.trial import Trial

_HOMES = {
    "Batches": "generator.batches",
    "Comparison": "generator.comparison.compared",
    "Contest": "generator.comparison.contest",
    "Conversation": "generator.evaluation.conversation",
    "Dataset": "generator.api.dataset",
    "Derived": "generator.deriving",
    "Estimate": "generator.estimate",
    "Evaluation": "generator.evaluation.evaluate",
    "Export": "generator.exporters.export",
    "Forecasts": "generator.evaluation.survey",
    "LISTED": "generator.api.planning",
    "LOOKED_AT": "generator.api.planning",
    "Observer": "generator.api.running",
    "OpenRun": "generator.api.running",
    "Plan": "generator.estimate",
    "PlannedCall": "generator.estimate",
    "Progress": "generator.telling.progress",
    "Report": "generator.telling.report",
    "Run": "generator.telling.pulse",
    "Status": "generator.status",
    "Survey": "generator.evaluation.survey",
    "TRIED_SECTIONS": "generator.api.trying",
    "Talk": "generator.api.asking",
    "Told": "generator.evaluation.conversation",
    "Trial": "generator.trial",
    "Tuning": "generator.api.tuning",
    "ask": "generator.api.asking",
    "build": "generator.api.building",
    "build_async": "generator.api.building",
    "cancel_batches": "generator.batches",
    "cancel_tuning": "generator.api.tuning",
    "collect_batches": "generator.batches",
    "compare": "generator.api.comparing",
    "compare_async": "generator.api.comparing",
    "contest": "generator.api.comparing",
    "conversation": "generator.api.asking",
    "derive": "generator.api.from_dataset",
    "estimate": "generator.api.planning",
    "estimate_of": "generator.api.comparing",
    "evaluate": "generator.api.evaluation",
    "evaluate_async": "generator.api.evaluation",
    "examine_judge": "generator.api.judging",
    "examine_judge_async": "generator.api.judging",
    "export": "generator.api.from_dataset",
    "follow_tuning": "generator.api.tuning",
    "forecast": "generator.api.evaluation",
    "job": "generator.api.jobs",
    "job_results": "generator.api.tuning",
    "list_batches": "generator.batches",
    "list_tuning": "generator.api.tuning",
    "make_report": "generator.api.from_dataset",
    "open_conversation": "generator.api.asking",
    "open_run": "generator.api.running",
    "outline": "generator.api.planning",
    "plan": "generator.api.planning",
    "plan_of_trial": "generator.api.trying",
    "prepare_tuning": "generator.api.tuning",
    "price_of": "generator.spending",
    "progress_of": "generator.api.running",
    "progress_of_evaluation": "generator.api.evaluation",
    "progress_of_judge": "generator.api.judging",
    "runs": "generator.api.workspace",
    "start_tuning": "generator.api.tuning",
    "status": "generator.api.workspace",
    "survey": "generator.api.evaluation",
    "try_prompt": "generator.api.trying",
    "try_prompt_async": "generator.api.trying",
    "warnings_of": "generator.api.tuning",
}

__all__ = [
    "LISTED",
    "LOOKED_AT",
    "TRIED_SECTIONS",
    "Batches",
    "Comparison",
    "Contest",
    "Conversation",
    "Dataset",
    "Derived",
    "Estimate",
    "Evaluation",
    "Export",
    "Forecasts",
    "Observer",
    "OpenRun",
    "Plan",
    "PlannedCall",
    "Progress",
    "Report",
    "Run",
    "Status",
    "Survey",
    "Talk",
    "Told",
    "Trial",
    "Tuning",
    "ask",
    "build",
    "build_async",
    "cancel_batches",
    "cancel_tuning",
    "collect_batches",
    "compare",
    "compare_async",
    "contest",
    "conversation",
    "derive",
    "estimate",
    "estimate_of",
    "evaluate",
    "evaluate_async",
    "examine_judge",
    "examine_judge_async",
    "export",
    "follow_tuning",
    "forecast",
    "job",
    "job_results",
    "list_batches",
    "list_tuning",
    "make_report",
    "open_conversation",
    "open_run",
    "outline",
    "plan",
    "plan_of_trial",
    "prepare_tuning",
    "price_of",
    "progress_of",
    "progress_of_evaluation",
    "progress_of_judge",
    "runs",
    "start_tuning",
    "status",
    "survey",
    "try_prompt",
    "try_prompt_async",
    "warnings_of",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
