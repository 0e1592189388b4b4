"""Recipes: which prompt files are used on a passage, in which order, and for how many pairs each.

A recipe is a small TOML file. Its `[[step]]` tables name prompt files; a step that comes `after`
another is given what the replies to that one say.
"""

from __future__ import annotations

from generator.recipes.files import (
    RECIPES,
    find_recipe,
    list_recipes,
    load_recipe,
    read_recipe,
)
from generator.recipes.recipe import Amount, Gives, Per, Recipe, Step, plain_recipe

__all__ = [
    "RECIPES", "Amount", "Gives", "Per", "Recipe", "Step", "find_recipe", "list_recipes",
    "load_recipe", "plain_recipe", "read_recipe",
]  # fmt: skip
