"""Telling someone that a run has ended: a command of theirs, or an HTTP address."""

from __future__ import annotations

import json
import os
import re
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from queue import Empty, Queue
from typing import Any
from urllib.parse import urlsplit

from generator.config import KEY_VARIABLE
from generator.errors import Misconfigured

URL_TIMEOUT_S = 10.0
COMMAND_TIMEOUT_S = 60.0
LONGEST_VARIABLE = 1000
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


class CannotTell(Exception):
    """Nobody was told; the message says why, without the address, which may hold a token."""


def check(target: str) -> None:
    """Find out early that there is nobody to tell.

    Raises:
        Misconfigured: neither a command nor an address of HTTP.
    """
    if not target.strip():
        raise Misconfigured("--notify is empty: give a command or a URL")
    if not _SCHEME.match(target):
        return
    if not _is_web_address(target):
        raise Misconfigured("--notify takes a command, or a URL that begins with http(s)://HOST")


def tell(target: str, summary: Mapping[str, Any], *, environ: Mapping[str, str]) -> None:
    """Give the summary of a run to a command, on standard input, or send it to an address, once.

    What is given never holds the key in `environ`, and a command does not inherit it.

    Raises:
        CannotTell: it did not work.
    """
    text = json.dumps(summary, ensure_ascii=False)
    key = environ.get(KEY_VARIABLE)
    if key:
        text = text.replace(key, "[key]")
    if _is_web_address(target):
        _post(target, text)
    else:
        _run(target, text, _variables(json.loads(text), environ))


def _is_web_address(target: str) -> bool:
    try:
        parts = urlsplit(target)
        return parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A summary goes where it was meant to go, or nowhere."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _post(address: str, text: str) -> None:
    """Send once. In a thread, as the time limit is for all of it and a socket's is for each step."""
    host = urlsplit(address).hostname
    said: Queue[str] = Queue()
    threading.Thread(target=lambda: said.put(_send(address, text)), daemon=True).start()
    try:
        problem = said.get(timeout=URL_TIMEOUT_S)
    except Empty:
        problem = f"did not answer within {URL_TIMEOUT_S:.0f} s"
    if problem:
        raise CannotTell(f"{host} {problem}")


def _send(address: str, text: str) -> str:
    """What went wrong, empty where nothing did."""
    try:
        request = urllib.request.Request(
            address,
            data=text.encode("utf-8", "replace"),
            headers={"Content-Type": "application/json; charset=utf-8", "User-Agent": "loremill"},
        )
        opener = urllib.request.build_opener(_NoRedirect)
        with opener.open(request, timeout=URL_TIMEOUT_S):
            pass
    except urllib.error.HTTPError as error:
        error.close()
        return f"answered with status {error.code}"
    except urllib.error.URLError as error:
        return f"cannot be reached: {error.reason}"
    except (OSError, ValueError, HTTPException) as error:
        return f"could not be told ({type(error).__name__})"
    return ""


def _run(command: str, text: str, environ: dict[str, str]) -> None:
    # By the shell, as cron does: what comes from the command line is the user's own.
    with subprocess.Popen(
        command,
        shell=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        env=environ,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    ) as process:
        try:
            process.communicate(text, timeout=COMMAND_TIMEOUT_S)
        except subprocess.TimeoutExpired as error:
            _end(process)
            raise CannotTell(f"the command took more than {COMMAND_TIMEOUT_S:.0f} s") from error
    if process.returncode:
        raise CannotTell(f"the command ended with exit code {process.returncode}")


def _end(process: subprocess.Popen[str]) -> None:
    """End the command with all that it started."""
    if os.name == "posix":
        os.killpg(process.pid, 9)
    else:
        process.kill()


def _variables(summary: Mapping[str, Any], environ: Mapping[str, str]) -> dict[str, str]:
    pairs = summary.get("pairs") or {}
    told = {
        "LOREMILL_EXIT_CODE": str(summary["exit_code"]),
        "LOREMILL_FOLDER": str(summary.get("folder", "")),
        "LOREMILL_PAIRS": str(pairs.get("kept", 0)),
        "LOREMILL_COST_USD": str(summary.get("cost_usd") or ""),
        "LOREMILL_MESSAGE": str(summary.get("stopped") or summary.get("error") or ""),
    }
    kept = {name: value for name, value in environ.items() if name != KEY_VARIABLE}
    return {**kept, **{name: _short(value) for name, value in told.items()}}


def _short(value: str) -> str:
    """What the system takes as a variable: no NUL, and not a list of ten thousand titles."""
    return value.replace("\0", "")[:LONGEST_VARIABLE]
