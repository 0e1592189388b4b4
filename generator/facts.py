"""Facts: what a model says a passage tells, each with a quote that is really there. Pure.

A model answers with one JSON object a line: `fact`, its `subject`, a verbatim `quote`, and a `name`
where the fact belongs to one name alone. Nothing of it is believed that the passage does not bear out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from generator.digests import digest
from generator.records import Defect, count_words
from generator.replies.findings import defect
from generator.replies.objects import Members, Value
from generator.replies.scan import find_pieces
from generator.replies.unwrap import unwrap

MOST_FACTS = 80
"""Of one passage. One fact in ten words is usual, and passages have 900 words at most by default."""
MOST_WORDS = 80
"""Of a statement or a quote; longer ones are no single fact."""
MOST_CHARACTERS = 600
"""Of either."""
MOST_NAME = 12
"""Words of a name."""
LEAST_QUOTE = 8
"""Characters of a quote that shows something; one of Han or Kana may have half as many."""

REASONS: Final = {
    "no_statement": "the line has no fact in it, or a text of hundreds of words",
    "markup_in_fact": "the fact holds tags, templates or control characters that the passage has not",
    "no_subject": "the subject is not named, or the statement does not name it",
    "no_quote": "no quote is given, or one of a few letters",
    "quote_not_found": "the quote does not stand in the passage",
    "repeated_fact": "the same was listed before",
    "too_many_facts": "the list is longer than any passage bears",
}
"""Why a fact is left out -> what it means."""

_STATEMENT = ("fact", "statement", "claim")
_SUBJECT = ("subject", "about", "entity")
_QUOTE = ("quote", "evidence", "source", "span")
_NAME = ("name", "answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that a passage tells."""

    statement: str
    """A sentence that can be understood without the passage."""
    subject: str
    """What it is about, by name."""
    quote: str
    """Words of the passage that bear it out."""
    name: str = ""
    """The one name that it belongs to, so that it can be asked for; empty where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What one reply lists."""

    facts: tuple[Fact, ...] = ()
    """Those that hold, without those that were known before."""
    defects: tuple[Defect, ...] = ()
    """Those that are left out, and why; see `REASONS`."""


def read_facts(text: str, passage: str, *, known: Iterable[Fact] = ()) -> Listed:
    """The facts in a reply whose quote stands in the passage; names those that are left out.

    Never raises, whatever the text. An object that was cut is no fact.

    Args:
        text: the message of the reply.
        passage: the text that was sent.
        known: facts that were listed before.
    """
    seen = {_key(fact.statement) for fact in known}
    most = MOST_FACTS - len(seen)
    folded = fold(passage)
    facts: list[Fact] = []
    defects: list[Defect] = []
    for record in _records(unwrap(text).text):
        fact = _fact(record)
        reason = _fault(fact, folded)
        if not reason and _key(fact.statement) in seen:
            reason = "repeated_fact"
        if not reason and len(facts) >= most:
            reason = "too_many_facts"
        if reason:
            defects.append(defect(reason, fact.statement or fact.quote))
        else:
            seen.add(_key(fact.statement))
            facts.append(_with_name(fact, folded))
    return Listed(facts=tuple(facts), defects=tuple(defects))


def fact_id(source: str, section: tuple[str, ...], fact: Fact) -> str:
    """Identity of a fact: the article whatever its revision, the section, and what it says."""
    return digest([source, list(section), _key(fact.statement)])


def is_quoted(quote: str, passage: str) -> bool:
    """Whether a quote stands in a passage, but for blanks, kinds of quotation marks and capitals."""
    folded = _core(quote)
    return bool(folded) and folded in fold(passage)


def named(facts: Iterable[Fact], *, most: int) -> tuple[Fact, ...]:
    """Facts that belong to one name alone: each name once before any comes again.

    A name of which most of the facts are is the subject of the section, and asked for like others.
    """
    with_name = [fact for fact in facts if fact.name]
    turn: dict[str, int] = {}
    ordered = []
    for place, fact in enumerate(with_name):
        key = fold(fact.name)
        turn[key] = turn.get(key, 0) + 1
        ordered.append((turn[key], place, fact))
    chosen = sorted(ordered, key=lambda one: one[:2])[:most]
    return tuple(fact for _, _, fact in sorted(chosen, key=lambda one: one[1]))


@lru_cache(maxsize=64)
def fold(text: str) -> str:
    """A text without what copying changes: blanks, kinds of quotation marks and dashes, capitals."""
    text = unicodedata.normalize("NFKC", text).translate(_SAME)
    return " ".join(text.casefold().split())


# Inside -----------------------------------------------------------------------------------------

_SAME = {
    **dict.fromkeys(map(ord, "“”„‟«»‹›″＂"), '"'),
    **dict.fromkeys(map(ord, "‘’‚‛′`´"), "'"),
    **dict.fromkeys(map(ord, "‐‑‒–—―−"), "-"),
    **dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")),
}
_FRAME = " \t\"'.…,;:"
_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_WORD = re.compile(r"\w+")
_DATE = re.compile(r"^\d|\d{3}")


def _core(quote: str) -> str:
    """A quote without what stands around it; models add quotation marks and full stops."""
    return fold(quote).strip(_FRAME)


def _key(statement: str) -> str:
    return fold(statement).strip(_FRAME)


def _records(text: str) -> Iterator[Mapping[str, Value]]:
    """Every object in a text that may be a fact, in order."""
    for piece in find_pieces(text):
        if not piece.failure and (piece.is_json or piece.is_whole):
            yield from _objects(piece.value, depth=6)


def _objects(value: Value, depth: int) -> Iterator[Mapping[str, Value]]:
    if isinstance(value, Members):
        value = dict(value.items)
    if isinstance(value, dict):
        known = {str(key).strip().casefold(): one for key, one in value.items()}
        if any(name in known for name in _STATEMENT) and not _is_list(known):
            yield known
        elif depth:
            for one in value.values():
                yield from _objects(one, depth - 1)
    elif isinstance(value, list) and depth:
        for one in value:
            yield from _objects(one, depth - 1)


def _is_list(known: Mapping[str, Value]) -> bool:
    return any(isinstance(known.get(name), (list, dict, Members)) for name in _STATEMENT)


def _fact(record: Mapping[str, Value]) -> Fact:
    return Fact(
        statement=_text(record, _STATEMENT),
        subject=_text(record, _SUBJECT),
        quote=_text(record, _QUOTE),
        name=_text(record, _NAME),
    )


def _text(record: Mapping[str, Value], names: Iterable[str]) -> str:
    """One line of text that can be stored; empty where there is none."""
    for name in names:
        value = record.get(name)
        if isinstance(value, str):
            return " ".join(value.encode("utf-8", "ignore").decode("utf-8").split())
    return ""


def _fault(fact: Fact, passage: str) -> str:
    if not fact.statement or _is_long(fact.statement):
        return "no_statement"
    if any(mark not in passage for mark in _MARKUP.findall(fact.statement)):
        return "markup_in_fact"
    if not _names(fact.statement, fact.subject):
        return "no_subject"
    core = _core(fact.quote)
    least = LEAST_QUOTE // 2 if _UNSPACED.search(core) else LEAST_QUOTE
    if len(core) < least or _is_long(core):
        return "no_quote"
    return "" if core in passage else "quote_not_found"


_MARKUP = re.compile(r"[<>]|\{\{|\[\[|```|[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def _is_long(text: str) -> bool:
    return len(text) > MOST_CHARACTERS or count_words(text) > MOST_WORDS


_PRONOUNS: Final = frozenset(
    """he she it they this that these those the a an his her its their who which er sie es
    dies diese dieser dieses il elle ils elles ce cette él ella ellos esto он она оно они это
    o ona ono lui lei essi ele ela 彼 彼女 それ これ هو هي هم هذا هذه""".split()
)


def _names(statement: str, subject: str) -> bool:
    """Whether a statement names its subject: a word of it, but for its ending, is no pronoun."""
    folded = fold(statement)
    words = [word for word in _WORD.findall(fold(subject)) if word not in _PRONOUNS]
    # Endings differ: Händel, Händels. Scripts without blanks have no words to be cut.
    return any(word[: max(4, len(word) - 3)] in folded for word in words)


def _with_name(fact: Fact, passage: str) -> Fact:
    """The fact, with its name where that is one: in the statement, in the passage, and not all of it."""
    name = fold(fact.name)
    is_one = (
        1 < len(name)
        and count_words(name) <= MOST_NAME
        and name in fold(fact.statement)
        and name in passage
        and 2 * len(name) < len(fact.statement)
        and not _DATE.search(name)
        # Names have a capital, in scripts that have capitals.
        and (fact.name != fact.name.lower() or fact.name == fact.name.upper())
    )
    name = fact.name if is_one else ""
    return Fact(statement=fact.statement, subject=fact.subject, quote=fact.quote, name=name)
