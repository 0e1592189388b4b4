"""Which sections a step is about that may only make a share of a dataset."""

from __future__ import annotations

from dataclasses import replace

import pytest

from generator.engine.foresight import foresee
from generator.engine.plan import Asking, plan_calls
from generator.engine.shares import find_spared
from generator.recipes import load_recipe
from generator.records import Passage

EXPERT = load_recipe("expert")
ASKING = Asking(model="m", templates=EXPERT.templates, recipe=EXPERT)


def passage(section, words=120, **given):
    return Passage(article="Mills", section=(section,), text="mill " * words, **given)


def chosen(passages, recipe=EXPERT):
    spared = find_spared(passages, recipe)
    return [one for one in passages if "abstain" not in spared.get(one.id, ())]


@pytest.mark.parametrize("sections", [1, 2, 5, 20, 81])
def test_abstentions_are_planned_for_a_twentieth_of_the_facts_to_be_expected(sections):
    passages = [passage(f"S{number}") for number in range(sections)]
    found = chosen(passages)
    assert len(found) <= 0.05 * 12 * sections
    assert len(found) == int(0.05 * 12 * sections)


def test_the_choice_is_the_same_for_the_same_sections_in_any_order_and_of_any_text():
    passages = [passage(f"S{number}") for number in range(20)]
    found = {one.section for one in chosen(passages)}
    assert {one.section for one in chosen(passages[::-1])} == found
    longer = [replace(one, text=one.text + "stone") for one in passages]
    assert {one.section for one in chosen(longer)} == found
    assert found != {one.section for one in passages[: len(found)]}


def test_a_section_in_parts_is_asked_about_once_and_short_ones_never():
    parts = [passage("Long", 900, part=part, parts=3) for part in (1, 2, 3)]
    short = [passage(f"Short {number}", 50) for number in range(20)]
    [one] = chosen([*parts, *short])
    assert one.section == ("Long",)


def test_a_passage_that_is_spared_is_not_asked_nor_expected_to_be():
    passages = [passage(f"S{number}") for number in range(20)]
    asked = {
        one.passage.section
        for first in plan_calls(passages, ASKING)
        for one in foresee(first)
        if one.step_name == "abstain"
    }
    assert asked == {one.section for one in chosen(passages)}


def test_a_recipe_that_names_no_share_asks_about_every_section():
    passages = [passage(f"S{number}") for number in range(20)]
    assert chosen(passages, EXPERT.without_shares()) == passages
    assert find_spared(passages, EXPERT.without_shares()) == {}
