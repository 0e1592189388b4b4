"""Consoles to write to, whatever becomes of the terminal or the pipe behind them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO

from rich.console import Console


class _Steady:
    """A stream that may be gone, such as the terminal of a session that was closed.

    What is written then is lost, and nothing else is: a run in the night goes on without.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with suppress(OSError, ValueError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def steady_stderr() -> Console:
    """A console on standard error that never fails; nor does standard error from here on."""
    if sys.stderr is not None and not isinstance(sys.stderr, _Steady):
        sys.stderr = _Steady(sys.stderr)
    return Console(stderr=True)


class _Plain(Console):
    def on_broken_pipe(self) -> None:
        """Rich would end the process with an exit code of its own."""
        raise BrokenPipeError


def plain_stdout() -> Console:
    """A console on standard output that leaves a broken pipe to its caller."""
    return _Plain()


@contextmanager
def lost_output_is_said(err: Console) -> Iterator[None]:
    """Where standard output cannot be written, say so; what was done is done, and counts."""
    try:
        yield
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        if not isinstance(error, BrokenPipeError):
            err.print(f"loremill: the summary could not be written: {error.strerror}")
        # Python would try, and complain, once more while it shuts down.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
