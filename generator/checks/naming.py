"""Refuses completions with a name that neither passage nor prompt has."""

from __future__ import annotations

import re

from generator.checks import KEEP, Candidate, Check, Opinion
from generator.checks.folding import bare
from generator.checks.languages import CAPITAL_NOUNS, common_words
from generator.checks.months import month_of
from generator.checks.number_words import find_spelled
from generator.checks.questions import WHERE, WHO, abstains, asks
from generator.checks.texts import Text, Word, read

_SCRIPTS = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN"})
"""Scripts with capital letters."""
_ROMAN = re.compile(r"[IVXLCDM]+(?:[eᵉ]|er|ème|è|ᵉʳ|th)?\Z")
_INSIDE = re.compile(r"[\w,)][ '-]\Z")
# What a capital letter is given to without naming anybody in particular, or what everybody knows.
_KNOWN = frozenset(map(bare, (
    "celsius fahrenheit kelvin richter monday tuesday wednesday thursday friday saturday sunday mr mrs ms dr sir lady lord king queen prince princess saint st god earth moon sun north south east west northern southern eastern western "
    "europe european africa african asia asian america american americans english england british britain french france german germany italian italy spanish spain russian russia chinese china japanese japan indian india latin greek greece roman rome turkish turkey arabic arab dutch portuguese swedish norwegian danish polish "
    "christian christianity islam islamic muslim jewish catholic protestant orthodox internet web english-speaking ad bc bce ce utc gmt am pm ok usa us uk eu un tv cd dvd ai "
    "january february lundi etat etats dieu terre lune nord sud est ouest moyen-age renaissance antiquite estado dios tierra luna norte sur este oeste земля луна бог россия российский европа тур kuzey guney dogu bati dunya allah osmanli turk turkiye i ich je yo io я"
).split()))  # fmt: skip
SHORT_ANSWER = 4
"""Words of an answer that may be nothing but a name."""


def new() -> Check:
    """A check with the reason `ungrounded_entity`."""
    return _judge


def _judge(candidate: Candidate) -> Opinion:
    completion, passage, prompt = (
        read(text) for text in (candidate.completion, candidate.passage, candidate.prompt)
    )
    if (
        not passage.words
        or completion.script not in _SCRIPTS
        or completion.script != passage.script
    ):
        return KEEP
    language = passage.language or completion.language
    if language in CAPITAL_NOUNS or completion.language in CAPITAL_NOUNS:
        return KEEP
    known = (passage, prompt, read(candidate.title))
    capitals = _capitals(completion, asks(WHO, prompt) or asks(WHERE, prompt), language)
    unknown = [word for word in capitals if not _is_known(word, known)]
    if not unknown or abstains(completion, passage):
        return KEEP
    return Opinion(
        keep=False, reason=f"ungrounded_entity {' '.join(word.text for word in unknown[:3])!r}"
    )


def _capitals(completion: Text, asks_for_name: bool, language: str) -> list[Word]:
    """Words that are written large although no sentence, line or quotation begins with them."""
    folded = completion.folded
    if folded.isupper():
        return []
    words = completion.words
    found = []
    for word in words:
        if not _is_name_like(word.text, language):
            continue
        is_inside = _is_inside(folded, word.start)
        is_bare_name = (
            asks_for_name
            and len(words) <= SHORT_ANSWER
            and len(words) == sum(one.text[:1].isupper() for one in words)
        )
        if is_inside or is_bare_name:
            found.append(word)
    return found


def _is_name_like(text: str, language: str) -> bool:
    if len(text) < 3 or not text[0].isupper() or not text.isalpha() or _ROMAN.match(text):
        return False
    word = bare(text)
    is_month = bool(month_of(word)) and word != "may"
    return (
        word not in common_words(language)
        and word not in _KNOWN
        and not is_month
        and not any(find_spelled([word], language))
    )


def _is_inside(folded: str, start: int) -> bool:
    """Whether a word stands inside a sentence, behind another word and a blank."""
    before = folded[max(0, start - 3) : start]
    return bool(_INSIDE.search(before))


def _is_known(word: Word, texts: tuple[Text, ...]) -> bool:
    own = bare(word.text)
    if any(_knows(text, own) for text in texts):
        return True
    return word.text.isupper() and any(_is_acronym(own, text) for text in texts)


def _knows(text: Text, word: str) -> bool:
    """Whether a text has the word, another form of it, or a spelling with ae, oe, ue for ä, ö, ü."""
    if word in text.vocabulary or word.removesuffix("s") in text.vocabulary:
        return True
    if len(word) >= 4 and word[: max(4, (len(word) + 1) // 2)] in text.beginnings:
        return True
    plain = word.replace("ae", "a").replace("oe", "o").replace("ue", "u")
    return plain != word and plain in text.vocabulary


def _is_acronym(word: str, text: Text) -> bool:
    initials = "".join(one.text[0] for one in text.words[:2000] if one.text[0].isupper())
    return word in initials.lower()
