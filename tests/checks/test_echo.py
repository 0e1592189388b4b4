"""Completions that only repeat the prompt."""

from __future__ import annotations

import pytest

from generator.checks import check_pairs
from generator.records import RawPair


def is_kept(prompt: str, completion: str) -> bool:
    (verdict,) = check_pairs(
        [RawPair(prompt=prompt, completion=completion)], ["p"], checks=["echo"]
    )
    return verdict.keep


@pytest.mark.parametrize(
    ("prompt", "completion"),
    [
        ("Why?", "Why?"),
        ("Why  not?", " Why\nnot? "),
        ("Caf\u00e9?", "Cafe\u0301?"),
    ],
)
def test_a_completion_that_equals_the_prompt_is_an_echo(prompt, completion):
    assert not is_kept(prompt, completion)


def test_a_completion_that_begins_with_the_prompt_is_none():
    assert is_kept("Why?", "Why? Because of the weir.")
