"""Loremill: from an article title to a dataset that makes a model a domain expert.

    import generator

    dataset = generator.build("Agrippina (opera)")
    for row in dataset.pairs():
        print(row["prompt"], "->", row["completion"])

Everything named here is loaded when it is first used, so that importing the package costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from generator.api import (
        Dataset,
        ask,
        build,
        build_async,
        compare,
        derive,
        evaluate,
        export,
        job,
        outline,
        plan,
        status,
    )
    from generator.checks import check_pairs
    from generator.importing import import_pairs
    from generator.replies import read_reply
    from generator.wikitext import CleanOptions, clean, clean_many
    from generator.wikitext.passages import passages

_HOMES = {
    "CleanOptions": "generator.wikitext",
    "Dataset": "generator.api",
    "ask": "generator.api",
    "build": "generator.api",
    "build_async": "generator.api",
    "check_pairs": "generator.checks",
    "clean": "generator.wikitext",
    "clean_many": "generator.wikitext",
    "compare": "generator.api",
    "derive": "generator.api",
    "evaluate": "generator.api",
    "export": "generator.api",
    "import_pairs": "generator.importing",
    "job": "generator.api",
    "outline": "generator.api",
    "passages": "generator.wikitext.passages",
    "plan": "generator.api",
    "read_reply": "generator.replies",
    "status": "generator.api",
}

__all__ = [
    "CleanOptions",
    "Dataset",
    "ask",
    "build",
    "build_async",
    "check_pairs",
    "clean",
    "clean_many",
    "compare",
    "derive",
    "evaluate",
    "export",
    "import_pairs",
    "job",
    "outline",
    "passages",
    "plan",
    "read_reply",
    "status",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
