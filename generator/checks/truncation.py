"""Refuses texts that were cut off in the middle of a sentence."""

from __future__ import annotations

import re

from generator.checks import KEEP, Candidate, Check, Opinion
from generator.checks.languages import common_words
from generator.checks.questions import has_gap
from generator.checks.texts import Text, read

_CLOSED = re.compile(r"[.!?。！？｡؟।۔；;）)\]】」』”“\"»'’`*%％°>|}♭♯\d…]\Z")
_ELLIPSIS = re.compile(r"(?:\.{3,}|…)[\"'”’»)]*\Z")
_OPEN_END = re.compile(r"[,，、،:：–—(（\[「『„«]\Z|\s-\Z")
_INNER_END = re.compile(r"[^\W\d_]{2}[.!?…][\"”’»)]*\s|[。！？।؟]")
_PARTICLES = re.compile(
    r"(?:[はがをにのへ]|から|まで|より|ため|って|また|その|その後|的|和|与|在|被|把|由|向|对|从|而)\Z"
)
_PREDICATE = re.compile(
    r"\b(?:is|are|was|were|has|had|have|ist|sind|war|waren|wurde|wurden|hat|hatte|est|sont|était|fut|a été|es|son|fue|fueron|era|è|sono|foi|foram|é)\b"
)
_ENDS_ANSWERS = frozenset(
    "no yes not so both all other it them him her there here more most one me you us this that these those where when why how ja nein nicht non oui si sí no lui elle eux ella el ellos ella esto eso hay on onlar да нет его её их нему ней они он она это так тогда там не لا نعم هو هي".split()
)
WORDS = 4
"""So many words an answer has before it must end like a sentence; a shorter one is a phrase."""
LONG = 14
RUN = 3
"""Words at the end that are in the passage with another word right behind."""


def new() -> Check:
    """A check with the reason `truncated`."""
    return _judge


def _judge(candidate: Candidate) -> Opinion:
    passage = read(candidate.passage)
    if found := _is_cut_prompt(read(candidate.prompt), passage) or _is_cut(candidate, passage):
        return Opinion(keep=False, reason=f"truncated … {found!r}")
    return KEEP


def _is_cut_prompt(prompt: Text, passage: Text) -> str:
    folded = prompt.folded
    if has_gap(prompt):
        return ""
    if (
        prompt.length < 2
        or _CLOSED.search(folded)
        or not prompt.bare_words
        or len(prompt.raw.splitlines()) > 1
    ):
        return ""
    return _tail(folded) if _ends_open(prompt, passage) else ""


def _is_cut(candidate: Candidate, passage: Text) -> str:
    """The end of a completion that does not end, else nothing."""
    completion = read(candidate.completion)
    folded = completion.folded
    if completion.length < WORDS or read(completion.without_code.strip()).length < WORDS:
        return ""
    if _ELLIPSIS.search(folded):
        return (
            ""
            if folded[-20:].rstrip(" .…") + "…" in passage.folded.replace("...", "…")
            else _tail(folded)
        )
    if _OPEN_END.search(folded):
        return _tail(folded)
    if _CLOSED.search(folded) or _is_list(completion):
        return ""
    is_cut = (
        _ends_open(completion, passage)
        or _INNER_END.search(folded) is not None
        or completion.length >= LONG
        or (completion.length >= 2 * WORDS and _PREDICATE.search(completion.lower) is not None)
        or _stops_inside(folded, passage)
        or folded.count("(") > folded.count(")")
    )
    return _tail(folded) if is_cut else ""


def _ends_open(text: Text, passage: Text) -> bool:
    """Whether the last word calls for another: an article, a preposition, "and"."""
    if text.is_unspaced:
        return bool(_PARTICLES.search(text.folded)) and text.length >= WORDS
    last = text.bare_words[-1] if text.bare_words else ""
    language = text.language or passage.language
    if not language or last in _ENDS_ANSWERS or text.words[-1].text.isupper():
        return False
    return last in common_words(language)


def _stops_inside(folded: str, passage: Text) -> bool:
    """Whether the end is taken from the passage and stops where the passage goes on."""
    end = " ".join(folded.split()[-RUN:])
    at = passage.folded.find(end)
    follows = passage.folded[at + len(end) :] if at >= 0 and end.count(" ") == RUN - 1 else ""
    return follows[:1] == " " and follows[1:2].islower() and _INNER_END.search(folded) is not None


def _is_list(completion: Text) -> bool:
    """Whether the last line is an entry, a row or a heading, which need no mark at their ends."""
    lines = [line for line in completion.raw.splitlines() if line.strip()]
    return len(lines) > 1 and read(lines[-1]).length < LONG


def _tail(text: str) -> str:
    return text[-40:]
