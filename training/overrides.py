"""Another number than a recipe has, by its name and as text: `--set epochs=50`."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

from training.recipes import Augmentation, Recipe, RecipeError

# What makes a recipe another one: these are not tried by a setting.
_NO_NUMBERS = ("name", "backbone", "augmentation")


def apply_overrides(recipe: Recipe, settings: Mapping[str, str]) -> Recipe:
    """The recipe with other numbers, for a try: `{"epochs": "50", "augmentation.noise": "0.02"}`.

    Raises SettingError.
    """
    for name, text in settings.items():
        group, _, inner = name.rpartition(".")
        if group == "augmentation":
            changed = _changed(recipe.augmentation, inner, text, said=name)
            recipe = replace(recipe, augmentation=changed)
        else:
            recipe = _changed(recipe, name, text, said=name)
    return recipe


Numbers = TypeVar("Numbers", Recipe, Augmentation)


def _changed(numbers: Numbers, name: str, text: str, *, said: str) -> Numbers:
    """`numbers` with `text` read as a value of the same kind as `name` had."""
    before = {
        field.name: getattr(numbers, field.name)
        for field in fields(numbers)
        if field.name not in _NO_NUMBERS
    }
    if name not in before:
        raise RecipeError(f"A recipe has no number '{said}'; it has: {', '.join(_known())}.")
    return replace(numbers, **{name: _read(before[name], said, text)})


def _known() -> list[str]:
    """All that may be set, by the names that the command takes."""
    numbers = [field.name for field in fields(Recipe) if field.name not in _NO_NUMBERS]
    return [*numbers, *(f"augmentation.{field.name}" for field in fields(Augmentation))]


def _read(before: object, name: str, text: str) -> Any:
    try:
        if isinstance(before, bool):
            return {"true": True, "false": False}[text.lower()]
        if isinstance(before, str):
            return text
        if isinstance(before, tuple):
            return tuple(int(part) for part in text.strip("()[] ").split(",") if part.strip())
        return float(text) if isinstance(before, float) else int(text)
    except (ValueError, KeyError) as error:
        kind = {bool: "true or false", tuple: "whole numbers between commas", float: "a number"}
        wanted = kind.get(type(before), "a whole number")
        raise RecipeError(f"'{name}' is {wanted}, as {before}, and not '{text}'.") from error
