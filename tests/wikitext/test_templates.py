"""The registry of templates, and the tables in it."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest

from generator.wikitext import clean
from generator.wikitext.templates import Use, registry, show, template
from generator.wikitext.templates.units import DEFAULT_TARGETS, UNITS, Unit, convert


@pytest.fixture(autouse=True)
def _own_entries_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_HANDLERS", dict(registry._HANDLERS))
    monkeypatch.setattr(registry, "_FAMILIES", dict(registry._FAMILIES))


def shown(wikitext: str, language: str = "en") -> str:
    return " ".join(clean(wikitext, language=language).text.split())


def test_a_template_is_added_in_a_line() -> None:
    show("{name|1}[ (since {2}[, {3}])]", "keeper")
    assert shown("{{keeper|Ek}}") == "Ek"
    assert shown("{{Keeper|Ek|1902}}") == "Ek (since 1902)"
    assert shown("{{keeper| name = Brandt |Ek|1902|1910}}") == "Brandt (since 1902, 1910)"
    assert shown("a {{keeper}} b") == "a b"


def test_a_template_can_compute() -> None:
    @template("watch sum")
    def watch_sum(use: Use) -> str:
        return str(sum(int(text) for text in use.positional))

    assert shown("{{watch sum|2|{{watch sum|3|4}}}} hours") == "9 hours"
    assert shown("a {{watch sum|two}} b") == "a b", "what it cannot work with shows nothing"


def test_a_language_has_its_own_entry_first_then_that_of_its_fallbacks() -> None:
    show("{1} (en)", "watch")
    show("{1} (de)", "watch", language="de")
    assert shown("{{watch|a}}") == "a (en)"
    assert shown("{{watch|a}}", "de") == shown("{{watch|a}}", "bar") == "a (de)"
    assert shown("{{watch|a}}", "fr") == "a (en)"


def test_a_family_is_known_by_the_beginning_of_its_names() -> None:
    show("{1}!", "watch-*")
    assert shown("{{watch-night|a}} {{Watch-day|b}}") == "a! b!"


def test_names_are_compared_without_case_underscores_and_namespace() -> None:
    show("{1}", "night watch")
    assert shown("{{Night_watch|a}} {{Template:night  watch|b}}") == "a b"
    assert shown("{{Vorlage:Night watch|c}}", "de") == "c"


@pytest.mark.parametrize("code", DEFAULT_TARGETS)
def test_a_default_target_measures_the_same_kind(code: str) -> None:
    assert UNITS[code].kind == UNITS[DEFAULT_TARGETS[code]].kind


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        ("5", "km", "mi", "3.1"),
        ("100", "mi", "km", "160"),
        ("1", "in", "mm", "25"),
        ("30", "C", "F", "86"),
        ("-40", "C", "F", "-40"),
        ("12.5", "kg", "lb", "27.6"),
        ("0", "m", "ft", "0"),
        ("1500", "m", "ft", "4900"),
    ],
)
def test_conversions_are_as_precise_as_their_operand(
    value: str, source: str, target: str, expected: str
) -> None:
    assert convert(Decimal(value), UNITS[source], UNITS[target]) == Decimal(expected)


@pytest.mark.parametrize("unit", dict.fromkeys(UNITS.values()), ids=lambda unit: unit.symbol)
def test_a_unit_has_names_and_a_size(unit: Unit) -> None:
    assert unit.singular
    assert unit.plural
    assert unit.symbol
    assert math.isfinite(unit.scale)
    assert unit.scale > 0
