"""The passage as sentences and lists, and which of its sentences can be asked about alone."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from generator.chat.extractive.scripts import is_unspaced
from generator.chat.extractive.wordings import BLANK, Wordings
from generator.records import count_words
from generator.wikitext.sentences import sentences

MIN_WORDS, MAX_WORDS = 5, 45
"""Length of a statement worth a blank: below it nothing is said, above it the reader is lost."""
MAX_CHARS = 1000
"""What is longer is no statement, without counting its words."""
MAX_STOPLESS_WORDS = 150
"""The same where no full stops are written, so that a whole paragraph has to serve."""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A sentence that says something whole."""

    text: str
    is_own: bool
    """See `Paragraph.is_own`."""
    is_clear: bool
    """False where a pronoun comes before any name, so that the subject is only meant."""

    @cached_property
    def words(self) -> int:
        """Length in words; see `count_words`."""
        return count_words(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A line of the passage that is prose."""

    text: str
    start: int
    """Offset in the passage."""
    sentences: tuple[str, ...]
    is_own: bool
    """False behind a line that may be the heading of another section, joined to this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """A passage, taken apart."""

    text: str
    paragraphs: tuple[Paragraph, ...]
    lines: tuple[str, ...]
    """Lines that are not prose: list items, captions, table rows, headings of joined sections."""


def read_prose(passage: str) -> Prose:
    """Paragraphs and other lines of a passage."""
    paragraphs: list[Paragraph] = []
    lines: list[str] = []
    for match in re.finditer(r"\S[^\n]*", passage):
        line = match[0].rstrip()
        if not _is_prose(line):
            lines.append(line)
            continue
        paragraphs.append(
            Paragraph(
                text=line, start=match.start(), sentences=tuple(sentences(line)), is_own=not lines
            )
        )
    return Prose(text=passage, paragraphs=tuple(paragraphs), lines=tuple(lines))


def find_statements(prose: Prose, wordings: Wordings, title: str) -> list[Statement]:
    """Sentences that can stand alone once the prompt names their subject, in order."""
    subject = _Subject(wordings, title)
    found = []
    for paragraph in prose.paragraphs:
        # A paragraph that opens with a pronoun means the subject of the article.
        is_meant = True
        for text in paragraph.sentences:
            is_clear = not subject.is_only_meant(text)
            if is_clear:
                is_meant = subject.is_named_first(text)
            if (
                (is_clear or is_meant)
                and is_statement(text)
                and not opens_with(text, wordings.leaning)
            ):
                found.append(Statement(text=text, is_own=paragraph.is_own, is_clear=is_clear))
    return found


class _Subject:
    """Whom a pronoun means: the subject of the article, as long as nobody else came in."""

    def __init__(self, wordings: Wordings, title: str) -> None:
        self._pronouns = wordings.pronouns
        self._title = frozenset(word.lower() for word in re.findall(r"[^\W\d_]{3,}", title))

    def is_only_meant(self, sentence: str) -> bool:
        """Whether a pronoun comes first, before a word of the title or another name."""
        if is_unspaced(sentence):
            return opens_with(sentence, self._pronouns)
        for number, word in enumerate(_WORD.findall(sentence)):
            if word.lower() in self._pronouns:
                return True
            if word.lower() in self._title or (number and word[0].isupper()):
                return False
        return False

    def is_named_first(self, sentence: str) -> bool:
        """Whether a sentence begins with the subject of the article, and with nobody of that name."""
        words = _WORD.findall(sentence)[:4]
        for number, word in enumerate(words):
            if word.lower() in self._title:
                before = words[number - 1] if number else ""
                return not before[:1].isupper() or before.lower() in self._title or number == 1
        return False


_WORD = re.compile(r"[^\W\d_]+")
_ENDS = re.compile(r"[.!?։۔।॥؟。！？။។…][\"”»“’'）)\]」』]*$")
_STOPS = re.compile(r"[。！？።။។]|\.(?:\s|$)")
_STATES = re.compile(r"(?<!\.\.)(?<!\b[A-ZА-Я])[.!։۔।॥။。！។][\"”»“’'）)\]」』]*$")
_JUNK = re.compile(
    r"[<>{}|\\=_\t•→↑↓^]|https?:|www\.|\bISBN\b|\.\.\.|…|\(\s*[,;:)]|（\s*[、；）]|\s{2,}"
    r"|[a-zà-ÿ]{3}\.\s[a-zà-ÿ]|(?:^|\s)[のをがはにへ]|[,;:]\s*[,;:)]|\s[,;.](?:\s|$)|[;:,]\s*[–—-]\s|[(（]\s*[–—-]"
)
_OPENS = re.compile(r"[\"“„«‘'「『《(（¿¡]*(?P<first>\w)")


def _is_prose(line: str) -> bool:
    return bool(_ENDS.search(line)) or _is_stopless(line)


def _is_stopless(line: str) -> bool:
    """Whether a line is prose of a script that has no full stops, such as Thai or Lao."""
    return len(line) > 60 and not _STOPS.search(line) and is_unspaced(line)


def is_statement(text: str) -> bool:
    """Whether a sentence is whole: it ends, opens, has words enough, and holds no debris."""
    if len(text) > MAX_CHARS:
        return False
    is_stopless = _is_stopless(text)
    if BLANK in text or _JUNK.search(text) or not (_STATES.search(text) or is_stopless):
        return False
    most = MAX_STOPLESS_WORDS if is_stopless else MAX_WORDS
    if not MIN_WORDS <= count_words(text) <= most or len(text) < 12:
        return False
    opening = _OPENS.match(text)
    if not opening or opening["first"].islower():
        return False
    letters = sum(map(_is_letter, text))
    marks = sum(text.count(mark) for mark in ",;、，،")
    return letters > 0.55 * len(text.replace(" ", "")) and marks <= 6 and _is_balanced(text)


def _is_letter(char: str) -> bool:
    """Whether a character is a letter or, as vowels in many scripts, a mark on one."""
    return char.isalpha() or (char > "\u02ff" and unicodedata.category(char)[0] == "M")


def _is_balanced(text: str) -> bool:
    pairs = ("()", "[]", "«»", "（）", "「」", "『』", "《》")
    if any(text.count(pair[0]) != text.count(pair[1]) for pair in pairs):
        return False
    # German opens with „ and ends with “, English opens with “ and ends with ”.
    quotes = sum(text.count(mark) for mark in "„“”")
    return text.count('"') % 2 == 0 and quotes % 2 == 0


def opens_with(text: str, words: frozenset[str]) -> bool:
    """Whether the first word of a sentence is one of these; its beginning, in scripts without blanks."""
    start = text.lstrip("\"“„«‘'「『《(（¿¡").lower()
    if is_unspaced(text):
        return any(start.startswith(word) for word in words)
    first = re.match(r"[^\s,.;:،]+", start)
    return first is not None and first[0] in words
