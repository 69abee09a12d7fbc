"""What a run learns from and is validated on, as arrays in memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from training.data.acquisition_bias import PropensityModel, acquisition_features
from training.data.acquisition_clusters import find_clusters, measure_traces
from training.data.adults import AdultFilms, read_adults, split_adults
from training.data.batches import Batches
from training.data.examples import Examples, downscale, load_images
from training.data.film_batches import FilmBatches
from training.data.films import OPACITY, VIEW_NAMES, load_adults, load_children
from training.data.manifest import DataError, class_labels
from training.data.split import DataSplit
from training.fit.training_loop import TrainingBatches
from training.fit.validation import Validation
from training.recipe import Recipe


@dataclass(frozen=True)
class AdultSplit:
    train: AdultFilms
    validation: AdultFilms


@dataclass(frozen=True, eq=False)
class LearningSet:
    """`arrays` are all that the run depends on, for the hash of its checkpoints. `adults` is None
    for a recipe without them.
    """

    batches: TrainingBatches
    validation: Validation
    arrays: Sequence[NDArray[Any]]
    adults: AdultSplit | None = None


def load_learning_set(recipe: Recipe, split: DataSplit, *, data: Path) -> LearningSet:
    """Raises DataError, also where a recipe with adults finds none."""
    train = load_images(split.train, title="read train")
    validation = load_images(split.validation, title="read validation")
    labels, validation_labels = class_labels(split.train), class_labels(split.validation)
    features = acquisition_features(train)
    propensity = PropensityModel.fit(features, labels)
    train_examples = Examples(
        downscale(train, recipe.image_size), labels, propensity.weights(features, labels)
    )
    validation_examples = Examples(
        downscale(validation, recipe.image_size),
        validation_labels,
        propensity.weights(acquisition_features(validation), validation_labels),
    )
    held_out = Validation(
        validation_examples.images,
        validation_labels,
        Batches(validation_examples, recipe).weights,
        find_clusters(measure_traces(train), measure_traces(validation), seed=recipe.seed),
    )
    arrays = [*vars(train_examples).values(), *vars(held_out).values()]
    if not recipe.adults:
        return LearningSet(Batches(train_examples, recipe), held_out, arrays)
    children = load_children(split.train, data=data, size=recipe.image_size)
    adult_split = _split_adults(recipe, data)
    adults = load_adults(adult_split.train, size=recipe.image_size)
    films = (children, adults.lungs, adults.whole)
    arrays += [array for each in films for array in vars(each).values()]
    batches = FilmBatches(children, train_examples.weights, adults, recipe)
    return LearningSet(batches, held_out, arrays, adult_split)


def _split_adults(recipe: Recipe, data: Path) -> AdultSplit:
    films = read_adults(data)
    if not films.lungs:
        raise DataError(
            f"The recipe {recipe.name} needs films of adults, and {data} has none. Train without "
            "them by --set adults=false."
        )
    lungs, whole = (
        split_adults(each, share=recipe.validation_share) for each in (films.lungs, films.whole)
    )
    for view in VIEW_NAMES:
        if len({film.label == OPACITY for film in lungs[1] if film.view == view}) < 2:
            raise DataError(
                f"The {view} films of adults for validation need some with an opacity and some "
                "without. Add films, or take a larger validation_share."
            )
    return AdultSplit(*(AdultFilms(*pair) for pair in zip(lungs, whole, strict=True)))
