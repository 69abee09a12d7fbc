"""One run of a recipe, from the radiographs to a released model folder."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from contracts.model_layout import CARD_FILE, CPU_FILE, SAVED_MODEL_FOLDER
from screening.radiograph import Pixels
from training.artefact.card import TrainingResult, write_card
from training.artefact.comparison import compare
from training.artefact.export import export_litert, export_saved_model
from training.artefact.predictions import predict_litert, predict_saved_model
from training.data.augmentation import augment_pixels
from training.data.examples import Examples, load_examples, load_images
from training.data.manifest import Radiograph, class_labels, read_description
from training.data.split import DataSplit, split_for_recipe
from training.evaluation.metrics import compute_metrics
from training.fit.calibration import calibrate, choose_operating_point, fit_calibration
from training.fit.checkpoint import read_trained_weights, remove_checkpoints
from training.fit.train_network import RunFolders, run_folders, train_network
from training.model.network import Network, assemble_network
from training.model.ood_detector import (
    choose_typicality_limit,
    generate_ood_images,
    split_for_ood_detector,
)
from training.model.trainable_model import build_model
from training.recipe import Recipe


def train(
    recipe: Recipe,
    radiographs: Sequence[Radiograph],
    *,
    data: Path,
    out: Path,
    cache: Path,
    checkpoints: Path | None = None,
) -> TrainingResult:
    """Trains a network, exports it to `out`, calibrates the exports and writes their card.

    A run that was killed resumes from its `checkpoints`, by default in `cache`. Raises
    TrainingError.
    """
    # Read first: an unusable description would otherwise end the run after hours of training.
    description = read_description(data)
    folders = run_folders(cache, recipe, checkpoints)
    split = split_for_recipe(recipe, radiographs)
    train_examples, validation_examples = load_examples(recipe, split)
    detector_train, detector_limit = split_for_ood_detector(split.train, seed=recipe.seed)
    network = fit_network(
        recipe,
        train_examples,
        validation_examples,
        chests=detector_train,
        data=data,
        folders=folders,
    )
    version = network.version(recipe)
    # In a temporary folder: an earlier release stays untouched until the new one is complete.
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        export_saved_model(network, work / SAVED_MODEL_FOLDER, version=version)
        export_litert(network, work / CPU_FILE)
        limit = fit_typicality_limit(
            work / SAVED_MODEL_FOLDER, load_images(detector_limit), seed=recipe.seed
        )
        result = validate(recipe, split, limit=limit, out=work, version=version)
        write_card(work, recipe=recipe, result=result, split=split, description=description)
        release(work, out)
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


def fit_network(
    recipe: Recipe,
    train_examples: Examples,
    validation_examples: Examples,
    *,
    chests: Sequence[Radiograph],
    data: Path,
    folders: RunFolders,
) -> Network:
    """Returns the trained network, with an out-of-distribution detector trained on `chests`."""
    weights = train_network(recipe, train_examples, validation_examples, data=data, folders=folders)
    model = build_model(recipe, data)
    model.set_weights(read_trained_weights(weights))
    return assemble_network(model, load_images(chests), seed=recipe.seed)


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


def validate(
    recipe: Recipe, split: DataSplit, *, limit: float, out: Path, version: str
) -> TrainingResult:
    """Fits calibration and operating point on validation, and measures the exports in `out`.

    Both are fitted on each radiograph twice, as it is and as another acquisition might have given
    it.
    """
    labels = class_labels(split.validation)
    pixels = load_images(split.validation)
    endpoint = predict_saved_model(out / SAVED_MODEL_FOLDER, pixels)
    augmented = predict_saved_model(
        out / SAVED_MODEL_FOLDER, augment_pixels(pixels, recipe.augmentation, seed=recipe.seed)
    )
    cpu = predict_litert(out / CPU_FILE, pixels)
    logits = np.concatenate([endpoint.logits, augmented.logits])
    calibration = fit_calibration(logits, np.tile(labels, 2))
    point = choose_operating_point(
        calibrate(logits, calibration),
        np.tile(labels, 2),
        sensitivity=recipe.sensitivity,
        band_share=recipe.band_share,
    )
    probabilities = calibrate(endpoint.logits, calibration)
    return TrainingResult(
        version=version,
        calibration=calibration,
        point=point,
        probabilities=probabilities,
        labels=labels,
        validation=compute_metrics(probabilities, labels, point=point),
        agreement=compare(cpu, endpoint, calibration=calibration, point=point),
        typicality_limit=limit,
        rejected_share=float(np.mean(endpoint.typicality < limit)),
    )
