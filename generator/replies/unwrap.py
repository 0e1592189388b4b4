"""Keeps the answer of a reply: what is left without thinking, channels and the model's own tokens."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import NamedTuple

from generator.replies.lines import begins_line
from generator.replies.scan import find_pieces

_WORDS = r"(?:\w+:)?(?:think|thinking|thought|thoughts|reason|reasoning|reflection|scratchpad|analysis|cot|chain_of_thought)"
_OPEN = rf"""
    <\|?{_WORDS}(?:\s[^<>\n]{{0,80}})?\|?> | \[THINK(?:ING)?\] | ◁think▷
  | <\|(?:begin_of_thought|START_THINKING|thinking_start)\|> | <details\ type="reasoning"[^<>]*> | <unused94>
"""
_CLOSE = rf"""
    </\s*{_WORDS}\s*> | <\|/{_WORDS}\|> | \[/THINK(?:ING)?\] | ◁/think▷
  | <\|(?:end_of_thought|END_THINKING|thinking_end)\|> | <unused95>
  | ^\.\.\.done\ thinking\.
"""
_MARK = re.compile(rf"(?P<open>{_OPEN})|(?P<close>{_CLOSE}|</details>)", re.VERBOSE | re.I | re.M)
_OLLAMA = re.compile(r"\AThinking\.\.\.\s*$", re.MULTILINE)

# Harmony, the format of gpt-oss: <|channel|>analysis<|message|>…<|end|>
_CHANNEL = re.compile(
    r"<\|?channel\|?>\s*(?P<head>[^<]{0,80}(?:<\|constrain\|>[^<]{0,40})?)(?:<\|message\|>|<channel\|>|\n)?"
)
_CHANNEL_END = re.compile(r"<\|(?:end|return|call|start)\|>|<channel\|>")
# The same after a server has dropped the special tokens: "analysisWe need …assistantfinal{…}".
_BARE_ANALYSIS = re.compile(r"\A\s*analysis(?=[A-Z\u0080-\uffff])")
_BARE_FINAL = re.compile(r"assistant\s?final(?:\s?json|\s?code)?(?=[\s{\[`A-Z\"|]|\Z)")

_TOKEN = re.compile(
    r"<[|｜][^<>|｜\n]{1,40}[|｜]>|<(?:s|/s|eos|bos|pad|end_of_turn|start_of_turn)>|\[/?INST\]|\[DONE\]"
)

_QUOTATION = re.compile(r"^[ \t]*>[ \t]?", re.MULTILINE)


class Answer(NamedTuple):
    """What a model said after it had thought."""

    text: str
    failure: str = ""
    """`unfinished_thinking`, `only_thinking`, or empty."""


def unwrap(text: str) -> Answer:
    """The part of a reply that is meant for the reader. Marks inside JSON strings are no marks."""
    text = text.removeprefix("\ufeff")
    if text.startswith("\ufeff"):
        text = text.lstrip("\ufeff")
    for part in (_final_channel, _without_thinking):
        answer = part(text)
        if answer.failure:
            return answer
        text = answer.text
    return Answer(_without_quotation(_without_tokens(text)))


class _Inside:
    """The stretches of a text that are whole JSON, looked up by position."""

    def __init__(self, text: str) -> None:
        pieces = [piece for piece in find_pieces(text) if piece.is_json]
        self._starts = [piece.start for piece in pieces]
        self._ends = [piece.end for piece in pieces]

    def __contains__(self, position: int) -> bool:
        index = bisect_right(self._starts, position) - 1
        return index >= 0 and position < self._ends[index]


def _marks(pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    """All marks that are not inside JSON."""
    found = list(pattern.finditer(text))
    if not found:
        return []
    inside = _Inside(text)
    return [mark for mark in found if mark.start() not in inside]


def _without_quotation(text: str) -> str:
    """The text without the marks of a quotation, if every line of it has one."""
    lines = [line for line in text.split("\n") if line.strip()]
    if not all(line.lstrip().startswith(">") for line in lines):
        return text
    return _QUOTATION.sub("", text)


# -- channels --------------------------------------------------------------------------------------


def _final_channel(text: str) -> Answer:
    channels = _marks(_CHANNEL, text)
    if not channels:
        return _after_bare_final(text)
    ends = [mark.start() for mark in _marks(_CHANNEL_END, text)]
    borders = sorted([*ends, *(mark.start() for mark in channels), len(text)])
    messages = [
        text[mark.end() : borders[bisect_left(borders, mark.end())]]
        for mark in channels
        if _is_answer(mark["head"])
    ]
    if messages:
        return Answer("\n".join(messages))
    # A channel of thinking that was closed, and then an answer without a channel of its own.
    after = bisect_left(ends, channels[-1].end())
    rest = _TOKEN.sub("", text[ends[after] :]) if after < len(ends) else ""
    rest = rest.removeprefix("<channel|>")
    has_answer = rest.strip().removeprefix("assistant").strip()
    return Answer(rest) if has_answer else Answer("", "unfinished_thinking")


def _is_answer(head: str) -> bool:
    """`final`, or a call of a tool; `analysis` and a plain `commentary` are the model's own."""
    name = head.strip().casefold()
    return name.startswith("final") or "to=" in name


def _after_bare_final(text: str) -> Answer:
    if not _BARE_ANALYSIS.match(text):
        return Answer(text)
    finals = _marks(_BARE_FINAL, text)
    if not finals:
        return Answer("", "unfinished_thinking")
    return Answer(text[finals[-1].end() :])


# -- thinking --------------------------------------------------------------------------------------


def _without_thinking(text: str) -> Answer:
    """Drops every block of thinking. A mark that closes what was never opened closes all before it."""
    marks = _marks(_MARK, text)
    last_close = max((mark.start() for mark in marks if mark["close"]), default=-1)
    opened: int | None = 0 if _OLLAMA.match(text) else None
    answer_from = 0
    kept: list[str] = []
    for mark in marks:
        if mark["open"]:
            if opened is None and (mark.start() < last_close or begins_line(text, mark.start())):
                opened = mark.start()
        elif opened is not None:
            kept.append(text[answer_from:opened])
            opened, answer_from = None, mark.end()
        elif mark["close"] != "</details>" and _closes(text, mark):
            kept.clear()
            answer_from = mark.end()
    if opened is not None:
        return Answer("\n".join([*kept, text[answer_from:opened]]), "unfinished_thinking")
    answer = "\n".join([*kept, text[answer_from:]])
    is_bare = answer_from > 0 and not _without_tokens(answer).strip()
    return Answer(answer, "only_thinking" if is_bare else "")


def _closes(text: str, mark: re.Match[str]) -> bool:
    """Whether a mark that nothing opened is one, and not just mentioned in a sentence."""
    behind = text[mark.end() : mark.end() + 40].lstrip(" \t")
    return not behind or behind[0] in "\n\r{[`<" or begins_line(text, mark.start())


# -- tokens ----------------------------------------------------------------------------------------


def _without_tokens(text: str) -> str:
    tokens = _marks(_TOKEN, text)
    if not tokens:
        return text
    parts, at = [], 0
    for token in tokens:
        parts.append(text[at : token.start()])
        at = token.end()
    return "".join([*parts, text[at:]])
