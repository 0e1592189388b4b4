"""Tuning on this machine: TRL, PEFT and Transformers, in a process of their own.

jobs        starts, tells, cancels: the backend, without any heavy package
folder      the files of a job, between the backend and the process that trains
work        that process: says how it goes and how it ended
train       the training itself
rows        training rows of any shape as the trainer takes them
options     hyperparameters, and what "auto" becomes
results     the trainer's log as OpenAI's table
bases       where a base model is
serve       a tuned model behind OpenAI's interface
tiny        a tiny model from nothing, for demonstrations and tests
"""

from __future__ import annotations

from generator.tuning.local.jobs import LocalJobs

__all__ = ["LocalJobs"]
