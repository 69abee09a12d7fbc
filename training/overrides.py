"""Changes single settings of a recipe from the command line: `--set epochs=50`."""

import argparse
from collections.abc import Mapping
from dataclasses import fields, replace
from difflib import get_close_matches
from typing import Any, TypeVar

from training.recipe import STORED_NAMES, Augmentation, Recipe, RecipeError
from training.recipes import RECIPES

# These make a recipe another recipe, so they cannot be set.
_FIXED = ("name", "backbone", "augmentation")

_NEW_NAMES = {stored: name for name, stored in STORED_NAMES.items()}

Settings = TypeVar("Settings", Recipe, Augmentation)


def add_recipe_options(parser: argparse.ArgumentParser) -> None:
    """Adds `--recipe` and `--set` to a command."""
    parser.add_argument(
        "--recipe",
        choices=sorted(RECIPES),
        required=True,
        help="all settings of a run; training/recipes.py has them, with a reason for each",
    )
    add_setting_option(parser)


def add_setting_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--set",
        type=_parse_setting,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="another value than the recipe has, such as epochs=50; may be repeated",
    )


def apply_overrides(recipe: Recipe, settings: Mapping[str, str]) -> Recipe:
    """Returns the recipe with other values: `{"epochs": "50", "augmentation.noise": "0.02"}`.

    Raises RecipeError for an unknown name, an older name or a value of another type.
    """
    for name, text in settings.items():
        group, _, inner_name = name.rpartition(".")
        if group == "augmentation":
            augmentation = _replace(recipe.augmentation, inner_name, text, full_name=name)
            recipe = replace(recipe, augmentation=augmentation)
        else:
            recipe = _replace(recipe, name, text, full_name=name)
    return recipe


def _parse_setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise argparse.ArgumentTypeError(f"'{text}' is not NAME=VALUE, such as epochs=50")
    return name, value


def _replace(settings: Settings, name: str, text: str, *, full_name: str) -> Settings:
    names = [field.name for field in fields(settings) if field.name not in _FIXED]
    if name not in names:
        raise RecipeError(_unknown_name(name, names, full_name))
    return replace(settings, **{name: _parse_value(getattr(settings, name), full_name, text)})


def _unknown_name(name: str, names: list[str], full_name: str) -> str:
    new_name = _NEW_NAMES.get(name)
    if new_name in names:
        group = full_name.removesuffix(name)
        return f"'{full_name}' is now called '{group}{new_name}'."
    similar = get_close_matches(full_name, _all_names(), n=1)
    hint = f"Did you mean '{similar[0]}'? " if similar else ""
    return f"A recipe has no setting '{full_name}'. {hint}All are: {', '.join(_all_names())}."


def _all_names() -> list[str]:
    names = [field.name for field in fields(Recipe) if field.name not in _FIXED]
    return [*names, *(f"augmentation.{field.name}" for field in fields(Augmentation))]


def _parse_value(current: object, name: str, text: str) -> Any:
    """Parses `text` as a value of the current value's type."""
    try:
        if isinstance(current, bool):
            return {"true": True, "false": False}[text.lower()]
        if isinstance(current, str):
            return text
        if isinstance(current, tuple):
            return tuple(int(part) for part in text.strip("()[] ").split(",") if part.strip())
        return float(text) if isinstance(current, float) else int(text)
    except (ValueError, KeyError) as error:
        types = {bool: "true or false", tuple: "whole numbers between commas", float: "a number"}
        expected = types.get(type(current), "a whole number")
        raise RecipeError(f"'{name}' is {expected}, and not '{text}'.") from error
