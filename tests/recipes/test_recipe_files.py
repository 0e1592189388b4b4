from __future__ import annotations

import pytest

from generator.errors import Misconfigured
from generator.recipes import find_recipe, list_recipes, load_recipe, plain_recipe, read_recipe

FACTS = '[[step]]\nprompt = "facts"\ngives = "facts"\n'


def test_shipped_recipes_can_be_read_and_say_what_they_are():
    recipes = [load_recipe(name) for name, _ in list_recipes()]
    assert {one.name for one in recipes} == {"simple", "expert", "light", "deep"}
    assert all(one.description for one in recipes)


def test_the_simple_recipe_is_the_two_prompt_files_each_once():
    simple = load_recipe("simple")
    plain = plain_recipe(simple.templates)
    assert [step.name for step in simple.steps] == ["detailed", "basic"]
    assert list(simple.steps) == list(plain.steps)


def test_the_chain_of_a_step_is_all_that_comes_of_it():
    expert = load_recipe("expert")
    chain = [step.name for step in expert.chain(expert.steps[0])]
    assert chain == ["facts", "more-facts", "basic", "detailed", "reverse", "abstain", "wording"]
    assert [step.name for step in expert.first()] == ["facts", "link"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there is no [[step]]"),
        ("step = 3", "step"),
        ("[[step]", "no TOML"),
        ('[[step]]\nprompt = "basik"', "step 'basik': no prompt file named 'basik'; did you mean 'basic'?"),
        ('[[step]]\nprompt = "basic"\nafer = "facts"', "unknown setting 'afer'; did you mean 'after'?"),
        ('[[step]]\nname = "x"', "step 'x': there is no 'prompt'"),
        ('[[step]]\nprompt = "basic"\nafter = "fact"', "no step 'fact' before it"),
        (FACTS + '[[step]]\nprompt = "basic"\nafter = "fact"', "did you mean 'facts'?"),
        (FACTS + FACTS, "two steps are named 'facts'"),
        ('[[step]]\nprompt = "basic"\nper = "fact"', "needs facts"),
        ('[[step]]\nprompt = "basic"\nper = "words"', "needs words = N"),
        ('[[step]]\nprompt = "basic"\nat_least = 9\nat_most = 3', "more than at_most"),
        ('[[step]]\nprompt = "basic"\ncount = "many"', "count:"),
        ('[[step]]\nprompt = "wording"\ngives = "wordings"\nper = "pair"', "wordings of what?"),
        (FACTS + '[[step]]\nprompt = "wording"\ngives = "wordings"\nper = "pair"\nafter = "facts"',
         "only pairs can be reworded"),
        ('[[step]]\nprompt = "basic"\n[[step]]\nprompt = "detailed"\nafter = "basic"', "lists no facts"),
        ('[[step]]\nprompt = "../basic"', "prompt:"),
    ],
)  # fmt: skip
def test_a_recipe_that_cannot_be_used_says_what_is_wrong_and_where(text, said):
    with pytest.raises(Misconfigured) as caught:
        read_recipe(text, name="mine")
    assert str(caught.value).startswith("recipe 'mine': ")
    assert said in str(caught.value)


def test_an_unknown_name_is_told_with_the_nearest():
    with pytest.raises(Misconfigured, match=r"no recipe named 'exprt'; did you mean 'expert'\?"):
        find_recipe("exprt")


def test_a_recipe_of_ones_own_stands_before_a_shipped_one_and_may_be_a_path(tmp_path):
    folder = tmp_path / "recipes"
    folder.mkdir()
    mine = folder / "expert.toml"
    mine.write_text('description = "Mine"\n[[step]]\nprompt = "basic"\n', encoding="utf-8")
    assert load_recipe("expert", tmp_path).description == "Mine"
    assert load_recipe(str(mine)).description == "Mine"


def test_amounts_grow_with_the_section_between_floor_and_cap():
    expert = load_recipe("expert")
    detailed = next(step for step in expert.steps if step.name == "detailed")
    assert [detailed.count(words) for words in (10, 120, 121, 900, 9000)] == [1, 1, 2, 8, 8]
