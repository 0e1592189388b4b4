"""What an answer is worth by its words and numbers, in any language. Pure.

Numbers decide where the dataset's own answer has any that the question has not: with all of them, each in
its unit, an answer is right, with none it is wrong. Else, and in between, it is right where it says the same
by `judging.agreement`: half of the telling words are shared, or nearly all of the shorter one's are in
the longer one. That is kind to long answers, of base and tuned alike.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import Final, NamedTuple

from generator.checks.arithmetic import is_same
from generator.checks.folding import bare
from generator.checks.numbers_in import Number, numbers_of
from generator.checks.questions import abstains
from generator.checks.refusals import REFUSES
from generator.checks.texts import read
from generator.deriving.wordings import read_wordings
from generator.evaluation.records import Grade, Item, Outcome
from generator.judging.agreement import agree
from generator.measures.words import words

ARTICLES: Final[dict[str, frozenset[str]]] = {
    "en": frozenset("a an the".split()),
    "de": frozenset("der die das den dem des ein eine einen einem einer eines".split()),
    "fr": frozenset("le la les l un une des du de d".split()),
    "es": frozenset("el la los las un una unos unas".split()),
    "it": frozenset("il lo la i gli le l un uno una".split()),
    "pt": frozenset("o a os as um uma uns umas".split()),
    "nl": frozenset("de het een".split()),
}
"""Words that do not count when two answers are compared, as in SQuAD's own score for English."""
PURE = 16
"""Words at most of an answer that says nothing but that something is not known."""
LONGEST_ABSTENTION = 40
"""Words of an answer that may still be one; chat models say why, and offer their help."""


class _Pair(NamedTuple):
    prompt: str
    completion: str


def grade(item: Item, text: str) -> Grade:
    """What an answer to an item is worth; the best over the answers that are right."""
    return Grade(
        outcome=_outcome(item, text),
        exact=any(is_exact(text, one, item.language) for one in item.answers),
        f1=max(token_f1(text, one, item.language) for one in item.answers),
        numbers=_numbers(item, text),
    )


def normalise(text: str, language: str = "en") -> tuple[str, ...]:
    """The words of a text without case, accents, marks and articles; signs of Han and Kana one by one."""
    articles = ARTICLES.get(language.partition("-")[0], frozenset())
    found = tuple(bare(word) for word in words(text))
    return tuple(word for word in found if word not in articles) or found


def is_exact(answer: str, right: str, language: str = "en") -> bool:
    """Whether two texts are the same once normalised."""
    return normalise(answer, language) == normalise(right, language)


def token_f1(answer: str, right: str, language: str = "en") -> float:
    """2PR / (P + R) over the words of both, each as often as it stands there (SQuAD, 2016)."""
    one, other = Counter(normalise(answer, language)), Counter(normalise(right, language))
    shared = (one & other).total()
    if not shared:
        return 0.0
    return 2 * shared / (one.total() + other.total())


def has_numbers(prompt: str, answer: str, right: str, language: str = "") -> bool | None:
    """Whether every number of the right answer is in another one, in the same or an equal unit.

    Numbers that the question has do not count; None where none are left. A number without a unit is
    taken for one in the right unit, one in another unit is not: 27 is 27 m, 27 ft is not.
    """
    share = _share_of_numbers(prompt, answer, right, language)
    return None if share is None else share == 1.0


def says_nothing(text: str, language: str = "en") -> bool:
    """Whether an answer says that something is not known, or declines to answer."""
    answer = read(text)
    if not text.strip() or answer.length > LONGEST_ABSTENTION:
        return False
    if abstains(answer, read("")) or REFUSES.find_in(answer, read("")):
        return True
    own = normalise(_not_in_context(language), language)
    return bool(own) and normalise(text, language)[: len(own)] == own


# Inside -----------------------------------------------------------------------------------------


def _outcome(item: Item, text: str) -> Outcome:
    is_abstention = says_nothing(text, item.language)
    if not item.is_answerable:
        return "correct" if is_abstention else "wrong"
    if not read(text).tokens:
        return "wrong"
    if is_abstention and not any(says_nothing(one, item.language) for one in item.answers):
        if read(text).length <= PURE or not _agrees(item, text):
            return "abstained"
        return "correct"
    return "correct" if _agrees(item, text) else "wrong"


def _agrees(item: Item, text: str) -> bool:
    return any(_says_the_same(item, text, one) for one in item.answers)


def _says_the_same(item: Item, text: str, right: str) -> bool:
    share = _share_of_numbers(item.prompt, text, right, item.language)
    if share in (0.0, 1.0):
        return bool(share)
    # In a short text nobody can tell the language, so articles would count: "the Seine", "the Thames".
    right, text = (_without_articles(one, item.language) for one in (right, text))
    return agree(_Pair(item.prompt, right), text, item.text)


def _without_articles(text: str, language: str) -> str:
    articles = ARTICLES.get(language.partition("-")[0])
    if articles is None:
        return text
    kept = " ".join(word for word in text.split() if word.casefold() not in articles)
    return kept or text


def _numbers(item: Item, text: str) -> bool | None:
    found = (has_numbers(item.prompt, text, one, item.language) for one in item.answers)
    known = [one for one in found if one is not None]
    return any(known) if known else None


def _share_of_numbers(prompt: str, answer: str, right: str, language: str) -> float | None:
    language = language.partition("-")[0]
    asked = numbers_of(prompt, language).values
    wanted = [one for one in numbers_of(right, language).all if _is_own(one, asked)]
    if not wanted:
        return None
    given = numbers_of(answer, language).all
    return sum(any(_is_equal(one, other) for other in given) for one in wanted) / len(wanted)


def _is_own(number: Number, asked: frozenset[float]) -> bool:
    """Whether a number tells something: not the "one" of "one of them", nor what the question says."""
    return round(number.value, 9) not in asked and not (number.is_word and number.value <= 1)


def _is_equal(wanted: Number, given: Number) -> bool:
    if wanted.unit is None or given.unit is None:
        return any(is_same(one, other) for one in wanted.readings for other in given.readings)
    if wanted.unit.dimension != given.unit.dimension:
        return False
    return any(
        is_same(one * wanted.unit.factor, other * given.unit.factor)
        for one in wanted.readings
        for other in given.readings
    )


@lru_cache(maxsize=64)
def _not_in_context(language: str) -> str:
    return read_wordings().of(language).no_answer
