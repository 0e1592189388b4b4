"""Which terms can be left blank, and which statements become questions: the cases are in data files."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from generator.chat.extractive.basic import apply_rules
from generator.chat.extractive.names import collect_names
from generator.chat.extractive.terms import find_terms
from generator.chat.extractive.wordings import MARK, find_wordings, list_languages

CASES = Path(__file__).parent / "extractive"


def _read(name: str, key: str) -> list[dict[str, object]]:
    table = tomllib.loads((CASES / name).read_text(encoding="utf-8"))
    return list(table[key])


@pytest.mark.parametrize(
    "case", _read("terms.toml", "sentence"), ids=lambda case: str(case["text"])
)
def test_terms_are_taken_whole_and_called_by_their_kind(case: dict[str, object]) -> None:
    text = str(case["text"])
    found = find_terms(text, find_wordings(str(case["language"])), collect_names([text]))
    assert [f"{term.kind}: {text[term.start : term.end]}" for term in found] == case["terms"]


@pytest.mark.parametrize(
    "case", _read("questions.toml", "case"), ids=lambda case: str(case["statement"])
)
def test_rules_make_questions_only_where_the_grammar_is_sure(case: dict[str, str]) -> None:
    before, _, rest = case["statement"].partition("[[")
    wanted, _, after = rest.partition("]]")
    wordings = find_wordings(case["language"])
    statement = before + wanted + after
    [term] = [
        one
        for one in find_terms(statement, wordings, frozenset())
        if statement[one.start : one.end] == wanted
    ]
    assert apply_rules(term, before + MARK + after, wordings) == case["question"]


def test_every_language_with_rules_has_a_case() -> None:
    tried = {case["language"] for case in _read("questions.toml", "case")}
    assert {code for code in list_languages() if find_wordings(code).rules} <= tried
