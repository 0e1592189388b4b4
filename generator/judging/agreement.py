"""Whether two answers to one question say the same: their numbers, then the words that they share."""

from __future__ import annotations

from generator.checks import HasTexts
from generator.checks.arithmetic import is_same
from generator.checks.numbers_in import numbers_of
from generator.checks.texts import Text, read

SHARED = 0.5
"""F1 of the words from which on two answers say the same."""
CONTAINED = 0.75
"""…or this share of the shorter one's words is in the longer one, which says more."""


def agree(pair: HasTexts, answer: str, passage: str) -> bool:
    """Whether an answer says what the pair's own says; what the question says already counts for neither.

    Where both have numbers, these decide: one of them must be the same. Else half of their words must be
    (F1), or nearly all of the shorter one's.
    """
    asked, given, own = read(pair.prompt), read(answer), read(pair.completion)
    numbers = _share_numbers(pair, answer, read(passage).language)
    if numbers is not None:
        return numbers
    ours, theirs = _news(own, asked), _news(given, asked)
    if not ours or not theirs:
        return _is_contained(own, given)
    recall = sum(map(given.knows, ours)) / len(ours)
    precision = sum(map(own.knows, theirs)) / len(theirs)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return f1 >= SHARED or max(precision, recall) >= CONTAINED


def _news(text: Text, asked: Text) -> list[str]:
    """The words that carry something and are not in the question."""
    words = text.tokens if text.is_unspaced else text.content
    return [word for word in dict.fromkeys(words) if not asked.knows(word)]


def _is_contained(own: Text, given: Text) -> bool:
    one, other = own.vocabulary, given.vocabulary
    return len(one & other) >= SHARED * min(len(one), len(other))


def _share_numbers(pair: HasTexts, answer: str, language: str) -> bool | None:
    """True or False where both have numbers that the question lacks, None where one has none."""
    asked = numbers_of(pair.prompt, language).values
    own = [value for value in numbers_of(pair.completion, language).values if value not in asked]
    given = [value for value in numbers_of(answer, language).values if value not in asked]
    if not own or not given:
        return None
    return any(is_same(one, other) for one in own for other in given)
