"""A released model under evaluation: predicts and decides as in production, from its folder."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contracts.model_layout import CARD_FILE, SAVED_MODEL_FOLDER
from screening.card import ModelCard, read_card
from screening.radiograph import Pixels
from training.artefact.model_folder import ModelFolder, read_model_folder
from training.artefact.predictions import Predictions, predict_litert, predict_saved_model
from training.fit.calibration import Calibration, OperatingPoint, calibrate
from training.value_types import Probabilities


@dataclass(frozen=True)
class ReleasedModel:
    """The model in `folder`. Raises ModelFolderError if the folder holds no complete model."""

    folder: Path

    @cached_property
    def _model_folder(self) -> ModelFolder:
        return read_model_folder(self.folder)

    @property
    def version(self) -> str:
        return self._model_folder.version

    @property
    def recipe(self) -> dict[str, Any]:
        """All settings but the seed: models with equal ones are seeds of one recipe."""
        recipe = self._model_folder.card["recipe"]
        return {name: value for name, value in recipe.items() if name != "seed"}

    @cached_property
    def card(self) -> ModelCard:
        return read_card(self.folder / CARD_FILE)

    @property
    def point(self) -> OperatingPoint:
        return OperatingPoint(threshold=self.card.threshold, band=self.card.band, rule="")

    @property
    def calibration(self) -> Calibration:
        return Calibration(self.card.temperature, self.card.shift)

    def predict(self, pixels: Pixels) -> Predictions:
        """Runs the endpoint's export on (n, 224, 224)."""
        return predict_saved_model(self.folder / SAVED_MODEL_FOLDER, pixels)

    def predict_cpu(self, pixels: Pixels) -> Predictions:
        """Runs the CPU's export on (n, 224, 224)."""
        return predict_litert(self.folder / self.card.cpu_path, pixels)

    def probabilities(self, predictions: Predictions) -> Probabilities:
        """Returns the calibrated probabilities, (n,)."""
        return calibrate(predictions.logits, self.calibration)

    def rejects(self, predictions: Predictions) -> NDArray[np.bool_]:
        """Returns (n,): true where the out-of-distribution detector rejects the image."""
        limit = self.card.typicality_limit
        return np.asarray(predictions.typicality < (-np.inf if limit is None else limit))
