"""Recipes: every number of a training run, each with its reason; a new model is a new recipe."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from training.errors import TrainingError


class SettingError(TrainingError):
    """A setting that no recipe has, or a value that it cannot take."""


# What makes a recipe another one: these are not tried by a setting.
_NO_NUMBERS = ("name", "backbone")


@dataclass(frozen=True)
class Recipe:
    """One training run; `backbone` is a .keras file under the data folder, or None for a toy."""

    name: str
    backbone: str | None
    seed: int
    limit: int | None
    validation_share: float
    feature_batch: int
    head_units: tuple[int, ...]
    l2: float
    dropout: float
    learning_rate: float
    batch_size: int
    epochs: int
    patience: int
    band_share: float
    bootstrap: int

    @property
    def sha256(self) -> str:
        """Of all its numbers: runs that differ in one do not meet."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    def __post_init__(self) -> None:
        """Raises SettingError where no model could come of a number."""
        positive = (
            "feature_batch",
            "learning_rate",
            "batch_size",
            "epochs",
            "patience",
            "bootstrap",
        )
        shares = ("validation_share", "dropout", "band_share")
        wrong = [name for name in positive if not 0 < getattr(self, name) < math.inf]
        wrong += [name for name in shares if not 0 <= getattr(self, name) < 1]
        wrong += [name for name in ("seed", "l2") if not 0 <= getattr(self, name) < math.inf]
        if self.limit is not None and self.limit < 1:
            wrong.append("limit")
        if not self.head_units or min(self.head_units) < 1:
            wrong.append("head_units")
        for name in wrong:
            raise SettingError(f"'{name}' cannot be {getattr(self, name)}.")


BASELINE = Recipe(
    name="baseline",
    # ImageNet stages up to stage 3, frozen: 14 x 14 cells are fine enough to point at a lobe.
    backbone="weights/resnet50v2_imagenet_to_stage3.keras",
    # Any fixed number: it decides the split, the first weights and the order of the batches.
    seed=20261123,
    # No limit: all radiographs of the data set.
    limit=None,
    # 15 % keeps about 200 normal radiographs, so specificity has a standard error of about 2 %.
    validation_share=0.15,
    # 32 keeps both cores busy in under 2 GB of activations.
    feature_batch=32,
    # The original system's head: two blocks of dense 256, batch norm, ReLU, dropout.
    head_units=(256, 256),
    l2=0.001,
    dropout=0.3,
    # Adam's own default step; the head alone is trained, so nothing pretrained can be destroyed.
    learning_rate=0.001,
    # 64 gives batch norm steady statistics and about 75 steps an epoch.
    batch_size=64,
    # A bound that early stopping is expected to reach first.
    epochs=100,
    # The validation loss of so small a set is noisy; ten epochs without a new best end the run.
    patience=10,
    # One radiograph in twenty goes to a radiologist: worth reading twice, not worth ignoring.
    band_share=0.05,
    # Percentile intervals change in the third digit only beyond 2,000 resamples.
    bootstrap=2000,
)

SMOKE = replace(
    BASELINE,
    name="smoke",
    # Sixteen-pixel patches through eight random filters: the shapes of a run without its cost.
    backbone=None,
    # Enough radiographs of each class and split for a validation part with both classes.
    limit=40,
    head_units=(8, 8),
    epochs=2,
    bootstrap=50,
)

RECIPES = {recipe.name: recipe for recipe in (BASELINE, SMOKE)}


def with_settings(recipe: Recipe, settings: Mapping[str, str]) -> Recipe:
    """The recipe with other numbers, for a try: `{"epochs": "50", "head_units": "128,64"}`.

    Raises SettingError.
    """
    return replace(recipe, **{name: _read(recipe, name, text) for name, text in settings.items()})


def _read(recipe: Recipe, name: str, text: str) -> Any:
    numbers = {key: value for key, value in asdict(recipe).items() if key not in _NO_NUMBERS}
    if name not in numbers:
        raise SettingError(f"A recipe has no number '{name}'; it has: {', '.join(numbers)}.")
    before = numbers[name]
    try:
        if isinstance(before, tuple):
            return tuple(int(part) for part in text.strip("()[] ").split(",") if part.strip())
        return float(text) if isinstance(before, float) else int(text)
    except ValueError as error:
        kind = {tuple: "whole numbers between commas", float: "a number"}
        wanted = kind.get(type(before), "a whole number")
        raise SettingError(f"'{name}' is {wanted}, as {before}, and not '{text}'.") from error
