"""A process that has loaded what commands need, and forks one of itself for each.

Loading takes a second, which most commands of the tests are done in a tenth of.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from generator import api
from generator.chat.prices import price
from generator.records import Usage

ROOT = Path(__file__).parent.parent.parent
LONGEST_S = 120


class Forks:
    """Runs commands one after the other; ends with the process that made it."""

    def __init__(self) -> None:
        """Start the process that forks."""
        self._socket, theirs = socket.socketpair()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.cli.forks", str(theirs.fileno())],
            cwd=ROOT,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        theirs.close()

    def run(
        self, arguments: list[str], *, env: Mapping[str, str], cwd: Path, files: list[IO[bytes]]
    ) -> int:
        """The exit code of `loremill` with these arguments; `files` are its three streams."""
        request = {"arguments": arguments, "env": dict(env), "cwd": str(cwd)}
        handles = [file.fileno() for file in files]
        socket.send_fds(self._socket, [json.dumps(request).encode()], handles)
        return int(self._socket.recv(100))

    def close(self) -> None:
        """End it."""
        self._socket.close()
        self._process.wait()


def _serve(asked: socket.socket) -> None:
    while True:
        data, handles, _, _ = socket.recv_fds(asked, 1 << 20, 3)
        if not data:
            return
        child = os.fork()
        if not child:
            asked.close()
            _become(json.loads(data), handles)
            return
        for handle in handles:
            os.close(handle)
        status = os.waitpid(child, 0)[1]
        asked.send(str(os.waitstatus_to_exitcode(status)).encode())


def _become(request: dict[str, Any], handles: list[int]) -> None:
    for number, handle in enumerate(handles):
        os.dup2(handle, number)
        os.close(handle)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    # Looked at by Python when it starts, which it has.
    sys.dont_write_bytecode = bool(os.environ.get("PYTHONDONTWRITEBYTECODE"))
    sys.argv = ["loremill", *request["arguments"]]
    signal.alarm(LONGEST_S)

    from generator.cli import main

    main()


def _load() -> None:
    """What needs no environment; consoles look at it when they are made."""
    for name in api.__all__:
        getattr(api, name)
    for name in ("generator.chat.extractive", "generator.chat.openai_chat"):
        importlib.import_module(name)
    for name in ("aiohttp", "openai", "rich.live", "rich.progress_bar", "rich.table", "typer"):
        importlib.import_module(name)
    # Looks prices up in a long list, which is read when it is needed first.
    price("gpt-6-luna", Usage())


if __name__ == "__main__":
    _load()
    _serve(socket.socket(fileno=int(sys.argv[1])))
