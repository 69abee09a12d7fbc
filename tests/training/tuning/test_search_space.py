"""Each range is of settings that its recipe can take, and has the recipe's own value."""

import re

import pytest

from training.overrides import apply_overrides
from training.recipes import RECIPES
from training.tuning import search_space
from training.tuning.search_space import (
    SEARCH_SPACES,
    Range,
    TuningError,
    find_search_space,
    format_settings,
    read_settings,
)

PAIRS = [(name, each) for name, ranges in SEARCH_SPACES.items() for each in ranges]


@pytest.mark.parametrize(("name", "limits"), PAIRS)
def test_both_ends_of_a_range_are_settings_of_the_recipe(name: str, limits: Range) -> None:
    for value in (limits.low, limits.high):
        [(setting, text)] = format_settings({limits.name: value}).items()
        recipe = apply_overrides(RECIPES[name], {setting: text})
        assert read_settings(recipe, [limits]) == {limits.name: pytest.approx(value)}


@pytest.mark.parametrize(("name", "limits"), PAIRS)
def test_a_range_has_the_value_of_the_recipe(name: str, limits: Range) -> None:
    [value] = read_settings(RECIPES[name], [limits]).values()
    assert limits.low <= value <= limits.high


def test_a_setting_that_is_fixed_is_not_searched() -> None:
    names = [each.name for each in find_search_space(RECIPES["head"], ["weight_decay", "seed"])]
    assert names == ["acquisition_balance"]


@pytest.mark.parametrize(
    ("recipe", "fixed", "message"),
    [
        ("joint", (), "The recipe joint has no search space in training/tuning/search_space.py"),
        ("head", ("weight_decay", "acquisition_balance"), "--set fixes all settings"),
    ],
)
def test_a_search_without_a_setting_is_refused(
    recipe: str, fixed: tuple[str, ...], message: str
) -> None:
    with pytest.raises(TuningError, match=re.escape(message)):
        find_search_space(RECIPES[recipe], fixed)


def test_the_message_names_the_file_of_the_space() -> None:
    assert str(search_space.__file__).endswith("training/tuning/search_space.py")
