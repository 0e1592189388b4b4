"""Fixtures around the fakes; a `conftest.py` imports those that it wants."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes.chat_server import ChatServer


@pytest.fixture
def chat_server() -> Iterator[ChatServer]:
    """A fake chat server that answers well; set `.rules` for anything else."""
    with ChatServer() as server:
        yield server
