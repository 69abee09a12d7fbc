"""One run of a recipe, from the manifest to the released folder, as a paper's method section."""

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import keras
import tensorflow as tf

from training import agreement
from training.artefacts import CARD, CPU, ENDPOINT
from training.backbone import backbone_sha256, build_backbone
from training.calibration import calibrate, choose_operating_point, fit_temperature
from training.card import Findings, write_card
from training.checkpoint import forget
from training.data import Radiograph, labels
from training.evaluation import evaluate, intervals
from training.export import export_litert, export_saved_model
from training.features import pooled_features
from training.head import train_head
from training.ledger import Figures, Intervals, evaluate_once
from training.network import Network, assemble
from training.recipes import Recipe
from training.split import Parts, split_by_patient


def train(
    recipe: Recipe,
    radiographs: Sequence[Radiograph],
    *,
    data: Path,
    out: Path,
    cache: Path,
    checkpoints: Path | None = None,
    ledger: Path | None,
) -> Findings:
    """Train a model, export both artefacts to `out`, calibrate and describe them there.

    A run that was killed goes on from its `checkpoints` (in `cache` where none are named).

    With a `ledger` the model is final: it is evaluated on the test half, once, and logged there.
    """
    keras.utils.set_random_seed(recipe.seed)
    tf.config.experimental.enable_op_determinism()
    checkpoints = checkpoints or cache / "checkpoints" / f"{recipe.name}-{recipe.sha256[:8]}"
    parts = split_by_patient(
        radiographs, share=recipe.validation_share, seed=recipe.seed, limit=recipe.limit
    )
    network, version = fit(recipe, parts, data=data, cache=cache, checkpoints=checkpoints)
    # Nothing of an earlier release is touched before the new one is whole.
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        export_saved_model(network, work / ENDPOINT, version=version)
        export_litert(network, work / CPU)
        findings = validate(recipe, parts, out=work, version=version)
        agreement.require(findings.agreement)
        if ledger is not None:
            figures = evaluate_test_half(recipe, parts, out=work, findings=findings, ledger=ledger)
            findings = replace(findings, test_half=figures)
        write_card(work, recipe=recipe, findings=findings, parts=parts)
        release(work, out)
    # Only now: a run that is killed while it exports is not trained anew.
    forget(checkpoints)
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
    recipe: Recipe, parts: Parts, *, data: Path, cache: Path, checkpoints: Path
) -> tuple[Network, str]:
    """The network with a trained head, and the version that its weights give it."""
    backbone = build_backbone(recipe, data)
    key = backbone_sha256(recipe, data)
    features, validation_features = (
        pooled_features(backbone, part, cache=cache, key=key, batch_size=recipe.feature_batch)
        for part in (parts.train, parts.validation)
    )
    head = train_head(
        (features, labels(parts.train)),
        (validation_features, labels(parts.validation)),
        recipe=recipe,
        checkpoints=checkpoints,
    )
    network = assemble(backbone, head, features=features)
    return network, network.version(recipe, backbone_sha256=key)


def validate(recipe: Recipe, parts: Parts, *, out: Path, version: str) -> Findings:
    """Everything that is fitted or measured on validation, from what the artefacts answer."""
    truth = labels(parts.validation)
    endpoint = agreement.predict_saved_model(out / ENDPOINT, parts.validation)
    cpu = agreement.predict_litert(out / CPU, parts.validation)
    temperature = fit_temperature(endpoint.logits, truth)
    probabilities = calibrate(endpoint.logits, temperature)
    point = choose_operating_point(probabilities, truth, band_share=recipe.band_share)
    return Findings(
        version=version,
        temperature=temperature,
        point=point,
        probabilities=probabilities,
        labels=truth,
        validation=evaluate(probabilities, truth, point=point),
        agreement=agreement.compare(cpu, endpoint, temperature=temperature, point=point),
        test_half=None,
    )


def evaluate_test_half(
    recipe: Recipe, parts: Parts, *, out: Path, findings: Findings, ledger: Path
) -> tuple[Figures, Intervals]:
    """The final figures with 95 % intervals, from the ledger when this model stands in it."""

    def measure() -> tuple[Figures, Intervals]:
        truth = labels(parts.test)
        answers = agreement.predict_saved_model(out / ENDPOINT, parts.test)
        probabilities = calibrate(answers.logits, findings.temperature)
        figures = evaluate(probabilities, truth, point=findings.point)
        patients = [radiograph.patient for radiograph in parts.test]
        spread = intervals(
            probabilities,
            truth,
            patients=patients,
            point=findings.point,
            resamples=recipe.bootstrap,
            seed=recipe.seed,
        )
        return figures, spread

    return evaluate_once(ledger, version=findings.version, evaluate=measure)
