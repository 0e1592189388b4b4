"""Saying that a backend does not answer, while a command waits for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

if TYPE_CHECKING:
    from generator.tuning.patience import Lost


def say_lost(err: Console, *, quiet: bool = False) -> Callable[[Lost], None]:
    """What is told of each wait; prints a line, unless quiet."""

    def say(one: Lost) -> None:
        if not quiet:
            err.print(
                f"{escape(one.why)}; asking again in {one.wait_s:,.0f} s", highlight=False,
                soft_wrap=True,
            )  # fmt: skip

    return say
