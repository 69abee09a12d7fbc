"""The model under evaluation: a folder with its artefacts, asked as a hospital asks it."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from screening.card import ModelCard, read_card
from screening.radiograph import Pixels
from training.artefact.model_folder import CARD, ENDPOINT, ModelFolder, read_model_folder
from training.artefact.predictions import Predictions, predict_litert, predict_saved_model
from training.fit.calibration import Calibration, OperatingPoint, Probabilities, calibrate


@dataclass(frozen=True)
class EvaluatedModel:
    """Raises ArtefactError where `folder` holds no whole model."""

    folder: Path

    @cached_property
    def _artefact(self) -> ModelFolder:
        return read_model_folder(self.folder)

    @property
    def version(self) -> str:
        return self._artefact.version

    @property
    def recipe(self) -> dict[str, Any]:
        """All numbers but the seed: models that share them are seeds of one recipe."""
        recipe = self._artefact.card["recipe"]
        return {name: number for name, number in recipe.items() if name != "seed"}

    @cached_property
    def card(self) -> ModelCard:
        return read_card(self.folder / CARD)

    @property
    def point(self) -> OperatingPoint:
        return OperatingPoint(threshold=self.card.threshold, band=self.card.band, rule="")

    @property
    def calibration(self) -> Calibration:
        return Calibration(self.card.temperature, self.card.shift)

    def predict(self, pixels: Pixels) -> Predictions:
        """Of the endpoint's artefact, for (n, 224, 224)."""
        return predict_saved_model(self.folder / ENDPOINT, pixels)

    def predict_cpu(self, pixels: Pixels) -> Predictions:
        return predict_litert(self.folder / self.card.cpu_path, pixels)

    def probabilities(self, predictions: Predictions) -> Probabilities:
        return calibrate(predictions.logits, self.calibration)

    def rejects(self, predictions: Predictions) -> NDArray[np.bool_]:
        """Which pictures the gate does not take for an upright frontal chest X-ray."""
        limit = self.card.typicality_limit
        return np.asarray(predictions.typicality < (-np.inf if limit is None else limit))
