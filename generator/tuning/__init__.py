"""Tuning: checking training files, jobs by several backends, and reading what came of them."""

from __future__ import annotations

OPENAI, LOCAL = "openai", "local"
BACKENDS: dict[str, str] = {
    OPENAI: "generator.tuning.openai_jobs:OpenAIJobs",
    LOCAL: "generator.tuning.local:LocalJobs",
}
"""Name -> `module:attribute` of an `OpenBackend`, loaded when it is used."""
