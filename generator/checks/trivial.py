"""Refuses pairs whose answer the question gives away: whoever reads it knows no more than before."""

from __future__ import annotations

import re
from collections import Counter

from generator.checks import KEEP, Candidate, Check, Opinion
from generator.checks.folding import bare
from generator.checks.numbers_in import numbers_of
from generator.checks.questions import CHOICES, YES_NO, abstains, asks, has_gap
from generator.checks.texts import Text, read

YES = frozenset("yes ja oui si sim da да так evet tak ano jah igen نعم yes".split())
NO = frozenset(
    "no nein non nao nee nej nei нет ні hayir nie ne لا not nicht never nie niemals jamais nunca".split()
)
SHARED = 5
"""Letters at the beginning by which two words are taken for forms of one."""


def new() -> Check:
    """A check with the reason `trivial`."""
    return _judge


def _judge(candidate: Candidate) -> Opinion:
    prompt, completion = read(candidate.prompt), read(candidate.completion)
    if prompt.is_unspaced or "`" in completion.raw or not completion.content:
        return KEEP
    # Names of two may be the answer to "who of the two"; a quotation is asked about, not given away.
    if asks(CHOICES, prompt) or prompt.quotations or has_gap(prompt) or _has_new_number(candidate):
        return KEEP
    asked = {word[:SHARED] for word in prompt.content}
    answered = [word for word in completion.content if word not in YES]
    if any(word in NO for word in completion.bare_words) or any(
        word[:SHARED] not in asked for word in answered
    ):
        return KEEP
    if abstains(completion, read(candidate.passage)) or (
        _is_yes_no(prompt, completion) and not _is_in_the_name(prompt)
    ):
        return KEEP
    if _is_part_of_name(prompt, completion) or _is_a_name_asked_for(prompt, completion):
        return KEEP
    return Opinion(keep=False, reason="trivial all of it is in the question")


def _has_new_number(candidate: Candidate) -> bool:
    language = read(candidate.passage).language
    asked = numbers_of(candidate.prompt, language)
    told = numbers_of(candidate.completion, language)
    return not told.values <= asked.values or len(told.all) > 1


def _is_a_name_asked_for(prompt: Text, completion: Text) -> bool:
    """Whether it asks how something is called, and the name is derived: those of Ellery are Ellerites."""
    return _CALLED.search(prompt.lower) is not None and any(
        word.text[0].isupper() and own not in prompt.bare_words
        for word, own in zip(completion.words, completion.bare_words, strict=True)
        if own in completion.content
    )


_CALLED = re.compile(
    r"\b(?:called|known as|demonyms?|names? (?:for|of)|hei(?:ß|ss)en|genannt|nennt|appel\w+|gentilé|llama\w*|gentilicio|chiama\w*|chamad\w+|наз[ыв]\w+)\b"
)


def _is_part_of_name(prompt: Text, completion: Text) -> bool:
    """Whether the answer is one name out of a longer one: the Treaty of Rusk was signed in Rusk."""
    names = {bare(word.text) for word in completion.words if word.text[0].isupper()}
    answered = set(completion.content)
    at = [n for n, word in enumerate(prompt.bare_words) if word in answered]
    beside = {n + step for n in at for step in (-2, -1, 1, 2)}
    return answered <= names and any(
        0 < n < len(prompt.words)
        and prompt.words[n].text[0].isupper()
        and prompt.bare_words[n] not in completion.bare_words
        for n in beside
    )


def _is_yes_no(prompt: Text, completion: Text) -> bool:
    return asks(YES_NO, prompt) or bool(completion.bare_words and completion.bare_words[0] in YES)


def _is_in_the_name(prompt: Text) -> bool:
    """Whether a yes-or-no question asks what its subject's name says: "Is Hill Farm a farm?"."""
    counts = Counter(prompt.content)
    last = prompt.content[-1] if prompt.content else ""
    return counts[last] > 1
