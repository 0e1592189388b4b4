"""Pairs from plain lines by a function of the user's: `line -> completion`, or one pair, or several."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from generator.errors import Misconfigured
from generator.importing.drawing import Drawn, mend
from generator.importing.rows import EXCERPT, Row
from generator.registry import load

Map = Callable[[str], object]
MOST_PAIRS: Final = 10_000
"""Pairs that one line may give: a function without an end must not fill the disk."""


def load_map(address: str) -> Map:
    """The function behind `module:function`, the module being looked for in the current folder first.

    Raises:
        Misconfigured: there is no such function, or its module cannot be loaded.
    """
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        function: Any = load(address, {}, what="function")
    except Misconfigured as exc:
        if ":" in address:
            raise
        raise Misconfigured(f"--map {address!r}: name a function as module:function") from exc
    except Exception as exc:  # a module of the user's may raise anything
        raise Misconfigured(
            f"--map {address!r}: loading the module raised {type(exc).__name__}: {exc}"
        ) from exc
    if not callable(function):
        raise Misconfigured(f"--map {address!r} is no function but {type(function).__name__}")
    found: Map = function
    return found


def draw_mapped(row: Row, function: Map) -> list[Drawn]:
    """The pairs that the function makes of a line; none where it gives None."""
    if row.problem:
        return [Drawn(prompt=row.excerpt, completion="", problem=row.problem)]
    line = str(row.value)
    try:
        return [mend(one) for one in _pairs(line, function(line))]
    except Exception as exc:  # noqa: BLE001 - one line on which it fails must not end the others
        problem = f"map_failed {type(exc).__name__}: {exc}"[:EXCERPT]
        return [Drawn(prompt=line[:EXCERPT], completion="", problem=problem)]


def _pairs(line: str, given: object) -> list[Drawn]:
    if given is None:
        return []
    if isinstance(given, str):
        return [Drawn(prompt=line, completion=given)]
    if _is_pair(given):
        return [_pair(given)]
    if isinstance(given, Iterable):
        return [_pair(one) for _, one in zip(range(MOST_PAIRS), given, strict=False)]
    raise TypeError(f"it gave {type(given).__name__}; wanted is a text, a pair, pairs or None")


def _is_pair(given: object) -> bool:
    return (
        isinstance(given, tuple) and len(given) == 2 and all(isinstance(one, str) for one in given)
    )


def _pair(given: Any) -> Drawn:
    if not _is_pair(given):
        raise TypeError(f"a pair is a tuple of two texts, not {str(given)[:60]!r}")
    prompt, completion = given
    return Drawn(prompt=prompt, completion=completion)
