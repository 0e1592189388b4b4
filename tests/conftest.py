"""What every test gets: no network beyond loopback, no key, no setting of the person who runs it."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.mediawiki.plugin import wiki

__all__ = ["wiki"]

settings.register_profile(
    "loremill", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60
)
settings.load_profile("loremill")

_connect = socket.socket.connect


class NetworkIsBlocked(RuntimeError):
    """A test tried to leave the machine."""


def _connect_to_loopback(self: socket.socket, address: Any) -> None:
    if self.family in (socket.AF_INET, socket.AF_INET6):
        host = str(address[0])
        if host != "localhost" and not _is_loopback(host):
            raise NetworkIsBlocked(f"tests must not connect to {host}")
    _connect(self, address)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True, scope="session")
def _block_the_network() -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", _connect_to_loopback)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("LOREMILL_", "OPENAI_")) and name != "LOREMILL_INSTALL_MEDIAWIKI":
            monkeypatch.delenv(name)
