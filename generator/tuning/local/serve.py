"""Tuned models behind OpenAI's interface on this machine: `transformers serve`, started and ended."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from generator.errors import Misconfigured
from generator.exporters.files import explained
from generator.names import nearest
from generator.tuning.bases import fingerprint
from generator.tuning.local.jobs import FOLDER, QUIET, check_packages

try:
    import fcntl
except ImportError:  # Windows: ports are not reserved
    fcntl = None  # type: ignore[assignment]

HOST = "127.0.0.1"
PORT = 8000
READY_WITHIN_S = 600.0
"""A large model on a slow disk takes minutes to load."""
LOOK_EVERY_S = 0.1
ENDS_WITHIN_S = 10.0
PACKAGES = ("torch", "transformers", "fastapi", "uvicorn")
NAME_DIGITS = 8
"""Of a digest, in the name of a model that no job made."""


@dataclass(frozen=True, kw_only=True)
class Served:
    """A server that answers."""

    base_url: str
    """For `--base-url`."""
    models: Sequence[str]
    """The names to ask for, exactly."""
    process: subprocess.Popen[bytes]

    def wait(self) -> int:
        """Until the server ends by itself."""
        return self.process.wait()


def find_model(name: str, workspace: Path) -> Path:
    """The folder of a model: of a job by its id or the beginning of it, or a folder with one in it.

    Raises:
        Misconfigured: there is none, there are several, or the job has not succeeded.
    """
    jobs = workspace / FOLDER
    for folder in (Path(name), jobs / name):
        if model := model_in(folder):
            return model
    known = sorted(spec.parent.name for spec in jobs.glob("*/spec.json"))
    begun = [job for job in known if job.startswith(name)]
    with_model = [job for job in begun if model_in(jobs / job)]
    if len(with_model) == 1:
        return model_in(jobs / with_model[0]) or jobs
    if with_model:
        raise Misconfigured(
            f"{name!r} begins several jobs: {', '.join(with_model)}; give the whole id"
        )
    if begun:
        raise Misconfigured(
            f"the job {begun[0]} has no model yet: `loremill tune follow {begun[0]}` tells how it stands"
        )
    raise Misconfigured(
        f"{name!r} is neither a job of {jobs} nor a folder with a model{nearest(name, known)}"
    )


def model_in(folder: Path) -> Path | None:
    """The model of a job's folder, or of a folder that is one."""
    places = (folder / "model", folder)
    return next((place for place in places if (place / "config.json").is_file()), None)


@contextmanager
def serving(
    models: Sequence[Path], *, port: int | None = PORT, device: str = "auto"
) -> Iterator[Served]:
    """Serve models on loopback until the block ends, each under a name that stands for its content.

    A model that is alone is loaded at once; of several each is loaded when it is first asked for.

    Args:
        port: 0 takes a free one, None the usual one or, where that is taken, a free one.
        device: `auto`, `cpu`, `cuda`, …

    Raises:
        Misconfigured: packages are missing, the port is taken, or the server does not come up.
    """
    check_packages(PACKAGES)
    with (
        _reserved(port) as port,
        tempfile.TemporaryDirectory(prefix="loremill-serve-") as home,
    ):
        names = _name(models, Path(home))
        log = Path(home) / ".log"
        with log.open("w+b") as output:
            process = _start(names, port=port, device=device, home=Path(home), output=output)
            try:
                _wait_until_ready(process, port, log)
                yield Served(base_url=f"http://{HOST}:{port}/v1", models=names, process=process)
            finally:
                _end(process)


def _name(models: Sequence[Path], home: Path) -> list[str]:
    """Short names for models: the server takes them for folders of the one that it is started in."""
    named = {_name_of(model.resolve()): model.resolve() for model in models}
    with explained(home):
        for name, folder in named.items():
            (home / name).symlink_to(folder, target_is_directory=True)
    return list(named)


def _name_of(model: Path) -> str:
    """A name for one content: answers are stored under it, and another model may take the folder."""
    if (model.parent / "spec.json").is_file():
        return model.parent.name
    with explained(model):
        return f"{model.name}-{fingerprint(str(model))[:NAME_DIGITS]}"


def _start(
    names: Sequence[str], *, port: int, device: str, home: Path, output: IO[bytes]
) -> subprocess.Popen[bytes]:
    cache = home / ".cache"
    (cache / "hub").mkdir(parents=True)  # without it the list of models is an error
    command = [
        sys.executable, "-P", "-m", "generator.tuning.local.attached",
        "transformers.cli.transformers", "serve",
        *(names if len(names) == 1 else []),
        "--host", HOST, "--port", str(port), "--device", device,
        *(["--dtype", "float32"] if device == "cpu" else []),
    ]  # fmt: skip
    environment = {**os.environ, **QUIET, "HF_HUB_OFFLINE": "1", "HF_HOME": str(cache)}
    with explained(home):
        return subprocess.Popen(
            command,
            cwd=home,
            stdin=subprocess.PIPE,  # held open for as long as we live; see `attached`
            stdout=output,
            stderr=output,
            env=environment,
        )


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < until:
        if process.poll() is not None:
            raise Misconfigured(f"the server did not come up: {_last_words(log)}")
        if _is_healthy(port):
            return
        time.sleep(LOOK_EVERY_S)
    raise Misconfigured(
        f"the server did not come up within {READY_WITHIN_S:.0f} s: {_last_words(log)}"
    )


def _is_healthy(port: int) -> bool:
    with (
        suppress(OSError, ValueError),
        urllib.request.urlopen(f"http://{HOST}:{port}/health", timeout=5) as reply,
    ):
        return isinstance(json.load(reply), dict)
    return False


@contextmanager
def _reserved(port: int | None) -> Iterator[int]:
    """A port that no other of our servers takes: it is seconds before one listens, and until then it looks free.

    Without this the slower of two would be taken to be up, and be asked, where the other is.
    """
    with ExitStack() as held:
        yield _usual_or_free(held) if port is None else _reserve(port, held)


def _usual_or_free(held: ExitStack) -> int:
    try:
        return _reserve(PORT, held)
    except Misconfigured:
        return _reserve(0, held)


def _reserve(port: int, held: ExitStack) -> int:
    number = _free_port(port)
    if fcntl is None:
        return number
    try:
        lock = os.open(
            Path(tempfile.gettempdir()) / f"loremill-port-{number}.lock",
            os.O_RDWR | os.O_CREAT | os.O_CLOEXEC,
            0o666,
        )
    except OSError:  # another user's
        return number
    held.callback(os.close, lock)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as exc:
        raise _not_to_be_had(number, "another loremill is starting a server there") from exc
    except OSError:
        pass  # a file system without locks
    return number


def _free_port(port: int) -> int:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HOST, port))
        except OSError as exc:
            raise _not_to_be_had(port, exc.strerror) from exc
        return int(trial.getsockname()[1])


def _not_to_be_had(port: int, why: str | None) -> Misconfigured:
    return Misconfigured(f"port {port} cannot be had ({why}): --port takes another, 0 any free one")


def _last_words(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    said = [line.strip() for line in lines if line.strip()]
    return said[-1][:300] if said else "it said nothing"


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
