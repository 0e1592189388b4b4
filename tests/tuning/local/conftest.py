"""What tests of local jobs share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.tuning.local.bench import Bench


@pytest.fixture
def bench(tmp_path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    for job in made.jobs().jobs():
        made.jobs().cancel(job.id)
