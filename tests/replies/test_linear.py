"""A megabyte of anything is read in about a second; the limit here only tells linear from quadratic."""

from __future__ import annotations

import time

import pytest

from generator.replies import read_reply

SIZE = 1_000_000
LIMIT_S = 10.0

BOMBS = ["[", "{", '"', "\\", '{"prompt":"']
UNITS = [
    '{"a":',
    '["',
    '{"prompt":"a","completion":"b',
    '{\\"prompt\\": \\"a\\", ',
    '"{\\"',
    '{"prompt":"a"+"',
    "{'a': '",
    "\n\n ",
    "<think>",
    "<q>",
    "<|channel|>final<|message|>",
    "| a | b |\n",
    "Q: a?\n",
    "/* ",
    "\ud800",
]


@pytest.mark.parametrize(
    ("unit", "size"), [*((bomb, SIZE) for bomb in BOMBS), *((unit, SIZE // 4) for unit in UNITS)]
)
def test_one_thing_over_and_over_is_answered_in_time(unit: str, size: int) -> None:
    text = (unit * (size // len(unit) + 1))[:size]
    began = time.monotonic()
    read = read_reply(text)
    assert time.monotonic() - began < LIMIT_S
    assert read.pairs or read.defects


def test_an_open_string_before_a_megabyte_is_answered_in_time() -> None:
    began = time.monotonic()
    for unit in ('"', '"}', '", ', "{", '{"prompt": '):
        read_reply('{"prompt": "' + unit * (SIZE // 5 // len(unit)))
    assert time.monotonic() - began < LIMIT_S


def test_a_hundred_thousand_levels_of_nesting_do_not_raise() -> None:
    for text in (
        "[" * 100_000 + "]" * 100_000,
        '{"a":' * 100_000 + "1" + "}" * 100_000,
        '{"prompt": "p", "completion": ' + "[" * 100_000,
        '{"pairs": ' * 900 + "[]" + "}" * 900,
    ):
        assert not read_reply(text).pairs
