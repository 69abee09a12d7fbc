"""The model card: everything that whoever answers with the model must know, as one JSON file."""

import datetime as dt
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from contracts.endpoint import INPUT_COLUMNS, INPUT_ROWS
from training.artefact.agreement import TOLERANCE, Agreement
from training.artefact.model_folder import CARD, CPU, ENDPOINT, file_sha256, folder_sha256
from training.data.manifest import radiographs_sha256
from training.data.split import DataSplit
from training.evaluation.ledger import Intervals, Metrics
from training.fit.calibration import Calibration, Labels, OperatingPoint, Probabilities, reliability
from training.recipes import Recipe

# Grad-CAM at the backbone's last map: one place for 16 pixels of what the network sees.
STRIDE = 16

# The radiographs of the data set are of children of one to five years, frontal projections.
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
    """What a run found out about its model."""

    version: str
    calibration: Calibration
    point: OperatingPoint
    probabilities: Probabilities
    labels: Labels
    validation: Metrics
    agreement: Agreement
    typicality_limit: float
    refused: float


def write_card(
    folder: Path,
    *,
    recipe: Recipe,
    findings: TrainingResult,
    parts: DataSplit,
    about: dict[str, str],
) -> None:
    """Describe the artefacts that lie in `folder` already; their hashes are taken here. `about` is
    the data set's name, licence and credit."""
    card = {
        "model_version": findings.version,
        "created": dt.datetime.now(dt.UTC).date().isoformat(),
        "input": {
            "height": INPUT_ROWS,
            "width": INPUT_COLUMNS,
            "channels": 1,
            "dtype": "uint8",
            "resize": "squash, Pillow bilinear",
        },
        "attention_size": recipe.side // STRIDE,
        "artefacts": _artefacts(folder),
        "calibration": {"method": "Platt", **_rounded(asdict(findings.calibration))},
        "operating_point": asdict(findings.point),
        "validation": {
            "radiographs": len(parts.validation),
            "patients": len({radiograph.patient for radiograph in parts.validation}),
            "prevalence": round(float(findings.labels.mean()), 6),
            "reliability": reliability(findings.probabilities, findings.labels),
        },
        "typicality_limit": round(findings.typicality_limit, 6),
        "metrics": _metrics(findings),
        "recipe": asdict(recipe),
        "data": {**about, **_parts(parts)},
        "intended_use": INTENDED_USE,
        "tolerance": TOLERANCE,
    }
    (folder / CARD).write_text(json.dumps(card, indent=2) + "\n")


def _artefacts(folder: Path) -> dict[str, dict[str, str]]:
    return {
        "cpu": {
            "path": CPU,
            "sha256": file_sha256(folder / CPU),
            "weights": "float16",
        },
        "endpoint": {
            "path": ENDPOINT,
            "sha256": folder_sha256(folder / ENDPOINT),
            "weights": "float32",
        },
    }


def _metrics(findings: TrainingResult) -> dict[str, Any]:
    return {
        "validation": _rounded(findings.validation),
        "agreement": _rounded(asdict(findings.agreement)),
        # Of validation radiographs, by the gate.
        "refused": round(findings.refused, 6),
        # `training.evaluate` puts them here.
        "test_half": None,
    }


def add_test_metrics(
    folder: Path, *, radiographs: int, patients: int, figures: Metrics, intervals: Intervals
) -> None:
    """Add what a look at the test half showed to the card in `folder`."""
    card = json.loads((folder / CARD).read_text())
    card["metrics"]["test_half"] = {
        "radiographs": radiographs,
        "patients": patients,
        **_rounded(figures),
        "intervals_95": {name: [round(x, 6) for x in pair] for name, pair in intervals.items()},
    }
    (folder / CARD).write_text(json.dumps(card, indent=2) + "\n")


def _rounded(figures: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 6) for name, value in figures.items()}


def _parts(parts: DataSplit) -> dict[str, str]:
    return {
        "train_sha256": radiographs_sha256(parts.train),
        "validation_sha256": radiographs_sha256(parts.validation),
        "test_sha256": radiographs_sha256(parts.test),
    }
