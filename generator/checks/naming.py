"""Refuses short answers with a name that neither passage nor prompt has; of longer ones it is a mark.

What only adds to a name that the passage has, spells out its initials, stands in brackets, or names a country, is common
knowledge as a rule, and a mark.
"""

from __future__ import annotations

import re

from generator.checks import KEEP, Candidate, Check, Opinion
from generator.checks.countries import is_everybodys
from generator.checks.folding import bare
from generator.checks.languages import CAPITAL_NOUNS, common_words
from generator.checks.months import month_of
from generator.checks.number_words import find_spelled
from generator.checks.phrases import Phrases
from generator.checks.questions import (
    HOW_MANY,
    WHAT,
    WHEN,
    WHERE,
    WHO,
    WHY,
    abstains,
    asks,
    has_question_mark,
)
from generator.checks.texts import RUN, Text, Word, bones, read

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
AREAS = Phrases({
    "en": r"(?:country|countries|state|continent|region|province|county|ocean|sea|nationality|nation|religion|language|family)", "fr": r"(?:pays|région|province|département|continent|océan|mer|nationalité|langue|religion)", "es": r"(?:país|países|región|provincia|comunidad|estado|continente|océano|mar|nacionalidad|lengua|idioma)",
    "it": r"(?:paese|regione|provincia|continente|oceano|mare|nazionalità|lingua)", "pt": r"(?:país|região|província|estado|continente|oceano|mar|nacionalidade|língua)", "nl": r"(?:land|provincie|regio|werelddeel|oceaan|zee|nationaliteit|taal)", "pl": r"(?:kraju?|państw\w+|region\w*|województw\w+|kontynen\w+|morz\w+|językiem?)",
    "ru": r"(?:стран\w+|государств\w+|област\w+|кра[йею]|регион\w*|республик\w+|континент\w*|мор[еяю]|океан\w*|язык\w*)", "tr": r"(?:ülke\w*|il(?:de|i|inde)?|bölge\w*|kıta\w*|deniz\w*|dil\w*)",
})  # fmt: skip
"""What a question asks for when common knowledge answers it: Ávila lies in Castile."""
HOW = Phrases({
    "en": r"\Ahow", "fr": r"\Acomment", "es": r"\A¿?cómo", "it": r"\Acome", "pt": r"\Acomo", "nl": r"\Ahoe", "ru": r"\Aкак", "pl": r"\Ajak", "tr": r"nasıl",
})  # fmt: skip
LONGEST = 25
"""Words at most of an answer that stands or falls with a name."""
FEWEST_INITIALS = 3
_LINKS = frozenset(
    "of the for and de la le les du des del y para von van der den di della e da do dos und et".split()
)
"""Small words inside of names."""
_CALLED = frozenset(
    "called named titled entitled namens genannt appele appelee nomme nommee intitule llamado llamada titulado chiamato chiamata chamado chamada adli".split()
)
_AND = frozenset("and & et y e und en och og i и ve".split())


def new() -> Check:
    """A check with the reason `ungrounded_entity`, and the mark `new_name` on pairs it keeps."""
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
    if (instead := _find_exchanged(unknown, completion, passage, prompt)) is not None:
        return Opinion(
            keep=False,
            reason=f"ungrounded_entity {instead.text!r}; the passage has {_slot(instead, completion, passage)!r}",
        )
    foreign = [word for word in unknown if not _is_explained(word, completion, known)]
    if (
        foreign
        and len(completion.words) <= LONGEST
        and _asks_for_name(prompt)
        and not all(_is_borne_out(word, completion, passage, prompt) for word in foreign)
    ):
        return Opinion(keep=False, reason=f"ungrounded_entity {_show(foreign)!r}")
    return Opinion(keep=True, reason=f"new_name {_show(unknown)!r}")


def _is_borne_out(word: Word, completion: Text, passage: Text, prompt: Text) -> bool:
    """Whether a new name only adds to one of the passage that the answer has before it: `Leeds, in Yorkshire`.

    One that stands with it in a list is an answer of its own: `Leeds and York`.
    """
    words = completion.words
    run = _run_of(word, completion, _LINKS - _AND)
    first, behind = words.index(run[0]), words.index(run[-1]) + 1
    before = [at for at in range(first) if _is_answer(words[at], completion, passage, prompt)]
    if not before or completion.bare_words[first - 1] in _CALLED:
        return False
    is_listed = _is_and(completion, words[before[-1]].end, run[0].start) or (
        behind < len(words)
        and any(
            _is_answer(other, completion, passage, prompt)
            and _is_and(completion, run[-1].end, other.start)
            for other in words[behind : behind + 3]
        )
    )
    return not is_listed


def _find_exchanged(
    unknown: list[Word], completion: Text, passage: Text, prompt: Text
) -> Word | None:
    """A new name behind the same words behind which the passage has another: `the museum at York`.

    A region instead of a town, or the other way round, may be known; a country instead of a country is not.
    """
    if asks(AREAS, prompt):
        return None
    for word in unknown:
        other = _slot(word, completion, passage)
        if (
            other
            and bare(other) not in completion.vocabulary
            and is_everybodys(bare(word.text)) == is_everybodys(bare(other))
        ):
            return word
    return None


def _slot(word: Word, completion: Text, passage: Text) -> str:
    """The name that the passage has behind the three words that stand before a word, else nothing."""
    at = completion.words.index(word)
    before = completion.bare_words[max(0, at - RUN) : at]
    common = common_words(passage.language)
    if len(before) < RUN or all(one in common for one in before):
        return ""
    follows = passage.runs.get(before, "")
    return follows if _writes_large(passage, follows) and len(follows) > 2 else ""


def _is_answer(word: Word, completion: Text, passage: Text, prompt: Text) -> bool:
    """Whether a word is a name of the passage that the prompt has not."""
    own = bare(word.text)
    return (
        word.text[:1].isupper()
        and len(word.text) > 1
        and own not in prompt.vocabulary
        and _writes_large(passage, word.text)
        and own not in common_words(passage.language)
    )


def _writes_large(passage: Text, text: str) -> bool:
    """Whether a text has the word as a name: never with a small letter."""
    written = passage.spellings
    return text in written and text[:1].lower() + text[1:] not in written


def _is_and(completion: Text, start: int, end: int) -> bool:
    """Whether nothing but "and" stands between two places, or "and" and an article."""
    between = [bare(one) for one in completion.folded[start:end].replace(",", " ").split()]
    return between[:1] != [] and between[0] in _AND and all(one in _LINKS for one in between[1:])


def _asks_for_name(prompt: Text) -> bool:
    """Whether the answer is a name, and not of an area, which often is known without the passage."""
    if asks(AREAS, prompt):
        return False
    is_open = asks(WHAT, prompt) and not any(
        asks(kind, prompt) for kind in (WHEN, HOW_MANY, WHY, HOW)
    )
    return is_open or asks(WHO, prompt) or asks(WHERE, prompt) or not has_question_mark(prompt)


def _show(words: list[Word]) -> str:
    return " ".join(word.text for word in words[:3])


def _is_explained(word: Word, completion: Text, known: tuple[Text, ...]) -> bool:
    """Whether a name that is not known is one that a careful writer may add."""
    if is_everybodys(bare(word.text)) or _is_in_brackets(word, completion):
        return True
    run = _run_of(word, completion, _LINKS)
    behind = run[run.index(word) + 1 :]
    if behind and _is_known(behind[-1], known):
        return True
    initials = "".join(one.text[0] for one in run if one.text[0].isupper())
    return len(initials) >= FEWEST_INITIALS and any(
        one.text.isupper() and len(one.text) >= FEWEST_INITIALS and one.text in initials
        for text in known
        for one in text.words
    )


def _is_in_brackets(word: Word, completion: Text) -> bool:
    before = completion.folded[: word.start]
    return before.rfind("(") > before.rfind(")")


def _run_of(word: Word, completion: Text, links: frozenset[str]) -> list[Word]:
    """The words of the name that a word belongs to, small ones between them included: `Institute of Technology`."""
    words, folded = completion.words, completion.folded
    first = last = words.index(word)
    while first > 0 and _goes_on(folded, words[first - 1], words[first], links):
        first -= 1
    while last + 1 < len(words) and _goes_on(folded, words[last], words[last + 1], links):
        last += 1
    run = list(words[first : last + 1])
    while not run[0].text[0].isupper():
        del run[0]
    while not run[-1].text[0].isupper():
        del run[-1]
    return run


def _goes_on(folded: str, one: Word, other: Word, links: frozenset[str]) -> bool:
    is_beside = folded[one.end : other.start] in {" ", "-", "'", ". ", " & "}
    return is_beside and all(
        word.text[0].isupper() or bare(word.text) in links for word in (one, other)
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
    """Whether a text has the word, another form or transcription of it, or one with ae, oe, ue for ä, ö, ü."""
    if word in text.vocabulary or word.removesuffix("s") in text.vocabulary:
        return True
    if len(word) >= 4 and text.has_beginning(word[: max(4, (len(word) + 1) // 2)]):
        return True
    if bones(word) in text.bones:
        return True
    plain = word.replace("ae", "a").replace("oe", "o").replace("ue", "u")
    return plain != word and plain in text.vocabulary


def _is_acronym(word: str, text: Text) -> bool:
    initials = "".join(one.text[0] for one in text.words[:2000] if one.text[0].isupper())
    return word in initials.lower()
