"""Recipes: every number of a training run, each with its reason; a new model is a new recipe."""

from dataclasses import dataclass, replace


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
