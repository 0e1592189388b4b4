"""Judges by a script, behind the fake chat server: they know the labelled pairs, and answer as told.

Install one for the time of a test with `judging(name)`; the server then answers `Rule(answer="judge")`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from generator.checks.texts import read
from generator.judging.exam import Labelled, shipped_pairs
from tests.fakes.answers import Answer, Asked, Settings, completion
from tests.fakes.chat_server import ANSWERS, Rule

_PAIRS = re.compile(r"<(?:pairs|questions)>\s*(.*?)\s*</(?:pairs|questions)>", re.DOTALL)
_PASSAGE = re.compile(r"<passage>\s*(.*?)\s*</passage>", re.DOTALL)

Shown = dict[str, str]
Judge = Callable[[Shown, str], dict[str, object] | None]
"""From a pair as it is shown, and the passage, to what is said of it; None for nothing."""


def shown_in(message: str) -> list[Shown]:
    """The pairs that a judge is shown."""
    found = _PAIRS.search(message)
    return [json.loads(line) for line in found[1].splitlines()] if found else []


def passage_in(message: str) -> str:
    """The passage that a judge is shown."""
    found = _PASSAGE.search(message)
    return found[1] if found else ""


def first_words(passage: str, words: int = 6) -> str:
    """A quote that stands in the passage: its first words, or signs of a script without blanks."""
    text = read(passage)
    return (
        re.split("[、，。]", passage)[0] if text.is_unspaced else " ".join(passage.split()[:words])
    )


def says_that_nothing_is_known(answer: str) -> bool:
    """In the words of the labelled pairs."""
    return any(part in answer for part in _NOTHING_KNOWN)


_NOTHING_KNOWN = (
    "not named in any", "not described", "On ne sait rien", "bilinmiyor", "ничего не известно",
    "記録されていません", "no record", "No name of a miller", "nicht überliefert", "No se sabe", "غير معروف",
)  # fmt: skip


def yes(pair: Shown, passage: str) -> dict[str, object]:
    """All is well, with a quote."""
    claim = {"claim": pair["answer"], "quote": first_words(passage), "supported": True}
    return {
        "pair": pair["pair"], "claims": [claim], "answerable": True, "stands_alone": True,
        "answers_question": True,
    }  # fmt: skip


def yes_without_quotes(pair: Shown, passage: str) -> dict[str, object]:
    """All is well, and the quotes are made up."""
    claim = {"claim": pair["answer"], "quote": "everything here is quite right indeed"}
    return {**yes(pair, passage), "claims": [claim]}


def no(pair: Shown, passage: str) -> dict[str, object]:
    """Nothing can be answered."""
    return {**yes(pair, passage), "claims": [], "answerable": False}


def knowing(pairs: list[Labelled]) -> Judge:
    """A judge that is right about every one of these pairs."""
    labels = {(one.prompt, one.completion): one.label for one in pairs}

    def judge(pair: Shown, passage: str) -> dict[str, object]:
        label = labels.get((pair["question"], pair["answer"]), "good")
        said = yes(pair, passage)
        if says_that_nothing_is_known(pair["answer"]):
            said |= {"answerable": False, "says_unknown": True}
        if label in ("contradiction", "ungrounded_claim"):
            said["claims"] = [{"claim": pair["answer"], "quote": "", "supported": False}]
        elif label == "unanswerable":
            said["answerable"] = False
        elif label in ("qa_mismatch", "incomplete_answer"):
            said["answers_question"] = False
        return said

    return judge


def half(judge: Judge) -> Judge:
    """One that sees every other fault, and takes every tenth good pair for bad."""

    def other(pair: Shown, passage: str) -> dict[str, object] | None:
        said = judge(pair, passage)
        last = int(pair["pair"][:2], 16)
        is_bad = said != yes(pair, passage)
        if is_bad and last % 2:
            return yes(pair, passage)
        return no(pair, passage) if not is_bad and last % 10 == 0 else said

    return other


def reply(judge: Judge) -> Callable[[Asked, Settings], Answer]:
    """What the server answers for a judge."""

    def answer(asked: Asked, fault: Settings) -> Answer:
        message = asked.last_user_message
        said = [judge(one, passage_in(message)) for one in shown_in(message)]
        text = "\n".join(json.dumps(one, ensure_ascii=False) for one in said if one is not None)
        return completion(asked, {"content": text}, is_good=True)

    return answer


@contextmanager
def judging(judge: Judge, *, model: str = "judge") -> Iterator[Rule]:
    """The rule by which a server answers for a judge while the block lasts."""
    name = f"judge {id(judge)}"
    ANSWERS[name] = reply(judge)
    try:
        yield Rule(answer=name, model=model)
    finally:
        del ANSWERS[name]


def perfect() -> Judge:
    """Right about all the shipped pairs."""
    return knowing(shipped_pairs())
