"""Short questions about single facts: blanks, direct questions, and sentences by their year or name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from generator.chat.extractive.candidates import Candidate, Taste
from generator.chat.extractive.dates import find_year
from generator.chat.extractive.lists import find_list
from generator.chat.extractive.names import collect_names, is_cue
from generator.chat.extractive.prose import Prose, Statement, find_statements, opens_with
from generator.chat.extractive.request import Request
from generator.chat.extractive.scripts import is_unspaced, visible
from generator.chat.extractive.term import Term
from generator.chat.extractive.terms import find_terms
from generator.chat.extractive.wordings import BLANK, MARK, Wordings
from generator.records import count_words

TASTE = Taste(same_place=2.5, same_style=0.6, most_per_place=3)

MAX_ANSWER_WORDS = 60
MAX_TERM_WORDS = 3
"""In words between blanks. Longer terms are not answers: without a closing mark they look cut off."""
MAX_BLANK = 0.4
"""Share of a statement that a blank may take: there must be something left to go by."""
MIN_FINISH_WORDS = 10
"""Half of a shorter sentence says too little of what the other half is."""
MAX_RULE_CHARS = 160
"""Longer statements are not turned into questions: their grammar is rarely simple."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asker:
    """One statement with what is needed to ask about it."""

    statement: Statement
    place: int
    topic: str
    prose: Prose
    wordings: Wordings

    def make(
        self, style: str, *, blank: str, worth: float, completion: str, **slots: str
    ) -> Candidate:
        """A candidate; one about a subject that is only meant is worth less."""
        return Candidate(
            style=style, topic=self.topic, place=self.place, blank=blank,
            worth=worth - (0.0 if self.statement.is_clear else 2.0),
            completion=completion, slots=slots,
        )  # fmt: skip


def find_basic(request: Request, prose: Prose, wordings: Wordings) -> list[Candidate]:
    """All short pairs that a passage gives, far more than wanted."""
    statements = find_statements(prose, wordings, request.title)
    names = collect_names([one for paragraph in prose.paragraphs for one in paragraph.sentences])
    found: list[Candidate] = []
    for place, statement in enumerate(statements):
        section = request.section if statement.is_own else ()
        topic = wordings.name_topic(request.title, section)
        asker = _Asker(
            statement=statement, place=place, topic=topic, prose=prose, wordings=wordings
        )
        asked: list[Candidate] = []
        for term in find_terms(statement.text, wordings, names):
            asked += _ask_for(term, asker)
            asked += _ask_by(term, asker)
        found += asked or _finish(asker)
        if place == 0 and request.is_opening and statement.text == _first_sentence(prose):
            found += _open(asker, request)
    found += find_list(request, prose, wordings, most=MAX_ANSWER_WORDS)
    return [
        one
        for one in found
        if (one.style in wordings.prompts or one.style == "asked")
        and count_words(one.completion) <= MAX_ANSWER_WORDS
    ]


def _ask_for(term: Term, asker: _Asker) -> Iterator[Candidate]:
    """The term itself: by a direct question, alone, or in its sentence."""
    sentence = asker.statement.text
    text, before, after = (
        sentence[term.start : term.end],
        sentence[: term.start],
        sentence[term.end :],
    )
    if len(text) > MAX_BLANK * len(sentence) or visible(text, f"{asker.topic} {before} {after}"):
        return
    worth = term.worth - 0.03 * asker.statement.words
    blank, filled = text.casefold(), before + BLANK + after
    question = apply_rules(term, before + MARK + after, asker.wordings)
    is_short = len(text.split()) <= MAX_TERM_WORDS
    if question:
        answer = text if is_short else sentence
        yield asker.make(
            "asked", blank=blank, worth=worth + 2.0, completion=answer, question=question
        )
    if is_short:
        style = "date" if term.kind == "day" else term.kind
        yield asker.make(style, blank=blank, worth=worth, completion=text, statement=filled)
    yield asker.make(
        "complete", blank=blank, worth=worth + 0.3, completion=sentence, statement=filled
    )


def _ask_by(term: Term, asker: _Asker) -> Iterator[Candidate]:
    """The other direction: the sentence, by a year or a name that the passage has only there."""
    sentence, passage = asker.statement.text, asker.prose.text
    text, year = sentence[term.start : term.end], find_year(term, sentence)
    if year and passage.count(year) == 1:
        yield asker.make(
            "about_year", blank=f"about {year}", worth=3.4, completion=sentence, year=year
        )
    if (
        is_cue(term, sentence, asker.wordings)
        and passage.count(text) == 1
        and not visible(text, asker.topic)
    ):
        yield asker.make(
            "about_name", blank=f"about {text}", worth=3.4, completion=sentence, name=text
        )


def apply_rules(term: Term, statement: str, wordings: Wordings) -> str:
    """The statement as a question, where a rule of the language fits it; else empty."""
    is_date = term.kind in {"day", "date", "year"}
    # A second year makes a second statement, which the question would not ask about.
    if len(statement) > MAX_RULE_CHARS or (is_date and re.search(r"\d{4}", statement)):
        return ""
    kinds = {term.kind, "date"} if is_date else {term.kind}
    for rule in wordings.rules:
        match = rule.find.match(statement) if rule.of in kinds else None
        groups = match.groupdict(default="") if match else {}
        # A part that leans on the sentence before ("this figure") asks about something unknown.
        if match and not any(opens_with(part, wordings.leaning) for part in groups.values()):
            parts = {name: _lower_first(text, wordings) for name, text in groups.items()}
            question = re.sub(r"\s+", " ", rule.ask.format(**parts)).strip()
            return question[0].upper() + question[1:]
    return ""


def _lower_first(text: str, wordings: Wordings) -> str:
    first = text.split(" ", 1)[0]
    return text[0].lower() + text[1:] if first.lower() in wordings.articles else text


def _finish(asker: _Asker) -> Iterator[Candidate]:
    """The second half of a sentence, for those without numbers or names."""
    text = asker.statement.text
    cut = _find_middle(text)
    if not cut or not asker.statement.is_clear or asker.statement.words < MIN_FINISH_WORDS:
        return
    if "complete" in asker.wordings.prompts:
        style, completion = "complete", text
    else:
        style, completion = "term", text[cut:]
    yield asker.make(
        style, blank=text[cut:], worth=1.0, completion=completion, statement=text[:cut] + BLANK
    )


_BRACKETS = (("(", ")"), ("（", "）"), ("«", "»"), ("「", "」"), ("『", "』"), ("[", "]"))


def _find_middle(text: str) -> int:
    """Where to cut a sentence: the blank or comma nearest to its middle; 0 where there is none."""
    # In Japanese a comma behind Kana ends a clause; behind Han it may be one of a list.
    marks = r"，|(?<=[ぁ-ゖ])、|\s" if is_unspaced(text) else r"\s"
    cuts = [
        match.end()
        for match in re.finditer(marks, text)
        if all(
            text.count(left, 0, match.end()) == text.count(right, 0, match.end())
            for left, right in _BRACKETS
        )
    ]
    half = len(text) // 2
    best = min(cuts, key=lambda cut: abs(cut - half), default=0)
    return best if 0.3 * len(text) < best < 0.75 * len(text) else 0


def _first_sentence(prose: Prose) -> str:
    return next((one for paragraph in prose.paragraphs for one in paragraph.sentences), "")


def _open(asker: _Asker, request: Request) -> Iterator[Candidate]:
    """The opening sentence: of the lead it says what the subject is."""
    sentence = asker.statement.text
    title = re.sub(r"\s*[(（].*", "", request.title) or request.title
    head = sentence[: 60 + len(title)].casefold()
    is_definition = all(word in head for word in title.casefold().split())
    if is_definition and not request.section:
        yield asker.make("describe", blank="opening", worth=7.0, completion=sentence)
    else:
        yield asker.make("brief", blank="opening", worth=3.5, completion=sentence)
