"""Questions with answers of a paragraph: stretches of the passage as they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from generator.chat.extractive.candidates import Candidate, Taste
from generator.chat.extractive.dates import find_year
from generator.chat.extractive.lists import find_list
from generator.chat.extractive.names import collect_names, is_cue
from generator.chat.extractive.prose import Paragraph, Prose
from generator.chat.extractive.request import Request
from generator.chat.extractive.scripts import visible
from generator.chat.extractive.terms import find_terms
from generator.chat.extractive.wordings import Wordings
from generator.records import count_words

TASTE = Taste(same_place=4.0, same_style=0.5, most_per_place=2)

MIN_WORDS, MAX_WORDS = 40, 250
"""Length of a detailed answer."""
FULL_WORDS = 80
"""A stretch that has so many words takes in no further paragraph."""
PIECE_WORDS = 150
"""Size of the pieces that a paragraph of more than `MAX_WORDS` is cut into."""
MAX_SENTENCE_CHARS = 5000
"""More than `MAX_WORDS` words have in any language."""
SHORT_WORDS = 20
"""A whole passage of fewer words is no answer to a question for details."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Neighbouring sentences of the passage, word for word."""

    start: int
    end: int
    words: int
    sentences: tuple[str, ...]
    is_own: bool
    """See `Paragraph.is_own`."""


def find_detailed(request: Request, prose: Prose, wordings: Wordings) -> list[Candidate]:
    """All long pairs that a passage gives."""
    stretches = find_stretches(prose)
    names = collect_names([one for stretch in stretches for one in stretch.sentences])
    found: list[Candidate] = []
    for place, stretch in enumerate(stretches):
        section = request.section if stretch.is_own else ()
        asker = _Asker(
            stretch=stretch, place=place, topic=wordings.name_topic(request.title, section),
            prose=prose, wordings=wordings,
        )  # fmt: skip
        if place == 0 and request.is_opening and stretch.start == prose.paragraphs[0].start:
            found.append(asker.make("overview", blank="overview", worth=10.0))
        # Of a lone stretch the overview has said everything already.
        if len(stretches) > 1:
            found += _ask_by_terms(asker, names)
        found += _continue(asker)
    found += find_list(request, prose, wordings, most=MAX_WORDS, least=MIN_WORDS)
    return [one for one in found if one.style in wordings.prompts]


def find_stretches(prose: Prose) -> list[Stretch]:
    """The passage in stretches of `MIN_WORDS` to `MAX_WORDS`, cut between paragraphs where possible."""
    pieces = [piece for paragraph in prose.paragraphs for piece in _cut(paragraph)]
    stretches: list[Stretch] = []
    for piece in pieces:
        last = stretches[-1] if stretches else None
        if (
            last
            and (last.words < FULL_WORDS or piece.words < MIN_WORDS)
            and last.words + piece.words <= MAX_WORDS
            and not prose.text[last.end : piece.start].strip()
        ):
            stretches[-1] = Stretch(
                start=last.start, end=piece.end, words=last.words + piece.words,
                sentences=last.sentences + piece.sentences, is_own=last.is_own,
            )  # fmt: skip
        else:
            stretches.append(piece)
    stretches = [one for one in stretches if not _JUNK.search(prose.text, one.start, one.end)]
    long = [one for one in stretches if MIN_WORDS <= one.words <= MAX_WORDS]
    if not long and len(stretches) == 1 and SHORT_WORDS <= stretches[0].words <= MAX_WORDS:
        return stretches
    return long


_JUNK = re.compile(r"[{}|\\]|\[\[|\]\]|</?\w|https?:")


def _cut(paragraph: Paragraph) -> Iterator[Stretch]:
    """A paragraph, whole or in groups of its sentences."""
    lengths = [_count(sentence) for sentence in paragraph.sentences]
    size = PIECE_WORDS if sum(lengths) > MAX_WORDS else MAX_WORDS
    group: list[str] = []
    start = end = at = 0
    words = 0
    for sentence, length in zip(paragraph.sentences, lengths, strict=True):
        at = paragraph.text.find(sentence, end)
        if group and words + length > size:
            yield _stretch(paragraph, start, end, words, group)
            group, words = [], 0
        if not group:
            start = at
        group.append(sentence)
        words += length
        end = at + len(sentence)
    if group:
        yield _stretch(paragraph, start, end, words, group)


def _count(sentence: str) -> int:
    """Length in words; what is too long for any answer is not counted."""
    return count_words(sentence) if len(sentence) < MAX_SENTENCE_CHARS else MAX_WORDS + 1


def _stretch(paragraph: Paragraph, start: int, end: int, words: int, group: list[str]) -> Stretch:
    return Stretch(
        start=paragraph.start + start, end=paragraph.start + end, words=words,
        sentences=tuple(group), is_own=paragraph.is_own,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asker:
    """One stretch with what is needed to ask about it."""

    stretch: Stretch
    place: int
    topic: str
    prose: Prose
    wordings: Wordings

    @property
    def text(self) -> str:
        return self.prose.text[self.stretch.start : self.stretch.end]

    def make(
        self, style: str, *, blank: str, worth: float, completion: str = "", **slots: str
    ) -> Candidate:
        """A candidate; the whole stretch answers it unless something else does."""
        return Candidate(
            style=style, topic=self.topic, place=self.place, blank=blank, worth=worth,
            completion=completion or self.text, slots=slots,
        )  # fmt: skip


def _ask_by_terms(asker: _Asker, names: frozenset[str]) -> Iterator[Candidate]:
    """The stretch by a year or a name that the passage has only there; near its beginning is best."""
    whole, text = asker.prose.text, asker.text
    for number, sentence in enumerate(asker.stretch.sentences):
        worth = 6.0 - 0.5 * number
        for term in find_terms(sentence, asker.wordings, names):
            cue, year = sentence[term.start : term.end], find_year(term, sentence)
            if year and whole.count(year) == text.count(year):
                yield asker.make("about_year", blank=f"about {year}", worth=worth, year=year)
            elif (
                is_cue(term, sentence, asker.wordings)
                and whole.count(cue) == text.count(cue)
                and not visible(cue, asker.topic)
            ):
                yield asker.make("about_name", blank=f"about {cue}", worth=worth, name=cue)


def _continue(asker: _Asker) -> Iterator[Candidate]:
    """The rest of a stretch by its first sentence."""
    first = asker.stretch.sentences[0]
    rest = asker.text[len(first) :].strip()
    if MIN_WORDS <= count_words(rest) and count_words(first) <= MIN_WORDS:
        yield asker.make(
            "continue", blank=f"after {first}", worth=4.5, completion=rest, beginning=first
        )
