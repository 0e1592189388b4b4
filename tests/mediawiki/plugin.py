"""Fixtures: a real MediaWiki on loopback, made once per test run, with the pages of `seed.py`."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.mediawiki.seed import DAMAGE, DELETED, SeedPage, export_xml

SCRIPT = Path(__file__).with_name("mediawiki.sh")


@dataclass(frozen=True, kw_only=True)
class Wiki:
    """A wiki that is being served, and what it lets a test do to it."""

    url: str
    folder: Path
    port: int

    def order(self, *faults: str) -> None:
        """Spoil the next requests, one word of `faults.php` each; `none` leaves one alone."""
        (self.folder / "faults").write_text(" ".join(faults), encoding="utf-8")

    def count(self) -> int:
        """Number of requests so far."""
        return len(self.requests())

    def requests(self, since: int = 0) -> list[dict[str, Any]]:
        """What was asked: method, path, parameters, user_agent, url_bytes."""
        lines = (self.folder / "requests.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines[since:]]

    def save(self, *pages: SeedPage, day: int = 2) -> None:
        """Write pages, or newer revisions of them; takes about a second."""
        file = self.folder / "save.xml"
        file.write_text(export_xml(pages, day), encoding="utf-8")
        self.call("run", "importDump", "--no-updates", str(file))

    def delete(self, *titles: str) -> None:
        """Delete pages."""
        file = self.folder / "delete.txt"
        file.write_text("\n".join(titles), encoding="utf-8")
        self.call("run", "deleteBatch", str(file))

    def sql(self, statement: str) -> None:
        """Run one statement on the wiki's database."""
        self.call("run", "sql", "--query", statement)

    def call(self, *arguments: str) -> str:
        """Run `mediawiki.sh` for this wiki and give back what it prints."""
        done = _run_script(arguments, port=self.port, folder=self.folder)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="session")
def wiki() -> Iterator[Wiki]:
    """A MediaWiki with the seed in it. Skips where MediaWiki is not installed."""
    _need_mediawiki()
    port = _free_port()
    folder = tempfile.mkdtemp(prefix="loremill-mediawiki-", dir=_fast_folder())
    wiki = Wiki(url=f"http://127.0.0.1:{port}", folder=Path(folder), port=port)
    try:
        wiki.call("start")
        _fill(wiki)
        yield wiki
    finally:
        wiki.call("reset")


def _fast_folder() -> str | None:
    """Memory, where there is some: making a wiki waits for the disk hundreds of times."""
    memory = "/dev/shm"
    return memory if os.access(memory, os.W_OK) else None


def _fill(wiki: Wiki) -> None:
    seed = wiki.folder / "seed.xml"
    seed.write_text(export_xml(), encoding="utf-8")
    wiki.call("seed", str(seed))
    wiki.call("run", "refreshLinks")  # what links where, and is in which category
    wiki.delete(*DELETED)
    wiki.sql(DAMAGE)


def _need_mediawiki() -> None:
    if os.environ.get("LOREMILL_INSTALL_MEDIAWIKI") == "1":
        done = _run_script(["install"])
        if done.returncode:
            pytest.skip(f"MediaWiki cannot be installed here: {done.stderr.strip()[-300:]}")
    code = Path(os.environ.get("MW_CODE", "/opt/mediawiki"))
    if not (code / "api.php").exists() or shutil.which("php") is None:
        pytest.skip("MediaWiki is not installed: run `sh tests/mediawiki/mediawiki.sh install`")


def _run_script(
    arguments: tuple[str, ...] | list[str], *, port: int = 0, folder: Path = Path()
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "MW_PORT": str(port), "MW_DATA": str(folder), "MW_LANG": "en"}
    return subprocess.run(
        ["sh", str(SCRIPT), *arguments],
        env=environment, capture_output=True, encoding="utf-8", timeout=600, check=False,
    )  # fmt: skip


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
