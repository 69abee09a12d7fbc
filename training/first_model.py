"""Chooses the trained model that gives a run its first weights: by default the released one."""

import json
from pathlib import Path

from contracts.model_layout import CARD_FILE
from training.artefact.model_folder import read_model_folder
from training.data.manifest import DataError
from training.fit.checkpoint import TRAINED_WEIGHTS
from training.recipe import Recipe, RecipeError

# The model that this release answers with. A training job has its own copy as a channel.
RELEASED_MODEL = Path(__file__).resolve().parent.parent / "models"
# Settings that decide the layers, by the names that a card has for them.
_LAYERS = ("backbone", "side", "head_units")


def choose_first_model(
    recipe: Recipe, data: Path | str, *, warm_start: Path | None, has_weights: bool
) -> Path | None:
    """Returns the folder of the first weights, or None for those of the recipe's own backbone.

    `has_weights` says whether `data` holds the backbone of the recipe. Without it a run starts from
    the released model. Raises DataError, RecipeError and ModelFolderError.
    """
    if warm_start and (warm_start / TRAINED_WEIGHTS).is_file():
        if recipe.backbone and not has_weights:
            raise DataError(_describe_missing_weights(recipe, data))
        return warm_start
    if warm_start:
        differences = _list_differences(recipe, warm_start)
        if differences:
            raise RecipeError(
                f"{warm_start} cannot be the start of {recipe.name}: {'; '.join(differences)}. "
                "Take a model of the same layers."
            )
        return warm_start
    if recipe.frozen_head:
        raise RecipeError(
            f"The recipe {recipe.name} keeps the answers of an earlier model. Name its folder by "
            "--warm-start."
        )
    if recipe.backbone is None or has_weights:
        return None
    if not (RELEASED_MODEL / CARD_FILE).is_file() or _list_differences(recipe, RELEASED_MODEL):
        raise DataError(_describe_missing_weights(recipe, data))
    return RELEASED_MODEL


def describe_first_model(first_model: Path, recipe: Recipe) -> str:
    """The sentence for a run that starts from the released model by default."""
    version = read_model_folder(first_model).version
    return (
        f"The data have no {recipe.backbone}: the first weights are those of the released model, "
        f"{version}."
    )


def _list_differences(recipe: Recipe, folder: Path) -> list[str]:
    """What makes the layers of a trained model other ones than the recipe's."""
    stored = read_model_folder(folder).card["recipe"]
    # As in a card, which has lists for tuples.
    fields = json.loads(json.dumps(recipe.card_fields()))
    return [
        f"{name} is {stored.get(name)} there, and {fields[name]} here"
        for name in _LAYERS
        if stored.get(name) != fields[name]
    ]


def _describe_missing_weights(recipe: Recipe, data: Path | str) -> str:
    return (
        f"The pretrained weights are missing: {data}/{recipe.backbone} is not there. Make it by "
        "python -m training.prepare weights, or name a trained model of the same layers by "
        "--warm-start."
    )
