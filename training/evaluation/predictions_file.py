"""predictions.csv: what a model said of each radiograph of a part."""

import csv
from collections.abc import Sequence
from pathlib import Path

from training.artefact.predictions import Predictions
from training.data.manifest import Radiograph
from training.fit.calibration import Probabilities

COLUMNS = ("file", "subtype", "pneumonia", "logit", "probability", "typicality")


def write_predictions(
    path: Path,
    radiographs: Sequence[Radiograph],
    predictions: Predictions,
    probabilities: Probabilities,
) -> None:
    """One line for each radiograph, in their order."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(COLUMNS)
        said = zip(
            radiographs, predictions.logits, probabilities, predictions.typicality, strict=True
        )
        for radiograph, logit, probability, typicality in said:
            numbers = (f"{number:.6f}" for number in (logit, probability, typicality))
            truth = int(radiograph.pneumonia)
            writer.writerow([radiograph.path.name, radiograph.subtype, truth, *numbers])
