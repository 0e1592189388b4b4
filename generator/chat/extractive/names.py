"""Names: words with a capital that follow each other, and Katakana."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.chat.extractive.scripts import GLUED
from generator.chat.extractive.term import Kind, Term
from generator.chat.extractive.wordings import Wordings

_WORD = re.compile(
    r"[^\W\d_]{1,3}\.(?=[ \u00a0][^\W\d_a-z])|[^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_]))*"
)
_NUMBER_IN_NAME = re.compile(r"[ \u00a0]\d{1,3}(?![\d.,%]|[ \u00a0]?\w)")
_KATAKANA = re.compile(
    r"(?<![一-鿿々ァ-ヺー・＝A-Za-z0-9])[ァ-ヺー]{2,}(?:[・＝][ァ-ヺー]{2,})*[一-鿿々]{0,3}"
    r"(?![一-鿿々ァ-ヺー・＝A-Za-z0-9-])"
)

# Small words inside names, in the languages that have capitals: "Ludwig van Beethoven".
_LINKS = frozenset(
    "of de la los las les del della delle degli dei di da do dos das du des van von der den zu zum "
    "zur ter af el al bin ibn".split()
)
_NO_NAMES = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday i montag dienstag mittwoch donnerstag "
    "freitag samstag sonntag".split()
)
_GLUED = re.compile(f"[{GLUED}]")


def collect_names(sentences: list[str]) -> frozenset[str]:
    """Capital words of a passage that stand in mid-sentence and never without their capital."""
    capital: set[str] = set()
    small: set[str] = set()
    for sentence in sentences:
        for number, match in enumerate(_WORD.finditer(sentence)):
            word = match[0]
            if not word[0].isupper():
                small.add(word)
            elif number:
                capital.add(word)
    return frozenset(word for word in capital if word.lower() not in small)


def find_names(sentence: str, wordings: Wordings, names: frozenset[str]) -> Iterator[Term]:
    """Names by their capitals, or in Japanese by their script; `names` are those of the passage."""
    if not _has_capitals(sentence):
        yield from _find_katakana(sentence)
        return
    for words in _runs(sentence, wordings):
        if not words[0].start() and len(words) > 1 and words[0][0].lower() in wordings.articles:
            del words[0]
        end = words[-1].end()
        if number := _NUMBER_IN_NAME.match(sentence, end):
            end = number.end()
        if sentence.startswith(("'s", "’s"), end - 2) and wordings.language == "en":
            end -= 2
        if not _is_name(words, sentence, wordings, names) or _is_joined(sentence, words[0], end):
            continue
        # One word may be an adjective ("the German army"), unless nothing follows on it; where all
        # nouns have capitals, only the years of a life make sure that several are a name.
        if wordings.has_capital_nouns:
            is_sure = bool(re.match(r" \([*†]? ?\d{4}", sentence[end:]))
        else:
            is_sure = len(words) > 1 or bool(re.match(r"[,.;)]|['’]s\b", sentence[end:]))
        kind: Kind = "name" if is_sure else "term"
        worth = 4.0 if len(words) > 1 else 2.5
        yield Term(start=words[0].start(), end=end, kind=kind, worth=worth)


def _has_capitals(sentence: str) -> bool:
    """Whether a sentence is in a script with capitals, not only a foreign name in it."""
    cased = sum(char.isupper() or char.islower() for char in sentence)
    return 2 * cased > sum(map(str.isalpha, sentence)) and len(_GLUED.findall(sentence)) < 5


def _find_katakana(sentence: str) -> Iterator[Term]:
    """Foreign words in Japanese, with the Han that belong to them: シュプレー川."""
    for match in _KATAKANA.finditer(sentence):
        # Names of several parts have dots between them; one part may be any loanword.
        if "・" in match[0] or "＝" in match[0]:
            yield Term(start=match.start(), end=match.end(), kind="name", worth=4.0)
        elif len(match[0]) > 4:
            yield Term(start=match.start(), end=match.end(), kind="term", worth=2.0)


def _runs(sentence: str, wordings: Wordings) -> Iterator[list[re.Match[str]]]:
    """Words with a capital that follow each other, with the small words that names have inside."""
    links_inside = _LINKS - wordings.articles if wordings.has_capital_nouns else _LINKS
    run: list[re.Match[str]] = []
    links: list[re.Match[str]] = []
    for word in _WORD.finditer(sentence):
        last = (links or run or [word])[-1]
        follows = sentence[last.end() : word.start()] in {" ", "\u00a0"}
        if run and follows and word[0] in links_inside:
            links.append(word)
            continue
        if run and follows and word[0][0].isupper():
            run += [*links, word]
        else:
            if run:
                yield run
            run = [word] if word[0][0].isupper() else []
        links = []
    if run:
        yield run


def _is_name(
    words: list[re.Match[str]], sentence: str, wordings: Wordings, names: frozenset[str]
) -> bool:
    low = [word[0].lower() for word in words]
    if any(word in wordings.months for word in low) or low[0] in _NO_NAMES:
        return False
    if low[0] in wordings.leaning | wordings.pronouns or sum(map(len, low)) < 3:
        return False
    if wordings.has_capital_nouns and len(words) < 2:
        return False
    before = sentence[: words[0].start()]
    opens = not re.search(r"\w", before) or bool(re.search(r"[:.!?][\s\"“„«]*$", before))
    # The first word of a sentence has a capital anyway.
    return not opens or (words[0][0] in names and low[0] not in wordings.articles)


def _is_joined(sentence: str, first: re.Match[str], end: int) -> bool:
    """Whether a run is only a part of something: `York` of `York-Antwerp`, `Johnson` of `&Johnson`."""
    before, after = sentence[: first.start()], sentence[end:]
    return bool(
        re.search(r"[^\s(„“\"«‘”\[]$|[&][\s]$", before)
        or re.match(r"[-/&_]|[–—]\w|\s?[&]\s|['’](?!s\b)\w|\w|\sfor\s[A-Z]", after)
    )


def is_cue(term: Term, sentence: str, wordings: Wordings) -> bool:
    """Whether a term is a whole name that can stand in a question as it is, without an article."""
    before, after = sentence[: term.start].split(), sentence[term.end :].split()
    if term.kind != "name" or term.worth < 4:
        return False
    if before and before[-1].lower() in wordings.articles:
        return False
    # "Statistics and Research Agency", "The World as Will": the rest of the name may be next to it.
    return not (_is_bridge(before[:-3:-1]) or _is_bridge(after[:2]))


def _is_bridge(words: list[str]) -> bool:
    """Whether a short word or a dash leads over to another word with a capital."""
    return len(words) == 2 and len(words[0]) < 4 and words[1][0].isupper() and words[0][0].islower()
