"""Whether a context can be shown as one that does not hold the answer to a question. Pure.

No code can prove that a text does not answer a question. This refuses whatever gives a reason to think
that it might, and would rather refuse ten that do not than let through one that does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from generator.checks.folding import bare
from generator.checks.languages import CAPITAL_NOUNS, common_words
from generator.checks.numbers_in import numbers_of
from generator.measures.words import content_words, fold
from generator.wikitext.sentences import sentences

COVERED: Final = 0.5
"""Share of the answer's own words from which on a context is taken to hold it."""
ASKED: Final = 0.75
"""Share of what is asked about from which on one sentence is taken to tell of it: as the check for
abstentions has it."""
FEWEST: Final = 2
"""Words at least that a question asks about beside its subject; with fewer, all that the article says
is an answer."""
REMEMBERED: Final = 512
"""Contexts of which is remembered what was found in them: an article's, and some of others."""
_STEM: Final = 4
_NAME = re.compile(r"[^\W\d_][\w'’-]*")
_ARTICLE = re.compile(r"\A(?:[وفبك]?ال|لل)(?=\w{3})")
"""The article of Arabic with the particles before it, which are written as one with the noun."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question with its answer and the text that answers it."""

    prompt: str
    completion: str
    quote: str
    title: str
    """Of its article."""
    section: tuple[str, ...]
    passage: str
    language: str

    @cached_property
    def answer(self) -> str:
        """The answer as it is looked for."""
        return flatten(self.completion).strip(" .。!?؟")

    @cached_property
    def own_words(self) -> frozenset[str]:
        """Words of the answer that neither the question nor the title gives away."""
        given = content_words(f"{self.prompt}\n{self.title}", self.language)
        return content_words(self.completion, self.language) - given

    @cached_property
    def numbers(self) -> frozenset[float]:
        """Numbers of the answer that the question does not give away."""
        return _numbers(self.completion, self.language) - _numbers(self.prompt, self.language)

    @cached_property
    def names(self) -> frozenset[str]:
        """Words of the answer with a capital letter, that nobody has named before; folded."""
        if self.language.partition("-")[0] in CAPITAL_NOUNS:
            return frozenset()
        common = common_words(self.language)
        given = flatten(f"{self.prompt}\n{self.title}")
        found = {bare(word) for word in _NAME.findall(self.completion) if word[:1].isupper()}
        return frozenset(
            word for word in found if len(word) > 2 and word not in common and word not in given
        )

    @cached_property
    def subject(self) -> frozenset[str]:
        """Words of the title."""
        return content_words(self.title, self.language)

    @cached_property
    def asked(self) -> frozenset[str]:
        """What it asks about: words that its passage has, too, but for the subject's.

        Headings are often put before a question; they count only where little else is asked about.
        """
        words = content_words(self.prompt, self.language) - self.subject
        words &= content_words(self.passage, self.language)
        own = words - content_words(" ".join(self.section), self.language)
        return own if len(own) >= FEWEST else words

    @cached_property
    def pointed(self) -> frozenset[str]:
        """Names and numbers that it asks about, beside the subject and the headings."""
        headings = content_words(" ".join(self.section), self.language)
        has_names = self.language.partition("-")[0] not in CAPITAL_NOUNS
        inside = _NAME.findall(self.prompt)[1:]
        names = {fold(word) for word in inside if word[:1].isupper() and has_names}
        words = content_words(self.prompt, self.language) - self.subject - headings
        own = {word for word in words if word in names or any(map(str.isdigit, word))}
        return frozenset(own) & content_words(self.passage, self.language)


def find_answer(question: Question, context: str) -> str:
    """Why a context may hold the answer, as a word to count by; empty where nothing says so.

    `answer`: it stands there; `quote`: the words that bear it out do; `number`, `name`: one of the
    answer's does; `words`: so do many of its words; `asked`: a sentence tells of what is asked about,
    or the question asks for no more than the subject.
    """
    flat = flatten(context)
    if question.answer in flat:
        return "answer"
    if question.quote and flatten(question.quote) in flat:
        return "quote"
    if question.numbers & _numbers(context, question.language):
        return "number"
    if any(name in flat for name in question.names):
        return "name"
    if _share(question.own_words, flat) >= COVERED:
        return "words"
    return "asked" if _tells(question, context, flat) else ""


def _tells(question: Question, context: str, flat: str) -> bool:
    if _share(question.pointed, flat) >= COVERED:
        return True
    if len(question.asked) < FEWEST:
        return _share(question.subject, flat) >= COVERED or _share(question.asked, flat) > 0
    if not (question.numbers or _share(question.own_words, flatten(question.passage))):
        # A yes, or words of the question: not even its own passage has the answer's words.
        return _share(question.asked, flat) >= ASKED
    return any(_share(question.asked, one) >= ASKED for one in _sentences(context))


def _share(words: frozenset[str], flat: str) -> float:
    """The share of words that a folded text has in any form, 0 of none.

    A word counts by its beginning, and inside of others: `Mühle` is in `Wassermühlen`, a noun of Arabic
    behind its article and particles.
    """
    found = sum(_stem(word) in flat for word in words)
    return found / len(words) if words else 0.0


@lru_cache(maxsize=4096)
def _stem(word: str) -> str:
    own = _ARTICLE.sub("", bare(word))
    return own[: max(_STEM, (2 * len(own) + 2) // 3)]


@lru_cache(maxsize=REMEMBERED)
def flatten(text: str) -> str:
    """The text as it is looked through: without case, accents and vowel signs, blanks joined."""
    return " ".join(map(bare, fold(text).split()))


@lru_cache(maxsize=REMEMBERED)
def _sentences(text: str) -> tuple[str, ...]:
    return tuple(flatten(one) for one in sentences(text))


@lru_cache(maxsize=REMEMBERED)
def _numbers(text: str, language: str) -> frozenset[float]:
    return numbers_of(text, language.partition("-")[0]).values
