"""What answers and questions should not say: marks of chat templates, refusals, words about a passage."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.checks import Candidate, Check
from generator.checks.drift import new as new_language
from generator.checks.folding import fold
from generator.checks.references import new as new_references
from generator.checks.refusals import new as new_refusals
from generator.checks.texts import read
from generator.tuning.check.examples import Example
from generator.tuning.check.findings import Spot

_SPECIAL = re.compile(
    r"<\|[^|<>\s]{1,40}\|>|\[/?INST\]|<</?SYS>>|</?s>|<(?:start|end)_of_turn>|<(?:bos|eos|pad|unk)>"
)
_THINKS = re.compile(r"</?think(?:ing)?>", re.IGNORECASE)
ASKS_ALONE, SENTENCES = 400, 2
"""Characters and sentences of a question that brings no passage; a longer one may speak of its own."""
ECHO = 20
"""Characters that a question has at least for its repetition to count."""
LANGUAGE_SHARE = 0.2
"""Of the examples, up to which another language of the answer looks like a slip and not like the task."""


class Wording:
    """Looks at one example after the other."""

    def __init__(self) -> None:
        """Load the checks of pairs that say the same of training examples."""
        self._refusal, self._reference, self._language = (
            new_refusals(), new_references(), new_language(),
        )  # fmt: skip

    def look_at(self, example: Example) -> Iterator[Spot]:
        """Codes of `special_token` to `other_language`."""
        yield from _tokens(example)
        yield from _says(self._refusal, "refusal", example.answer)
        if example.is_single and _asks_alone(example.prompt):
            yield from _says(
                self._reference, "speaks_of_passage", example.answer, prompt=example.prompt
            )
        yield from _echo(example)
        # The check compares with a passage; here the question stands for it.
        yield from _says(self._language, "other_language", example.answer, passage=example.prompt)


def _asks_alone(prompt: str) -> bool:
    """Whether a question comes without a passage that it could speak of."""
    asked = prompt.strip()
    if len(asked) > ASKS_ALONE or "\n" in asked:
        return False
    return len(read(asked).sentences) <= SENTENCES


def _tokens(example: Example) -> Iterator[Spot]:
    for text in example.texts:
        if "<" not in text and "[" not in text:
            continue
        if found := _SPECIAL.search(text):
            yield Spot("special_token", found[0])
        if found := _THINKS.search(text):
            yield Spot("thinking", found[0])


def _says(
    check: Check, code: str, answer: str, *, prompt: str = "", passage: str = ""
) -> Iterator[Spot]:
    opinion = check(
        Candidate(id="", prompt=prompt, completion=answer, passage=passage, is_refused=False)
    )
    if not opinion.keep:
        yield Spot(code, opinion.reason.partition(" ")[2])


def _echo(example: Example) -> Iterator[Spot]:
    asked, answer = fold(example.prompt), fold(example.answer)
    if asked and (asked == answer or (len(asked) >= ECHO and answer.startswith(asked))):
        yield Spot("echo", asked[:60])
