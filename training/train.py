"""One run of a recipe, from the manifest to the released folder, as a paper's method section."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from screening.radiograph import Pixels
from training.artefact.card import TrainingResult, write_card
from training.artefact.comparison import compare
from training.artefact.export import export_litert, export_saved_model
from training.artefact.model_folder import CARD, CPU, ENDPOINT
from training.artefact.predictions import predict_litert, predict_saved_model
from training.data.augmentation import augment_pixels
from training.data.examples import Examples, load_images, prepare
from training.data.manifest import Radiograph, labels, read_description
from training.data.split import DataSplit
from training.evaluation.metrics import evaluate
from training.fit.calibration import calibrate, choose_operating_point, fit_calibration
from training.fit.checkpoint import read_trained_weights, remove_checkpoints
from training.fit.train_network import RunFolders, build_model, learn, run_folders, split_for_recipe
from training.model.network import Network, assemble_network
from training.model.ood_detector import (
    choose_typicality_limit,
    generate_ood_images,
    split_for_ood_detector,
)
from training.recipes import Recipe


def train(
    recipe: Recipe,
    radiographs: Sequence[Radiograph],
    *,
    data: Path,
    out: Path,
    cache: Path,
    checkpoints: Path | None = None,
) -> TrainingResult:
    """Train a model, export both artefacts to `out`, calibrate and describe them there.

    A run that was killed goes on from its `checkpoints` (in `cache` where none are named).
    """
    # Before hours of training, since what is wrong with it would end them.
    about = read_description(data)
    run = run_folders(cache, recipe, checkpoints)
    parts = split_for_recipe(recipe, radiographs)
    prepared = prepare(recipe, parts)
    learnt, judged = split_for_ood_detector(parts.train, seed=recipe.seed)
    network, version = fit(recipe, *prepared, chests=learnt, data=data, run=run)
    # Nothing of an earlier release is touched before the new one is whole.
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        export_saved_model(network, work / ENDPOINT, version=version)
        export_litert(network, work / CPU)
        limit = gate_limit(work / ENDPOINT, load_images(judged), seed=recipe.seed)
        findings = validate(recipe, parts, limit=limit, out=work, version=version)
        write_card(work, recipe=recipe, findings=findings, parts=parts, about=about)
        release(work, out)
    # Only now: a run that is killed while it exports is not trained anew.
    remove_checkpoints(run.checkpoints)
    return findings


def release(work: Path, out: Path) -> None:
    """Put the finished artefacts and their card in the place of those in `out`."""
    out.mkdir(parents=True, exist_ok=True)
    for name in (ENDPOINT, CPU, CARD):
        target = out / name
        if target.is_dir():
            shutil.rmtree(target)
        shutil.move(work / name, target)


def fit(
    recipe: Recipe,
    train: Examples,
    validation: Examples,
    *,
    chests: Sequence[Radiograph],
    data: Path,
    run: RunFolders,
) -> tuple[Network, str]:
    """The trained network, its gate learnt from `chests`, and the version that both give it."""
    model = build_model(recipe, data)
    model.set_weights(read_trained_weights(learn(recipe, train, validation, data=data, run=run)))
    network = assemble_network(model, load_images(chests), seed=recipe.seed)
    return network, network.version(recipe)


def gate_limit(endpoint: Path, chests: Pixels, *, seed: int) -> float:
    """The gate's limit, from chest X-rays (n, 224, 224) that the gate has not learnt from, and from
    what is made of them."""
    chest, other = (
        predict_saved_model(endpoint, pixels).typicality
        for pixels in (chests, np.concatenate(generate_ood_images(chests, seed=seed + 1)))
    )
    return choose_typicality_limit(chest, other)


def validate(
    recipe: Recipe, parts: DataSplit, *, limit: float, out: Path, version: str
) -> TrainingResult:
    """Everything that is fitted or measured on validation, from what the artefacts answer.

    Calibration and operating point see each radiograph twice, as it is and as another acquisition
    might have given it.
    """
    truth = labels(parts.validation)
    pixels = load_images(parts.validation)
    endpoint = predict_saved_model(out / ENDPOINT, pixels)
    varied = predict_saved_model(
        out / ENDPOINT, augment_pixels(pixels, recipe.augmentation, seed=recipe.seed)
    )
    cpu = predict_litert(out / CPU, pixels)
    logits, both = np.concatenate([endpoint.logits, varied.logits]), np.tile(truth, 2)
    calibration = fit_calibration(logits, both)
    point = choose_operating_point(
        calibrate(logits, calibration),
        both,
        sensitivity=recipe.sensitivity,
        band_share=recipe.band_share,
    )
    probabilities = calibrate(endpoint.logits, calibration)
    return TrainingResult(
        version=version,
        calibration=calibration,
        point=point,
        probabilities=probabilities,
        labels=truth,
        validation=evaluate(probabilities, truth, point=point),
        agreement=compare(cpu, endpoint, calibration=calibration, point=point),
        typicality_limit=limit,
        refused=float(np.mean(endpoint.typicality < limit)),
    )
