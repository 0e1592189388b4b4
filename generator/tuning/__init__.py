"""Tuning: checking training files, jobs by several backends, and reading what came of them."""

from __future__ import annotations

BACKENDS: dict[str, str] = {
    "openai": "generator.tuning.openai_jobs:OpenAIJobs",
    "local": "generator.tuning.local:LocalJobs",
}
"""Name -> `module:attribute` of an `OpenBackend`, loaded when it is used."""
