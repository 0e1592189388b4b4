"""How questions are worded: the table `wordings.toml`, one entry for each language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from generator.chat.extractive.scripts import name_script

BLANK = "____"
"""Stands in a statement for the term that is asked for."""

MARK = "\ue000"
"""Stands for that term while rules look at the statement; private use, so never in an article."""

OTHER = "other"
"""The entry for languages without one of their own."""

SENTENCE_START = "^"
"""Stands for the beginning of a sentence in `before_year`."""

_CLAUSE = r"[^;:()\[\]{}\"“”„«»。；：（）「」『』《》\n]*?"
_WORDS = r"[^,;:()\[\]{}\"“”„«»。，、；：（）「」『』《》\n]*?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Turns a statement that holds `MARK` into a question about it."""

    of: str
    """Kind of the missing term: `date` (with `day` and `year` in it), `number` or `name`."""
    find: re.Pattern[str]
    ask: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Wordings:
    """One language of the table; the head of `wordings.toml` says what each entry is for."""

    language: str
    topic: str
    topic_section: str
    asked: str = "{topic}: {question}"
    prompts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    months: frozenset[str] = frozenset()
    """In lower case."""
    before_year: frozenset[str] = frozenset()
    after_year: frozenset[str] = frozenset()
    leaning: frozenset[str] = frozenset()
    pronouns: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()
    between: str = ", "
    has_capital_nouns: bool = False

    def name_topic(self, title: str, section: tuple[str, ...]) -> str:
        """The subject as prompts name it: the title, and the section unless it is the lead."""
        if not section:
            return self.topic.format(title=title)
        return self.topic_section.format(title=title, section=self.between.join(section))


ALIASES = {"simple": "en"}
"""Wikis whose code is not that of their language."""


def find_wordings(language: str, passage: str = "") -> Wordings:
    """The entry for a MediaWiki language code, or that of its base (`pt-br`: `pt`).

    Where there is none, or the passage is in another script than the questions would be, it is the
    wordless entry: a wrong language code must not put Arabic questions to a Latin text.
    """
    codes = (language, language.split("-")[0], ALIASES.get(language, OTHER))
    found = _load(next((code for code in codes if code in _read_table()), OTHER))
    own, other = name_script("".join(found.prompts["overview"])), name_script(passage)
    return _load(OTHER) if own and other and own != other else found


def list_languages() -> list[str]:
    """Codes of the languages that have wordings of their own."""
    return sorted(set(_read_table()) - {OTHER})


@cache
def _read_table() -> dict[str, dict[str, object]]:
    text = resources.files(__package__).joinpath("wordings.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _load(language: str) -> Wordings:
    entry = _read_table()[language]
    prompts = {
        key: tuple(map(str, value))
        for key, value in entry.items()
        if isinstance(value, list) and key != "ask"
    }
    rules = entry.get("ask", [])
    assert isinstance(rules, list)
    macros = {name: str(entry.get(name, "")) for name in ("noun", "verb")}
    return Wordings(
        language=language,
        topic=str(entry["topic"]),
        topic_section=str(entry["topic_section"]),
        asked=str(entry.get("asked", "{topic}: {question}")),
        prompts=prompts,
        rules=tuple(
            Rule(of=rule["of"], find=_compile(rule["find"], macros), ask=rule["as"])
            for rule in rules
        ),
        months=_words(entry, "months"),
        before_year=_words(entry, "before_year"),
        after_year=_words(entry, "after_year"),
        leaning=_words(entry, "leaning"),
        pronouns=_words(entry, "pronouns"),
        articles=_words(entry, "articles"),
        between=str(entry.get("between", ", ")),
        has_capital_nouns=entry.get("nouns") == "capital",
    )


def _compile(find: str, macros: Mapping[str, str]) -> re.Pattern[str]:
    for name, pattern in {**macros, "term": MARK, "words": _WORDS, "clause": _CLAUSE}.items():
        find = find.replace(f"{{{name}}}", pattern)
    return re.compile(find)


def _words(entry: dict[str, object], key: str) -> frozenset[str]:
    return frozenset(str(entry.get(key, "")).lower().split())
