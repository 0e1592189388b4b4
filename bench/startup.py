"""Measures how long commands take to begin: what there is to wait for beside Python itself.

    python bench/startup.py [--runs 15]

Prints one line of JSON: median seconds of `python -c pass`, and for the others how much more they take.
All are run in turn, so that a busy machine is as busy for each; the first turn warms up and is left out.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

LOREMILL = str(Path(sys.executable).with_name("loremill"))
PYTHON = "python -c pass"
COMMANDS = {
    PYTHON: [sys.executable, "-c", "pass"],
    "import generator": [sys.executable, "-c", "import generator"],
    "loremill --help": [LOREMILL, "--help"],
    "loremill build --help": [LOREMILL, "build", "--help"],
}


def seconds(command: list[str]) -> float:
    """How long a command takes, by the clock."""
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def main() -> None:
    """Measure."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--runs", type=int, default=15, help="of each")
    runs = options.parse_args().runs
    turns = [
        {name: seconds(command) for name, command in COMMANDS.items()} for _ in range(runs + 1)
    ]
    found = {name: median(turn[name] for turn in turns[1:]) for name in COMMANDS}
    own = found.pop(PYTHON)
    more = {name: round(taken - own, 3) for name, taken in found.items()}
    print(json.dumps({"runs": runs, PYTHON: round(own, 3), "more_s": more}))


if __name__ == "__main__":
    main()
