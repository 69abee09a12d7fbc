"""Recipes: every number of a training run, each with its reason; a new model is a new recipe."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import Literal

from training.errors import TrainingError


class RecipeError(TrainingError):
    """A setting that no recipe has, or a value that it cannot take."""


# Views of a radiograph that lie next to each other in a batch, where they are to agree.
VIEWS = 2


@dataclass(frozen=True, kw_only=True)
class Augmentation:
    """How far each picture is varied at random, every time it is seen; 0 leaves it alone.

    `rotation` in degrees each way. `shift`, and `zoom` and `aspect` as changes of scale, in shares
    of the side; so is the widest dark edge, `edges`. `gamma` and `contrast` are the most by which a
    logarithm changes, `sharpness` the most that the finest details share of such a change.
    `brightness` and `noise` are shares of white. `mirror` is the share of pictures mirrored.
    """

    rotation: float = 0.0
    shift: float = 0.0
    zoom_in: float = 0.0
    zoom_out: float = 0.0
    aspect: float = 0.0
    mirror: float = 0.0
    gamma: float = 0.0
    contrast: float = 0.0
    brightness: float = 0.0
    edges: float = 0.0
    sharpness: float = 0.0
    noise: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """One training run; `backbone` is a .keras file under the data folder, or None for a toy."""

    name: str
    backbone: str | None
    seed: int
    limit: int | None
    validation_share: float
    side: int
    smoothing: float
    frozen: bool
    head_units: tuple[int, ...]
    l2: float
    dropout: float
    augmentation: Augmentation
    balance: Literal["draws", "weights"]
    acquisition_balance: float
    consistency: float
    learning_rate: float
    schedule: Literal["cosine", "staircase"]
    weight_decay: float
    averaging: float
    batch_size: int
    epochs: int
    patience: int
    sensitivity: float
    band_share: float

    @property
    def sha256(self) -> str:
        """Of all its numbers: runs that differ in one do not meet."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    def __post_init__(self) -> None:
        """Raises SettingError where no model could come of a number."""
        for name, (low, high) in _RANGES.items():
            if not low <= getattr(self, name) <= high:
                raise RecipeError(
                    f"'{name}' cannot be {getattr(self, name)}: it is {low:g} to {high:g}."
                )
        for name, chosen in _CHOICES.items():
            if getattr(self, name) not in chosen:
                raise RecipeError(f"'{name}' is one of {chosen}, not {getattr(self, name)}.")
        if self.limit is not None and self.limit < 1:
            raise RecipeError(f"'limit' cannot be {self.limit}.")
        if self.consistency and self.batch_size % VIEWS:
            raise RecipeError(
                f"'batch_size' cannot be {self.batch_size}: with 'consistency', it is even."
            )
        if any(units < 1 for units in self.head_units):
            raise RecipeError(f"'head_units' cannot be {self.head_units}.")
        for name, value in asdict(self.augmentation).items():
            if not 0 <= value <= (180 if name == "rotation" else 2):
                raise RecipeError(f"'augmentation.{name}' cannot be {value}.")


_LEAST, _MOST = 1e-12, 1e9
_BELOW_ONE = 1 - _LEAST
_RANGES = {
    "seed": (0, _MOST),
    "validation_share": (0, _BELOW_ONE),
    "smoothing": (0, 8),
    "l2": (0, _MOST),
    "dropout": (0, _BELOW_ONE),
    "learning_rate": (_LEAST, _MOST),
    "weight_decay": (0, _MOST),
    "acquisition_balance": (0, 1),
    "consistency": (0, _MOST),
    "averaging": (0, _BELOW_ONE),
    "batch_size": (1, _MOST),
    "epochs": (1, _MOST),
    "patience": (1, _MOST),
    "sensitivity": (_LEAST, 1),
    "band_share": (0, _BELOW_ONE),
}
_CHOICES = {
    # Whole pixels of 224 become one: averaged, with no interpolation.
    "side": (56, 112, 224),
    "balance": ("draws", "weights"),
    "schedule": ("cosine", "staircase"),
}

DEFAULT = Recipe(
    name="default",
    # ImageNet stages up to stage 3: what they know of edges and textures, 5,200 radiographs do not
    # teach.
    backbone="weights/resnet50v2_imagenet_to_stage3.keras",
    # Any fixed number: it decides the split, the first weights and the order of the batches.
    seed=20261123,
    # No limit: all radiographs of the data set.
    limit=None,
    # 15 % keeps about 200 normal radiographs, so specificity has a standard error of about 2 %.
    validation_share=0.15,
    # Half the rows and columns: what tells the acquisitions apart is finer than an infiltrate is,
    # and four times as many radiographs are seen in the same time.
    side=112,
    # In pixels of that side: grain, noise and JPEG blocks are finer. Without it, and with no noise
    # in training, strong noise made four of five healthy validation radiographs pneumonia.
    smoothing=1.0,
    # All stages are trained: with frozen ones, a head reads how sharp a picture is.
    frozen=False,
    # One layer on the averaged features: the attention map is then exactly what the logit sums.
    head_units=(),
    l2=0.0,
    dropout=0.3,
    augmentation=Augmentation(
        # A child is never held quite straight, and films are cut at will.
        rotation=11.5,
        shift=0.08,
        zoom_in=0.25,
        zoom_out=0.12,
        # The data set is squashed to squares, and the classes' films have different shapes.
        aspect=0.125,
        # Pneumonia has no side; the mirrored heart is a price that validation did not show.
        mirror=0.5,
        # Detectors and their look-up tables differ by this much.
        gamma=0.35,
        contrast=0.3,
        brightness=0.12,
        # More normal films have black edges, as validation showed the network to have noticed.
        edges=0.14,
        # As far as the two classes' sharpness lies apart, and as far again on each side.
        sharpness=0.6,
        # Up to 28 grey levels of 224 x 224, which are half as many in means of four pixels.
        noise=0.055,
    ),
    # Each epoch draws as many of either class: the balanced loss at a third of the cost.
    balance="draws",
    # How far radiographs are weighted against what their acquisition says of the class: the power
    # of the inverse probability. At 1 few radiographs carry an epoch, and validation gets worse.
    acquisition_balance=0.7,
    # What two views of a radiograph cost for being told apart: the weight of that loss.
    consistency=0.1,
    # Adam's default would destroy pretrained weights, and twice this learned no faster.
    learning_rate=2e-4,
    schedule="cosine",
    weight_decay=1e-4,
    # About 200 steps: an average of the last two or three epochs, which one bad batch cannot move.
    averaging=0.995,
    # What two cores take in 0.8 seconds.
    batch_size=32,
    # After 12 the order of the classes is as good, and after 24 the log loss is lower: 0.16 against
    # 0.19 in training's own measure.
    epochs=24,
    # The schedule ends the run, and not the noise of a small validation part.
    patience=8,
    # Of pneumonias, 3 in 100 may lie below the threshold.
    sensitivity=0.97,
    # One radiograph in fourteen goes to a radiologist, which leaves 98 % of the answers right on
    # validation.
    band_share=0.07,
)

ORIGINAL = replace(
    DEFAULT,
    name="original",
    # The recipe of the system that answered "pneumonia" to every film, as far as it was described.
    # Standardised pictures, clipped gradients, the number of epochs and calibration are ours.
    side=224,
    smoothing=0.0,
    frozen=True,
    # Two blocks of dense 256, batch norm, ReLU, dropout.
    head_units=(256, 256),
    l2=0.001,
    augmentation=Augmentation(rotation=32, shift=0.3, zoom_in=0.2, zoom_out=0.2, mirror=0.5),
    balance="weights",
    acquisition_balance=0.0,
    consistency=0.0,
    learning_rate=1e-5,
    # Times 0.95 every 10,000 steps, which 10 epochs do not reach.
    schedule="staircase",
    weight_decay=0.0,
    averaging=0.0,
    # As many as two cores run in half an hour; its loss still falls.
    epochs=10,
    patience=10,
)

SMOKE = replace(
    DEFAULT,
    name="smoke",
    # Sixteen-pixel patches through eight random filters: the shapes of a run without its cost.
    backbone=None,
    # Enough radiographs of each class and split for a validation part with both classes.
    limit=40,
    head_units=(8, 8),
    epochs=2,
)

RECIPES = {recipe.name: recipe for recipe in (DEFAULT, ORIGINAL, SMOKE)}
