from __future__ import annotations

import gc

import pytest

from generator.engine.garbage import SELDOM, collected_seldom


@pytest.fixture(autouse=True)
def _as_before():
    had = gc.get_threshold()
    yield
    gc.set_threshold(*had)


def test_python_looks_seldom_inside_and_as_before_outside():
    gc.set_threshold(700, 9, 8)
    with collected_seldom():
        assert gc.get_threshold() == (SELDOM, 9, 8)
    assert gc.get_threshold() == (700, 9, 8)


@pytest.mark.parametrize("own", [0, 10 * SELDOM])
def test_what_the_caller_has_set_stays(own):
    gc.set_threshold(own, 10, 10)
    with collected_seldom():
        assert gc.get_threshold()[0] == own
