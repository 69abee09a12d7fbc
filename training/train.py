"""One run of a recipe, from the radiographs to a released model folder."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from contracts.model_layout import CARD_FILE, CPU_FILE, SAVED_MODEL_FOLDER
from screening.radiograph import Pixels
from training.artefact.card import TrainingResult, write_card
from training.artefact.export import export_litert, export_saved_model
from training.artefact.predictions import predict_saved_model
from training.artefact.provenance import describe_provenance
from training.data.adult_films import read_film
from training.data.examples import load_images
from training.data.manifest import Radiograph, read_description
from training.data.split import DataSplit, split_for_recipe
from training.fit.checkpoint import read_trained_weights, remove_checkpoints
from training.fit.learning_set import AdultSplit, load_learning_set
from training.fit.train_network import run_folders, train_network
from training.model.network import Network, assemble_network
from training.model.ood_detector import (
    choose_typicality_limit,
    generate_ood_images,
    split_adults_for_ood_detector,
    split_for_ood_detector,
)
from training.model.trainable_model import build_model
from training.model.warm_start import WarmStart
from training.progress import show_stage
from training.recipe import Recipe
from training.tracking import track_training
from training.validate import validate


def train(
    recipe: Recipe,
    radiographs: Sequence[Radiograph],
    *,
    data: Path,
    out: Path,
    cache: Path,
    checkpoints: Path | None = None,
    warm_start: WarmStart | None = None,
    is_compiled: bool = False,
) -> TrainingResult:
    """Trains a network, exports it to `out`, calibrates the exports and writes their card.

    A run that was killed resumes from its `checkpoints`, by default in `cache`. Raises
    TrainingError.
    """
    # Read first: an unusable description would otherwise end the run after hours of training.
    description = read_description(data)
    folders = run_folders(cache, recipe, checkpoints)
    split = split_for_recipe(recipe, radiographs)
    learning_set = load_learning_set(recipe, split, data=data)
    detector_train, detector_limit = load_detector_films(
        split, learning_set.adults, seed=recipe.seed
    )
    training_run = train_network(
        recipe,
        learning_set,
        data=data,
        folders=folders,
        warm_start=warm_start,
        is_compiled=is_compiled,
    )
    populations = load_populations(split, learning_set.adults)
    with show_stage("train detectors"):
        network = build_network(
            recipe,
            training_run.weights,
            chests=detector_train,
            populations=populations,
            data=data,
            warm_start=warm_start,
        )
    detector = network.population_detector
    version = network.version(recipe)
    # In a temporary folder: an earlier release stays untouched until the new one is complete.
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        with show_stage("export SavedModel"):
            export_saved_model(network, work / SAVED_MODEL_FOLDER, version=version)
        with show_stage("export CPU model"):
            export_litert(network, work / CPU_FILE)
        limit = fit_typicality_limit(work / SAVED_MODEL_FOLDER, detector_limit, seed=recipe.seed)
        result = validate(
            recipe,
            split.validation,
            learning_set.adults.validation if learning_set.adults else None,
            clusters=learning_set.validation.clusters,
            limit=limit,
            min_adult_log_odds=detector.min_log_odds if detector else None,
            out=work,
            version=version,
        )
        write_card(
            work,
            recipe=recipe,
            result=result,
            split=split,
            adults=learning_set.adults,
            description=description,
            provenance=describe_provenance(training_run),
        )
        release(work, out)
    track_training(out, training_run.history)
    # Removed last: a run that is killed during the export need not train again.
    remove_checkpoints(folders.checkpoints)
    return result


def release(work: Path, out: Path) -> None:
    """Replaces the exports and the card in `out` by those in `work`."""
    out.mkdir(parents=True, exist_ok=True)
    for name in (SAVED_MODEL_FOLDER, CPU_FILE, CARD_FILE):
        target = out / name
        if target.is_dir():
            shutil.rmtree(target)
        shutil.move(work / name, target)


def build_network(
    recipe: Recipe,
    weights: Path,
    *,
    chests: Pixels,
    populations: tuple[Pixels, Pixels] | None,
    data: Path,
    warm_start: WarmStart | None,
) -> Network:
    """Returns the trained network with its detectors, as `assemble_network` trains them."""
    model = build_model(recipe, data, first_model=warm_start.model if warm_start else None)
    model.set_weights(read_trained_weights(weights))
    return assemble_network(model, chests, seed=recipe.seed, populations=populations)


def load_populations(split: DataSplit, adults: AdultSplit | None) -> tuple[Pixels, Pixels] | None:
    """Returns whole films (n, 224, 224) of children and of adults for the population detector.

    Of adults those with a known age, if there are any: about one in twenty of the others is of a
    child. Every second film of a child is enough.
    """
    if adults is None:
        return None
    films = [film for film in adults.train.whole if film.age_years is not None]
    adult_pixels = [read_film(film.path) for film in films or adults.train.whole]
    return load_images(split.train[::2], title="read films for detectors"), np.stack(adult_pixels)


def load_detector_films(
    split: DataSplit, adults: AdultSplit | None, *, seed: int
) -> tuple[Pixels, Pixels]:
    """Returns the films (n, 224, 224) on which the detector is trained, and those for its limit.

    With adults, both have whole films of adults: an adult's chest X-ray is one as well.
    """
    title = "read films for detectors"
    sets = [
        load_images(films, title=title) for films in split_for_ood_detector(split.train, seed=seed)
    ]
    if adults is None:
        return sets[0], sets[1]
    films = split_adults_for_ood_detector(adults.train.whole)
    train, limit = (
        np.concatenate([chests, np.stack([read_film(film.path) for film in group])])
        for chests, group in zip(sets, films, strict=True)
    )
    return train, limit


def fit_typicality_limit(endpoint: Path, chests: Pixels, *, seed: int) -> float:
    """Returns the in-distribution score below which an image is rejected.

    It is chosen on chest X-rays (n, 224, 224) on which the detector was not trained, and on images
    generated from them.
    """
    chest_scores, ood_scores = (
        predict_saved_model(endpoint, pixels).typicality
        for pixels in (chests, np.concatenate(generate_ood_images(chests, seed=seed + 1)))
    )
    return choose_typicality_limit(chest_scores, ood_scores)
