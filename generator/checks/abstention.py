"""Refuses "that is not known" where a sentence of the passage says it."""

from __future__ import annotations

from generator.checks import KEEP, Candidate, Check, Opinion
from generator.checks.folding import bare
from generator.checks.numbers_in import numbers_of
from generator.checks.questions import HOW_MANY, WHEN, WHO, abstains, asks
from generator.checks.texts import STEM, Text, read

COVERED = 0.75
"""Share of the question's words that one sentence has, the subject's counting as there."""
LONGEST = 16
"""Words at most of an abstention that says nothing else; a longer one tells what is known."""
FEWEST = 2
"""Words at least by which a sentence is found, beside the subject's."""


def new() -> Check:
    """A check with the reason `false_abstention`."""
    return _judge


def _judge(candidate: Candidate) -> Opinion:
    prompt, completion, passage = (
        read(text) for text in (candidate.prompt, candidate.completion, candidate.passage)
    )
    if completion.length > LONGEST or prompt.is_unspaced or not abstains(completion, passage):
        return KEEP
    wants_time, wants_number = asks(WHEN, prompt), asks(HOW_MANY, prompt)
    wants_person = not wants_time and asks(WHO, prompt)
    if not (wants_time or wants_number or wants_person):
        return KEEP
    subject = (
        frozenset(read(candidate.title).vocabulary)
        if candidate.title
        else frozenset(_opening(passage))
    )
    wanted = [word for word in prompt.content if word not in subject and word not in _ASKING]
    if len(wanted) < (1 if wants_person else FEWEST):
        return KEEP
    for sentence in passage.sentences:
        if _covers(read(sentence), wanted) and (
            _has_person(read(sentence), prompt, wanted)
            if wants_person
            else _has_answer(sentence, prompt, passage.language, wants_time)
        ):
            return Opinion(
                keep=False, reason=f"false_abstention the passage says {sentence[:80]!r}"
            )
    return KEEP


_ASKING = frozenset(
    "year years date number many much long day month jahr annee ano anno год году yil".split()
)


def _opening(passage: Text) -> list[str]:
    first = read(passage.sentences[0][:200]) if passage.sentences else passage
    return [bare(word.text) for word in first.words[:6] if word.text[:1].isupper()]


def _covers(sentence: Text, wanted: list[str]) -> bool:
    return sum(sentence.knows(word) for word in wanted) >= COVERED * len(wanted)


def _has_person(sentence: Text, prompt: Text, wanted: list[str]) -> bool:
    """Whether a name stands right beside a word of the question, or behind the "by" that follows it.

    `The engineer Ada Miller`, `married Ada Miller`, `was designed by the architect Ada Miller`.
    """
    words, own = sentence.words, sentence.bare_words
    for at, word in enumerate(words[:-1]):
        if not any(own[at][:STEM] == one[:STEM] for one in wanted):
            continue
        behind = at + 1
        while behind < len(words) - 1 and (own[behind] in _BY or own[behind] in _ARTICLES):
            behind += 1
        is_beside = not set(sentence.folded[word.end : words[behind].start]) & set(",;:.")
        name = words[behind : behind + 2]
        if (
            is_beside
            and len(name) == 2
            and all(
                one.text[0].isupper() and bare(one.text) not in prompt.vocabulary for one in name
            )
        ):
            return True
    return False


_BY = frozenset("by von par por da door av af".split())
_ARTICLES = frozenset("the a an der dem die den le la l el un une una".split())


def _has_answer(sentence: str, prompt: Text, language: str, wants_time: bool) -> bool:
    """Whether the sentence has a year, or a number of what is asked for, that the question has not."""
    given = numbers_of(prompt.raw, language).values
    numbers = [one for one in numbers_of(sentence, language).all if one.value not in given]
    if wants_time:
        return any(one.is_year or one.day_of for one in numbers)
    return any(one.noun and prompt.vocabulary & {one.noun} for one in numbers)
