"""Running the command as users do: in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent.parent


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
    """A plain environment: no key, no colours, no setting of whoever runs the tests."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LOREMILL_", "OPENAI_"))
    }
    return {**kept, "NO_COLOR": "1", "COLUMNS": "200", "LOREMILL_DEBUG": "", **(extra or {})}


def loremill(
    *arguments: object, env: Mapping[str, str] | None = None, cwd: Path = ROOT, input: str = ""
) -> Done:
    """Run `loremill` to its end."""
    done = subprocess.run(
        command(*arguments),
        env=environment({"PYTHONPATH": str(ROOT), **(env or {})}),
        cwd=cwd,
        input=input,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Done(done.returncode, done.stdout, done.stderr)
