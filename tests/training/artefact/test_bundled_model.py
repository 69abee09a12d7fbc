"""The committed model is the one that its card describes."""

import json
import re
from pathlib import Path

import pytest

from contracts.answers import Population
from contracts.model_card import list_populations
from screening.card import read_card
from training.artefact.agreement import TOLERANCE
from training.artefact.comparison import compare
from training.artefact.model_folder import read_model_folder
from training.artefact.predictions import predict_litert, predict_saved_model
from training.data.examples import load_images
from training.data.manifest import read_manifest
from training.data.split import split_for_recipe
from training.evaluation.ledger import LEDGER, read_ledger
from training.fit.calibration import Calibration
from training.fit.operating_point import OperatingPoint
from training.recipes import DEFAULT

MODELS = Path(__file__).resolve().parents[3] / "models"


def test_the_card_names_the_artefacts_by_their_hashes() -> None:
    assert read_model_folder(MODELS).version == read_card(MODELS / "model_card.json").model_version


def test_the_card_states_the_test_half_as_the_ledger_has_it() -> None:
    card = json.loads((MODELS / "model_card.json").read_text())
    [row] = [row for row in read_ledger(LEDGER) if row["model_version"] == card["model_version"]]
    figures = list_populations(card)[Population.CHILD]["metrics"]["test_half"]
    assert {name: float(row[name]) for name in ("auc", "sensitivity", "specificity")} == {
        name: figures[name] for name in ("auc", "sensitivity", "specificity")
    }


def test_the_artefacts_agreed_on_validation_within_the_tolerance() -> None:
    card = json.loads((MODELS / "model_card.json").read_text())
    agreement = card["metrics"]["agreement"]
    assert card["tolerance"] == TOLERANCE
    children = list_populations(card)[Population.CHILD]
    assert agreement["radiographs"] == children["validation"]["radiographs"]
    assert agreement["probability_difference_max"] <= TOLERANCE["probability"]
    assert agreement["attention_correlation_min"] >= TOLERANCE["attention_correlation"]
    assert agreement["flips"] == 0


@pytest.mark.data
def test_the_artefacts_agree_on_radiographs_of_the_data_set(data: Path) -> None:
    """That the model was trained on some of them does not matter: it is compared with itself."""
    split = split_for_recipe(DEFAULT, read_manifest(data))
    # Every 40th: some 20 radiographs of all subtypes in a few seconds.
    pixels = load_images(split.validation[::40])
    card = read_card(MODELS / "model_card.json")
    agreement = compare(
        predict_litert(MODELS / card.cpu_path, pixels),
        predict_saved_model(MODELS / "saved_model", pixels),
        calibration=Calibration(card.children.temperature, card.children.shift),
        point=OperatingPoint(threshold=card.children.threshold, band=card.children.band, rule=""),
    )
    assert agreement.probability_difference_max <= TOLERANCE["probability"]
    assert agreement.attention_correlation_min >= TOLERANCE["attention_correlation"]
    assert agreement.flips == 0
    assert agreement.radiographs == len(pixels) > 15


def test_the_readable_card_is_of_the_same_model_and_tells_the_same_figures() -> None:
    card = json.loads((MODELS / "model_card.json").read_text())
    readable = (MODELS.parent / "docs" / "model-card.md").read_text()
    assert readable.startswith(f"# Model card: {card['model_version']}\n")
    figures = list_populations(card)[Population.CHILD]["metrics"]["test_half"]
    for row, name in (
        ("AUC", "auc"),
        ("sensitivity", "sensitivity"),
        ("specificity", "specificity"),
    ):
        # The mean over the seeds stands before it.
        assert re.search(rf"^\| {row} \| 0\.\d+ \| {figures[name]:.3f} \(", readable, re.MULTILINE)
