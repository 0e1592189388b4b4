"""Runs a module for as long as the process that started it lives: `python -m …attached MODULE ARGUMENT…`.

Standard input is a pipe that the starting process holds and never writes to. However that ends, also by
a kill that it cannot answer, the system closes the pipe, and what runs here ends as well.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
import time

ENDS_WITHIN_S = 10.0
"""What takes longer to end in good order is ended without."""


def main() -> None:
    """Run the module that the arguments name."""
    threading.Thread(target=_end_with_starter, daemon=True).start()
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


def _end_with_starter() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(ENDS_WITHIN_S)
    os._exit(1)


if __name__ == "__main__":
    main()
