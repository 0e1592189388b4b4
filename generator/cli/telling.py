"""`--notify`: telling someone how a build ended, however it did."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from generator.errors import ExitCode, LoremillError
from generator.telling import notify

LISTED = 20
"""Titles and sections that a notification names."""

Tell = Callable[[Mapping[str, Any]], None]


@contextmanager
def telling(target: str | None) -> Iterator[Tell]:
    """Yields what is to be given the summary of a build; an error in the block is told as well.

    That somebody could not be told is said, and changes nothing else.

    Raises:
        Misconfigured: the target is neither a command nor a URL.
    """
    if target is None:
        yield lambda summary: None
        return
    notify.check(target)
    try:
        yield lambda summary: _tell(target, _shortened(summary))
    except BaseException as error:
        _tell(target, {"exit_code": int(_code(error)), "error": _message(error)})
        raise


def _tell(target: str, summary: Mapping[str, Any]) -> None:
    try:
        notify.tell(target, summary, environ=os.environ)
    except (notify.CannotTell, OSError) as error:
        print(f"loremill: --notify did not work: {error}", file=sys.stderr)


def _shortened(summary: Mapping[str, Any]) -> dict[str, Any]:
    """The summary with the beginnings of its lists; counts stay whole."""
    sections = dict(summary["sections"])
    incomplete = sections["incomplete"]
    sections["incomplete"] = {**incomplete, "listed": incomplete["listed"][:LISTED]}
    return {**summary, "sections": sections, "missing": summary["missing"][:LISTED]}


def _code(error: BaseException) -> ExitCode:
    if isinstance(error, LoremillError):
        return error.exit_code
    return ExitCode.STOPPED if isinstance(error, KeyboardInterrupt) else ExitCode.INCOMPLETE


def _message(error: BaseException) -> str:
    if isinstance(error, LoremillError):
        return str(error)
    return "interrupted" if isinstance(error, KeyboardInterrupt) else type(error).__name__
