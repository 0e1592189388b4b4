"""`loremill tune`: from a dataset to a tuned model."""

from __future__ import annotations

import typer

from generator.cli import (
    tune_check,
    tune_follow,
    tune_jobs,
    tune_results,
    tune_serve,
    tune_start,
    tune_tiny,
)

app = typer.Typer(
    help="Check a dataset for tuning, run jobs, follow them, read results.", no_args_is_help=True
)

tune_check.register(app)
tune_start.register(app)
tune_follow.register(app)
tune_jobs.register(app)
tune_results.register(app)
tune_serve.register(app)
tune_tiny.register(app)
