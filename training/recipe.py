"""A recipe: every setting of one training run, with its allowed range."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from training.errors import TrainingError


class RecipeError(TrainingError):
    """A setting that a recipe does not have, or a value that the setting cannot take."""


# With a consistency loss, the augmented views of one radiograph are neighbours in a batch.
VIEWS = 2

# Older names of settings. Model cards, checkpoints and version hashes hold these names, so that
# released models stay readable and a recipe gives the same version as before.
STORED_NAMES = {
    "max_images": "limit",
    "image_size": "side",
    "blur_sigma": "smoothing",
    "ema_decay": "averaging",
    "horizontal_flip": "mirror",
    "border_occlusion": "edges",
}

# Settings that came after a release, with the value that does what recipes did before them. With
# it they are not stored, so that a recipe of an earlier release keeps its hash and its version.
LATER_SETTINGS: Mapping[str, Any] = {"zoom_per_axis": False}


@dataclass(frozen=True, kw_only=True)
class Augmentation:
    """The largest random changes of a training image; 0 switches a change off.

    `rotation` is in degrees either way. `shift` and `border_occlusion` (the widest dark border) are
    shares of the image size; `zoom_in`, `zoom_out` and `aspect` are changes of scale. `gamma` and
    `contrast` are the largest changes of a logarithm, `sharpness` that of the finest details.
    `brightness` and `noise` are shares of white. `horizontal_flip` is the share of flipped images.
    With `zoom_per_axis` rows and columns have a zoom each, drawn independently.
    """

    rotation: float = 0.0
    shift: float = 0.0
    zoom_in: float = 0.0
    zoom_out: float = 0.0
    aspect: float = 0.0
    horizontal_flip: float = 0.0
    gamma: float = 0.0
    contrast: float = 0.0
    brightness: float = 0.0
    border_occlusion: float = 0.0
    sharpness: float = 0.0
    noise: float = 0.0
    zoom_per_axis: bool = False


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """The settings of one training run.

    `backbone` is a .keras file below the data folder; None builds a small untrained network.
    `max_images` keeps the first images of each class; None keeps all. `frozen` keeps the backbone
    as it starts, `frozen_head` the head of the pneumonia logit. With `adults`, films of adults are
    trained on as well, and the network tells adults from children and draws a map. The schedule
    `exact` fits the last layer alone, on `epochs` views of each film; `weight_decay` then draws its
    weights towards those of the model from which it starts.
    """

    name: str
    backbone: str | None
    seed: int
    max_images: int | None
    validation_share: float
    image_size: int
    blur_sigma: float
    frozen: bool
    frozen_head: bool
    head_units: tuple[int, ...]
    l2: float
    dropout: float
    augmentation: Augmentation
    balance: Literal["draws", "weights"]
    acquisition_balance: float
    consistency: float
    adults: bool
    background_removal: float
    background_swap: float
    population_weight: float
    map_weight: float
    learning_rate: float
    schedule: Literal["cosine", "staircase", "exact"]
    weight_decay: float
    ema_decay: float
    batch_size: int
    epochs: int
    patience: int
    sensitivity: float
    band_share: float

    @property
    def children_per_batch(self) -> int:
        """With adults, the number of children's films in a batch, each in two views."""
        return max(2, self.batch_size // 4)

    @property
    def pairs(self) -> int | None:
        """With adults, the number of pairs of views that a batch starts with; else all are."""
        return self.children_per_batch + self.healthy_per_batch if self.adults else None

    @property
    def healthy_per_batch(self) -> int:
        """The number of healthy adults' films in a batch, each in two views."""
        return max(1, self.batch_size // 16)

    @property
    def _has_one_layer_to_fit(self) -> bool:
        return self.frozen and not (self.adults or self.consistency or self.head_units)

    @property
    def sha256(self) -> str:
        """Hash of all settings: two runs that differ in one setting have different hashes."""
        return hashlib.sha256(json.dumps(self.card_fields(), sort_keys=True).encode()).hexdigest()

    def card_fields(self) -> dict[str, Any]:
        """Returns the settings as the model card stores them, under their stored names.

        One of LATER_SETTINGS is left out where it has the value that is given there.
        """
        return _with_stored_names(asdict(self))

    def __post_init__(self) -> None:
        """Raises RecipeError for a value with which no model can be trained."""
        for name, (low, high) in _RANGES.items():
            if not low <= getattr(self, name) <= high:
                raise RecipeError(
                    f"'{name}' cannot be {getattr(self, name)}: it is {_describe(low, high)}."
                )
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                names = ", ".join(map(str, choices))
                raise RecipeError(f"'{name}' is one of {names}, and not {getattr(self, name)}.")
        if self.max_images is not None and self.max_images < 1:
            raise RecipeError(f"'max_images' cannot be {self.max_images}: it is at least 1.")
        if self.consistency and self.batch_size % VIEWS:
            raise RecipeError(
                f"'batch_size' cannot be {self.batch_size}: with 'consistency', it is even."
            )
        if self.frozen_head and not (self.frozen and self.adults):
            raise RecipeError("'frozen_head' needs 'frozen' and 'adults': else nothing is trained.")
        if self.schedule == "exact" and not self._has_one_layer_to_fit:
            raise RecipeError(
                "'schedule' cannot be exact: it needs 'frozen', and neither 'adults' nor "
                "'consistency' nor 'head_units'."
            )
        if any(units < 1 for units in self.head_units):
            raise RecipeError(f"'head_units' cannot be {self.head_units}: each is at least 1.")
        for name, value in asdict(self.augmentation).items():
            largest = 180 if name == "rotation" else 2
            if not 0 <= value <= largest:
                raise RecipeError(
                    f"'augmentation.{name}' cannot be {value}: it is from 0 to {largest}."
                )


_SMALLEST, _LARGEST = 1e-12, 1e9
_BELOW_ONE = 1 - _SMALLEST
_RANGES = {
    "seed": (0, _LARGEST),
    "validation_share": (0, _BELOW_ONE),
    "blur_sigma": (0, 8),
    "l2": (0, _LARGEST),
    "dropout": (0, _BELOW_ONE),
    "learning_rate": (_SMALLEST, _LARGEST),
    "weight_decay": (0, _LARGEST),
    "acquisition_balance": (0, 1),
    "consistency": (0, _LARGEST),
    "background_removal": (0, 1),
    "background_swap": (0, 1),
    "population_weight": (0, _LARGEST),
    "map_weight": (0, _LARGEST),
    "ema_decay": (0, _BELOW_ONE),
    "batch_size": (1, _LARGEST),
    "epochs": (1, _LARGEST),
    "patience": (1, _LARGEST),
    "sensitivity": (_SMALLEST, 1),
    "band_share": (0, _BELOW_ONE),
}
_CHOICES = {
    # Divisors of 224: downscaling averages whole blocks of pixels, without interpolation.
    "image_size": (56, 112, 224),
    "balance": ("draws", "weights"),
    "schedule": ("cosine", "staircase", "exact"),
}


def _describe(low: float, high: float) -> str:
    """Says a range in words, without the numbers that only mean "any"."""
    if high == _LARGEST:
        return "above 0" if low == _SMALLEST else f"at least {low:g}"
    start = "above 0" if low == _SMALLEST else f"from {low:g}"
    return f"{start} to below 1" if high == _BELOW_ONE else f"{start} to {high:g}"


def _with_stored_names(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {
        STORED_NAMES.get(name, name): _with_stored_names(value)
        if isinstance(value, dict)
        else value
        for name, value in fields.items()
        if name not in LATER_SETTINGS or value != LATER_SETTINGS[name]
    }
