"""One run of a recipe, from the manifest to the released folder, as a paper's method section."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from screening.radiograph import Pixels
from training.artefact.card import Findings, write_card
from training.artefact.comparison import compare
from training.artefact.export import export_litert, export_saved_model
from training.artefact.model_folder import CARD, CPU, ENDPOINT
from training.artefact.predictions import predict_litert, predict_saved_model
from training.data.augmentation import vary
from training.data.examples import Part, load_all, prepare
from training.data.manifest import Radiograph, labels, read_about
from training.data.split import Parts
from training.evaluation.metrics import evaluate
from training.fit.calibration import calibrate, choose_operating_point, fit_calibration
from training.fit.checkpoint import forget, read_trained
from training.fit.train_network import Run, build_model, learn, run_in, split_by
from training.model.network import Network, assemble
from training.model.ood_detector import choose_limit, for_gate, make_others
from training.recipes import Recipe


def train(
    recipe: Recipe,
    radiographs: Sequence[Radiograph],
    *,
    data: Path,
    out: Path,
    cache: Path,
    checkpoints: Path | None = None,
) -> Findings:
    """Train a model, export both artefacts to `out`, calibrate and describe them there.

    A run that was killed goes on from its `checkpoints` (in `cache` where none are named).
    """
    # Before hours of training, since what is wrong with it would end them.
    about = read_about(data)
    run = run_in(cache, recipe, checkpoints)
    parts = split_by(recipe, radiographs)
    prepared = prepare(recipe, parts)
    learnt, judged = for_gate(parts.train, seed=recipe.seed)
    network, version = fit(recipe, *prepared, chests=learnt, data=data, run=run)
    # Nothing of an earlier release is touched before the new one is whole.
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        export_saved_model(network, work / ENDPOINT, version=version)
        export_litert(network, work / CPU)
        limit = gate_limit(work / ENDPOINT, load_all(judged), seed=recipe.seed)
        findings = validate(recipe, parts, limit=limit, out=work, version=version)
        write_card(work, recipe=recipe, findings=findings, parts=parts, about=about)
        release(work, out)
    # Only now: a run that is killed while it exports is not trained anew.
    forget(run.checkpoints)
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
    train: Part,
    validation: Part,
    *,
    chests: Sequence[Radiograph],
    data: Path,
    run: Run,
) -> tuple[Network, str]:
    """The trained network, its gate learnt from `chests`, and the version that both give it."""
    model = build_model(recipe, data)
    model.set_weights(read_trained(learn(recipe, train, validation, data=data, run=run)))
    network = assemble(model, load_all(chests), seed=recipe.seed)
    return network, network.version(recipe)


def gate_limit(endpoint: Path, chests: Pixels, *, seed: int) -> float:
    """The gate's limit, from chest X-rays (n, 224, 224) that the gate has not learnt from, and from
    what is made of them."""
    chest, other = (
        predict_saved_model(endpoint, pixels).typicality
        for pixels in (chests, np.concatenate(make_others(chests, seed=seed + 1)))
    )
    return choose_limit(chest, other)


def validate(recipe: Recipe, parts: Parts, *, limit: float, out: Path, version: str) -> Findings:
    """Everything that is fitted or measured on validation, from what the artefacts answer.

    Calibration and operating point see each radiograph twice, as it is and as another acquisition
    might have given it.
    """
    truth = labels(parts.validation)
    pixels = load_all(parts.validation)
    endpoint = predict_saved_model(out / ENDPOINT, pixels)
    varied = predict_saved_model(
        out / ENDPOINT, vary(pixels, recipe.augmentation, seed=recipe.seed)
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
    return Findings(
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
