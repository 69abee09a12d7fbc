"""Writes the model card: what anyone who uses the model must know, as one JSON file."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from contracts.endpoint import INPUT_COLUMNS, INPUT_ROWS
from contracts.model_layout import CARD_FILE, CPU_FILE, SAVED_MODEL_FOLDER
from training.artefact.agreement import TOLERANCE, Agreement
from training.artefact.model_folder import file_sha256, folder_sha256
from training.data.manifest import radiographs_sha256
from training.data.split import DataSplit
from training.fit.calibration import Calibration, OperatingPoint, reliability_bins
from training.recipe import Recipe
from training.value_types import Intervals, Labels, Metrics, Probabilities

# The saliency map has one cell for 16 x 16 pixels of the network's input: the backbone's stride.
STRIDE = 16

# The data set holds frontal radiographs of children of one to five years.
INTENDED_USE = {
    "age_years": [1, 5],
    "views": ["PA", "AP"],
    "sentence": (
        "Decision support, not a diagnosis: frontal chest X-rays of children of 1 to 5 years, "
        "read by a clinician who knows the patient."
    ),
}


@dataclass(frozen=True)
class TrainingResult:
    """Everything that a run has fitted and measured on validation."""

    version: str
    calibration: Calibration
    point: OperatingPoint
    probabilities: Probabilities
    labels: Labels
    validation: Metrics
    agreement: Agreement
    typicality_limit: float
    rejected_share: float


def write_card(
    folder: Path,
    *,
    recipe: Recipe,
    result: TrainingResult,
    split: DataSplit,
    description: Mapping[str, str],
) -> None:
    """Writes the card of the exports in `folder`, with their hashes.

    `description` is the name, licence and credit of the data set.
    """
    card = {
        "model_version": result.version,
        "created": dt.datetime.now(dt.UTC).date().isoformat(),
        "input": {
            "height": INPUT_ROWS,
            "width": INPUT_COLUMNS,
            "channels": 1,
            "dtype": "uint8",
            "resize": "squash, Pillow bilinear",
        },
        "attention_size": recipe.image_size // STRIDE,
        "artefacts": _artefacts(folder),
        "calibration": {"method": "Platt", **_round(asdict(result.calibration))},
        "operating_point": asdict(result.point),
        "validation": {
            "radiographs": len(split.validation),
            "patients": len({radiograph.patient for radiograph in split.validation}),
            "prevalence": round(float(result.labels.mean()), 6),
            "reliability": reliability_bins(result.probabilities, result.labels),
        },
        "typicality_limit": round(result.typicality_limit, 6),
        "metrics": _metrics(result),
        "recipe": recipe.card_fields(),
        "data": {**description, **_data_hashes(split)},
        "intended_use": INTENDED_USE,
        "tolerance": TOLERANCE,
    }
    (folder / CARD_FILE).write_text(json.dumps(card, indent=2) + "\n")


def add_test_metrics(
    folder: Path, *, radiographs: int, patients: int, metrics: Metrics, intervals: Intervals
) -> None:
    """Adds the metrics of an evaluation on the test set to the card in `folder`."""
    card = json.loads((folder / CARD_FILE).read_text())
    card["metrics"]["test_half"] = {
        "radiographs": radiographs,
        "patients": patients,
        **_round(metrics),
        "intervals_95": {name: [round(x, 6) for x in pair] for name, pair in intervals.items()},
    }
    (folder / CARD_FILE).write_text(json.dumps(card, indent=2) + "\n")


def _artefacts(folder: Path) -> dict[str, dict[str, str]]:
    return {
        "cpu": {
            "path": CPU_FILE,
            "sha256": file_sha256(folder / CPU_FILE),
            "weights": "float16",
        },
        "endpoint": {
            "path": SAVED_MODEL_FOLDER,
            "sha256": folder_sha256(folder / SAVED_MODEL_FOLDER),
            "weights": "float32",
        },
    }


def _metrics(result: TrainingResult) -> dict[str, Any]:
    return {
        "validation": _round(result.validation),
        "agreement": _round(asdict(result.agreement)),
        # The share of validation radiographs that the out-of-distribution detector rejects.
        "refused": round(result.rejected_share, 6),
        # `training.evaluate` fills it in.
        "test_half": None,
    }


def _round(values: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 6) for name, value in values.items()}


def _data_hashes(split: DataSplit) -> dict[str, str]:
    return {
        "train_sha256": radiographs_sha256(split.train),
        "validation_sha256": radiographs_sha256(split.validation),
        "test_sha256": radiographs_sha256(split.test),
    }
