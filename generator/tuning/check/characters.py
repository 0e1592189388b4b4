"""Characters that a training file should not have: halves, controls, letters broken by a decoding."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.checks import Candidate
from generator.checks.encoding import new as new_encoding
from generator.tuning.check.examples import Example
from generator.tuning.check.findings import Spot

_HALF = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_encoding = new_encoding()


def look_at_characters(example: Example) -> Iterator[Spot]:
    """`half_character`, `control_character` and `broken_letters`."""
    for text in example.texts:
        if text.isascii() and text.isprintable():
            continue
        if found := _HALF.search(text):
            yield Spot("half_character", f"U+{ord(found[0]):04X}")
        if found := _CONTROL.search(text):
            yield Spot("control_character", f"U+{ord(found[0]):04X}")
        opinion = _encoding(_alone(text))
        if not opinion.keep:
            yield Spot("broken_letters", opinion.reason.partition(" ")[2])


def _alone(text: str) -> Candidate:
    return Candidate(id="", prompt="", completion=text, passage="", is_refused=False)
