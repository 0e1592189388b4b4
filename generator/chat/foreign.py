"""Looking into JSON of others, which may be anything: what is not there is None, or empty; never an error."""

from __future__ import annotations

from typing import Any


def get(value: object, name: str) -> Any:
    """A field of an object; None where there is none, or no object."""
    return value.get(name) if isinstance(value, dict) else None


def first(value: object) -> Any:
    """The first of a list; None where there is none, or no list."""
    return value[0] if isinstance(value, list) and value else None


def string(value: object) -> str:
    """A text; empty where it is none."""
    return value if isinstance(value, str) else ""
