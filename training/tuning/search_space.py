"""The settings of a recipe that a search may change, with the reason for each range.

One space for trials on this machine and for jobs in SageMaker. Settings that change which films a
run sees, or what its validation loss means, are in no space: `max_images`, `validation_share`,
`seed`, `image_size`. So is the number of epochs, whose loss falls with the time that it costs.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from training.errors import TrainingError
from training.recipe import Recipe


class TuningError(TrainingError):
    """A search that cannot start or has found nothing; the message says what to do."""


@dataclass(frozen=True)
class Range:
    """The values of a setting from `low` to `high`; on a logarithmic scale with `is_log`."""

    name: str
    low: float
    high: float
    is_log: bool = False


_DEFAULT = (
    # Around 2e-4: four times less learns too little in 24 epochs, and Adam's own 1e-3 destroys
    # pretrained weights.
    Range("learning_rate", 5e-5, 8e-4, is_log=True),
    # Two powers of ten around 1e-4: from nearly none to where the weights shrink within a run.
    Range("weight_decay", 1e-5, 1e-3, is_log=True),
    # None, up to half of the features of the one layer.
    Range("dropout", 0.0, 0.5),
    # Radiographs all count alike at 0; at 1 few of them dominate an epoch.
    Range("acquisition_balance", 0.0, 1.0),
    # From no pull on the two views of a film to a loss as large as the pneumonia logit's own.
    Range("consistency", 0.0, 1.0),
    # Children are rarely held quite straight; beyond 20 degrees a film is taken again.
    Range("augmentation.rotation", 0.0, 20.0),
    # Up to twice as much as detectors and their look-up tables differ by.
    Range("augmentation.gamma", 0.0, 0.7),
    Range("augmentation.contrast", 0.0, 0.6),
    # From the acquisitions as they are to twice as far as the two classes differ.
    Range("augmentation.sharpness", 0.0, 1.2),
    # Up to 56 grey levels of 224 x 224 pixels, twice the noise of the recipe.
    Range("augmentation.noise", 0.0, 0.11),
)

# Features are kept, so a trial takes seconds. Augmentation is in no range here: another strength
# needs the features of all films anew.
_HEAD = (
    # From hardly drawn towards the earlier layer to hardly moved away from it.
    Range("weight_decay", 1e-4, 1.0, is_log=True),
    Range("acquisition_balance", 0.0, 1.0),
)

# To try the command: a run of `smoke` learns little, whatever its settings.
_SMOKE = (
    Range("learning_rate", 5e-5, 1e-2, is_log=True),
    Range("dropout", 0.0, 0.5),
    Range("augmentation.noise", 0.0, 0.11),
)

# `joint` has none: the loss is of children's answers, which its other outputs do not change.
# `original` has none: it repeats the first system.
SEARCH_SPACES = {"default": _DEFAULT, "head": _HEAD, "smoke": _SMOKE}


def find_search_space(recipe: Recipe, fixed: Iterable[str]) -> tuple[Range, ...]:
    """Returns the ranges of a recipe without the settings that are fixed. Raises TuningError."""
    if recipe.name not in SEARCH_SPACES:
        raise TuningError(
            f"The recipe {recipe.name} has no search space in training/tuning/search_space.py; "
            f"these have: {', '.join(sorted(SEARCH_SPACES))}."
        )
    fixed_names = set(fixed)
    ranges = tuple(each for each in SEARCH_SPACES[recipe.name] if each.name not in fixed_names)
    if not ranges:
        raise TuningError(
            f"--set fixes all settings that a search may change in {recipe.name}. Leave one out."
        )
    return ranges


def read_settings(recipe: Recipe, ranges: Iterable[Range]) -> dict[str, float]:
    """Returns the recipe's own values of these settings."""
    return {each.name: _read_setting(recipe, each.name) for each in ranges}


def format_settings(values: dict[str, float]) -> dict[str, str]:
    """Returns settings as `--set` takes them, and as a trial runs with them."""
    return {name: f"{value:.4g}" for name, value in values.items()}


def _read_setting(recipe: Recipe, name: str) -> float:
    group, _, inner_name = name.rpartition(".")
    return float(getattr(getattr(recipe, group) if group else recipe, inner_name))
