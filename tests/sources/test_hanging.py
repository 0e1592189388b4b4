"""A wiki that takes a request and says nothing holds nobody up who wants to end."""

from __future__ import annotations

import asyncio
import socket

import pytest

from generator.api import build_async
from generator.engine.stop import Stop
from generator.errors import Stopped
from generator.sources.mediawiki import MediaWiki

LONG_S = 15.0
"""Half of what a wiki is given to answer."""


@pytest.fixture
def mute():
    """The address of a wiki that takes connections and no more."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_a_sleep_that_raises_ends_the_waiting_for_an_answer(mute):
    def sleep(seconds: float) -> None:
        raise Stopped("enough")

    with MediaWiki(mute, sleep=sleep) as wiki, pytest.raises(Stopped):
        list(wiki.fetch(["Agrippina (opera)"]))


async def test_a_build_is_stopped_while_the_wiki_hangs(mute, tmp_path):
    stop = Stop()
    building = asyncio.create_task(
        build_async(
            "Leuchtturm", site=mute, base_url=mute, workspace=tmp_path, stop=stop, environ={}
        )
    )
    await asyncio.sleep(1)
    stop.set("interrupted")
    with pytest.raises(Stopped):
        await asyncio.wait_for(building, LONG_S)
