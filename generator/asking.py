"""What a configuration asks a model for: the steps of its recipe, or prompt files by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from generator.config import EXPERT, SIMPLE, BuildConfig
from generator.engine.plan import Asking, Planned, plan_calls
from generator.errors import BadTemplate, Misconfigured
from generator.prompts import (
    Template,
    find_templates,
    list_templates,
    read_template,
    shipped_folder,
)
from generator.recipes import Recipe, list_recipes, load_recipe


def asking_of(config: BuildConfig) -> Asking:
    """What a build asks.

    Raises:
        Misconfigured: a recipe that cannot be used, or not with the other options.
        BadTemplate: a prompt file that cannot be used.
    """
    if config.used_recipe is None:
        templates = find_templates(config.templates, folder=config.prompts)
        return Asking(model=config.model, templates=templates)
    recipe = load_recipe(config.used_recipe, config.prompts)
    if recipe.lists_facts:
        _check_facts(config, recipe)
    return _asking(config, recipe)


def simple_asking_of(config: BuildConfig) -> Asking:
    """What the same build would ask with the recipe that takes the fewest calls.

    Raises:
        Misconfigured, BadTemplate: as `asking_of`.
    """
    return _asking(config, load_recipe(SIMPLE, config.prompts))


def asking_with(template: Template, config: BuildConfig, *, goes_on: bool = False) -> Asking:
    """One prompt file, after the steps of the recipe whose replies it needs.

    A prompt file that the recipe does not use is asked by itself.

    Args:
        template: takes the place of the recipe's own of the same name.
        config: says which recipe and which model.
        goes_on: whether what comes of a list of facts is asked as well.

    Raises:
        Misconfigured, BadTemplate: the recipe cannot be used.
    """
    if config.used_recipe is not None and not config.is_extractive:
        recipe = load_recipe(config.used_recipe, config.prompts).with_template(template)
        steps = [step for step in recipe.steps if step.template is template]
        if goes_on and any(step.gives == "facts" for step in steps):
            return _asking(config, recipe)
        if steps:
            return _asking(config, recipe.leading_to(steps))
    return Asking(model=config.model, templates=[template])


def unused_prompts(config: BuildConfig, asking: Asking) -> Iterator[str]:
    """A sentence for each prompt file of the user's own that the usual recipe leaves aside.

    Whoever has named a recipe or prompt files knows what is used.
    """
    if not config.has_usual_recipe or config.is_extractive:
        return
    used = {template.name for template in asking.templates}
    for name, path in list_templates(config.prompts):
        others = recipes_with(name, config.prompts)
        if name not in used and others and _is_own(path):
            yield (
                f"{path} is not used: recipe {asking.steps.name!r} is the default and does without; "
                f"--recipe {others[0]} uses it"
            )


def _is_own(path: Path) -> bool:
    """Whether a prompt file says something else than the one that comes with Loremill."""
    shipped = shipped_folder() / path.name
    try:
        return not shipped.is_file() or read_template(path).digest != read_template(shipped).digest
    except BadTemplate:
        return False


def recipes_with(name: str, folder: Path | None = None) -> list[str]:
    """The recipes that use a prompt file of this name, the usual one first; those alone that can be used."""
    found = []
    for recipe, path in list_recipes(folder):
        with suppress(Misconfigured, BadTemplate):
            if any(one.name == name for one in load_recipe(str(path), folder).templates):
                found.append(recipe)
    return sorted(found, key=lambda one: (one != EXPERT, one != SIMPLE, one))


def asked_otherwise(planned: Iterable[Planned], asking: Asking) -> Iterator[Planned]:
    """The calls about the same passages of one article by another recipe."""
    listed = list(planned)
    passages = {one.passage.id: one.passage for one in listed}
    return plan_calls(passages.values(), asking, source=listed[0].source if listed else "")


def everywhere(asking: Asking) -> Asking:
    """The same on every passage that is long enough, whatever share of a dataset a step may make."""
    return replace(asking, recipe=asking.steps.without_shares())


def _asking(config: BuildConfig, recipe: Recipe) -> Asking:
    return Asking(model=config.model, templates=recipe.templates, recipe=recipe)


def _check_facts(config: BuildConfig, recipe: Recipe) -> None:
    if config.is_extractive:
        raise Misconfigured(
            f"recipe {recipe.name!r} lists facts, which the built-in writer cannot: name a "
            "--model, or take --recipe simple"
        )
    if config.says_shares:
        usual = ", which is the default," if config.has_usual_recipe else ""
        raise Misconfigured(
            f"--split shares sections out among train, validation and test; recipe {recipe.name!r}"
            f"{usual} holds out wordings and sections instead: leave --split out, or take "
            "--recipe simple"
        )
