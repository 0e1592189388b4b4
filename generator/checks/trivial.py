"""Refuses pairs whose answer the question gives away: whoever reads it knows no more than before."""

from __future__ import annotations

from collections import Counter

from generator.checks import KEEP, Candidate, Check, Opinion
from generator.checks.numbers_in import numbers_of
from generator.checks.phrases import Phrases
from generator.checks.questions import YES_NO, abstains, asks, has_gap
from generator.checks.texts import Text, read

CHOICES = Phrases({
    "en": r"or|which|whose|compare|difference|between|among|of the two|versus|vs", "de": r"oder|welche[rsmn]?|vergleich\w*|unterschied\w*|zwischen", "fr": r"ou|lequel|laquelle|lesquels|quel(?:le)?s?|compare\w*|différence|entre", "es": r"o|u|cuál(?:es)?|qué|compara|diferencia|entre",
    "it": r"o|quale|quali|confronta|tra|fra", "pt": r"ou|qual|quais|compare|entre", "nl": r"of|welke?|vergelijk|tussen", "sv": r"eller|vilk\w+|mellan", "pl": r"czy|lub|któr\w+|między", "ru": r"или|как(?:ой|ая|ое|ие)|сравни\w*|между", "uk": r"або|чи|як(?:ий|а|е|і)|між", "tr": r"yoksa|veya|hangi\w*|arasında", "ar": r"أم|أو|أي|بين",
})  # fmt: skip
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
    if (
        asks(CHOICES, prompt)
        or prompt.quotations
        or has_gap(prompt)
        or numbers_of(candidate.completion, read(candidate.passage).language).all
    ):
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
    return Opinion(keep=False, reason="trivial all of it is in the question")


def _is_yes_no(prompt: Text, completion: Text) -> bool:
    return asks(YES_NO, prompt) or bool(completion.bare_words and completion.bare_words[0] in YES)


def _is_in_the_name(prompt: Text) -> bool:
    """Whether a yes-or-no question asks what its subject's name says: "Is Hill Farm a farm?"."""
    counts = Counter(prompt.content)
    last = prompt.content[-1] if prompt.content else ""
    return counts[last] > 1
