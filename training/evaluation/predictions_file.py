"""Writes the predictions of a model for a set of radiographs as CSV."""

import csv
from collections.abc import Sequence
from pathlib import Path

from training.artefact.predictions import Predictions
from training.data.manifest import Radiograph
from training.value_types import Probabilities

COLUMNS = ("file", "subtype", "pneumonia", "logit", "probability", "typicality")


def write_predictions(
    path: Path,
    radiographs: Sequence[Radiograph],
    predictions: Predictions,
    probabilities: Probabilities,
) -> None:
    """Writes one line per radiograph, in their order."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(COLUMNS)
        rows = zip(
            radiographs, predictions.logits, probabilities, predictions.typicality, strict=True
        )
        for radiograph, logit, probability, typicality in rows:
            numbers = (f"{number:.6f}" for number in (logit, probability, typicality))
            label = int(radiograph.pneumonia)
            writer.writerow([radiograph.path.name, radiograph.subtype, label, *numbers])
