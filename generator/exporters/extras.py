"""Packages that only some exports need, loaded when they are used."""

from __future__ import annotations

import importlib
from typing import Any

from generator.errors import Misconfigured


def load_extra(module: str, *, extra: str, use: str) -> Any:
    """A module of an optional package.

    Args:
        extra: the extra of this project that brings it.
        use: what needs it, for the message.

    Raises:
        Misconfigured: it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError as exc:
        package = module.partition(".")[0]
        raise Misconfigured(
            f"{use} needs the package {package}: `uv sync --extra {extra}` in the project, or "
            f"`pip install 'loremill[{extra}]'` ({exc})"
        ) from exc
