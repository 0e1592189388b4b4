"""How many pairs may say that something is not known."""

from __future__ import annotations

import pytest

from generator.abstentions import Bound
from generator.recipes import load_recipe, plain_recipe
from generator.records import Pair

EXPERT = load_recipe("expert")


def pair(number, section="A", *, kind="basic", of="", article="Mills"):
    return Pair(
        id=f"{kind}{section}{number}", prompt=f"What of {number}?", completion="x", kind=kind,
        article=article, section=(section,), language="en", site="file", page_id=0, revision_id=0,
        url="", template="t@1", model="m", call="c", position=0, passage="p", of=of,
    )  # fmt: skip


def dataset(others, abstentions):
    basic = [pair(number, f"S{number % 40}") for number in range(others)]
    return [*basic, *(pair(n, f"S{n}", kind="abstain") for n in range(abstentions))]


@pytest.mark.parametrize(("others", "left"), [(0, 0), (11, 0), (12, 1), (100, 8), (500, 43)])
def test_no_more_than_eight_in_a_hundred_pairs_say_that_something_is_not_known(others, left):
    pairs = dataset(others, 60)
    beyond = Bound(EXPERT).beyond(pairs)
    assert len(pairs) - others - len(beyond) == left
    assert left <= 0.08 * (others + left)
    assert all(id.startswith("abstain") for id in beyond)


def test_wordings_make_no_room_for_more():
    pairs = dataset(12, 3)
    wordings = [pair(f"w{number}", of="basicS00") for number in range(500)]
    assert len(Bound(EXPERT).beyond([*pairs, *wordings])) == 2


def test_a_section_has_one_however_many_a_model_writes():
    many = [pair(number, "S1", kind="abstain") for number in range(5)]
    beyond = Bound(EXPERT).beyond([*dataset(200, 0), *many])
    assert beyond == {one.id for one in many[1:]}


def test_the_choice_looks_at_the_article_alone_and_at_no_order():
    pairs = dataset(100, 20)
    bound = Bound(EXPERT)
    assert bound.beyond(pairs) == bound.beyond(pairs[::-1])


@pytest.mark.parametrize(
    "recipe", [EXPERT.without_shares(), load_recipe("simple"), plain_recipe([])]
)
def test_a_recipe_that_wants_them_all_keeps_them_all(recipe):
    assert Bound(recipe).beyond(dataset(1, 20)) == set()
