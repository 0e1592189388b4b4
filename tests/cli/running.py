"""Running the command as users do: in a process of its own."""

from __future__ import annotations

import atexit
import json
import os
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, NamedTuple

from tests.cli.forks import Forks

ROOT = Path(__file__).parent.parent.parent


WITHOUT_COMPILED = {"PYTHONDONTWRITEBYTECODE": "1"}
"""For commands that cannot write whole files: Python would keep half of a compiled module for good."""


class Done(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed with `--json`."""
        return json.loads(self.out)


def command(*arguments: object) -> list[str]:
    """The command line of `loremill` with these arguments."""
    return [sys.executable, "-m", "generator", *map(str, arguments)]


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """A plain environment: no key, no colours, no setting of whoever runs the tests.

    Commands may keep what they compile, which is half of their start; but see `WITHOUT_COMPILED`.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LOREMILL_", "OPENAI_")) and name != "PYTHONDONTWRITEBYTECODE"
    }
    return {
        **kept,
        "NO_COLOR": "1",
        "COLUMNS": "200",
        "LOREMILL_DEBUG": "",
        **(extra or {}),
    }


def loremill(
    *arguments: object, env: Mapping[str, str] | None = None, cwd: Path = ROOT, input: str = ""
) -> Done:
    """Run `loremill` to its end."""
    with TemporaryFile() as given, TemporaryFile() as out, TemporaryFile() as err:
        given.write(input.encode())
        given.seek(0)
        code = _forks().run(
            [*map(str, arguments)],
            env=environment({"PYTHONPATH": str(ROOT), **(env or {})}),
            cwd=cwd,
            files=[given, out, err],
        )
        done = Done(code, _read(out), _read(err))
    assert "Traceback" not in done.err, done.err
    return done


@cache
def _forks() -> Forks:
    forks = Forks()
    atexit.register(forks.close)
    return forks


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()
