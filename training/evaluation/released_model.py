"""A released model under evaluation: predicts and decides as in production, from its folder."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contracts.answers import Decision, Predictor
from contracts.model_layout import CARD_FILE, SAVED_MODEL_FOLDER
from screening.answer import build_answer
from screening.card import ModelCard, read_card
from screening.radiograph import Pixels
from training.artefact.model_folder import ModelFolder, read_model_folder
from training.artefact.predictions import Predictions, predict_litert, predict_saved_model
from training.fit.calibration import PREVALENCE, Calibration, calibrate, shift_prevalence
from training.fit.operating_point import OperatingPoint
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

    @property
    def seed(self) -> int:
        return int(self._model_folder.card["recipe"]["seed"])

    @property
    def validation_share(self) -> float:
        return float(self._model_folder.card["recipe"]["validation_share"])

    @property
    def validation_sha256(self) -> str:
        return str(self._model_folder.card["data"]["validation_sha256"])

    @cached_property
    def card(self) -> ModelCard:
        return read_card(self.folder / CARD_FILE)

    @property
    def point(self) -> OperatingPoint:
        """That of children, at balanced odds."""
        children = self.card.children
        threshold, low, high = shift_prevalence(
            np.array([children.threshold, *children.band]), old=children.prevalence, new=PREVALENCE
        ).tolist()
        return OperatingPoint(threshold=threshold, band=(low, high), rule="")

    @property
    def calibration(self) -> Calibration:
        """That of children, at balanced odds, also where the card has it at other odds."""
        children = self.card.children
        prior = np.log(children.prevalence / (1 - children.prevalence))
        return Calibration(children.temperature, children.shift - float(prior))

    def predict(self, pixels: Pixels) -> Predictions:
        """Runs the endpoint's export on (n, 224, 224)."""
        return predict_saved_model(self.folder / SAVED_MODEL_FOLDER, pixels)

    def predict_cpu(self, pixels: Pixels) -> Predictions:
        """Runs the CPU's export on (n, 224, 224)."""
        return predict_litert(self.folder / self.card.cpu_path, pixels)

    def probabilities(self, predictions: Predictions) -> Probabilities:
        """Returns the calibrated probabilities at balanced odds, (n,)."""
        return calibrate(predictions.logits, self.calibration)

    def assesses(self, predictions: Predictions) -> NDArray[np.bool_]:
        """Returns (n,): true where the film gets an answer when nothing is known of its patient."""
        answers = [
            build_answer(prediction, self.card, predictor=Predictor.ENDPOINT)
            for prediction in predictions.split(self.version)
        ]
        return np.array([answer.decision is not Decision.NOT_ASSESSED for answer in answers])

    def rejects(self, predictions: Predictions) -> NDArray[np.bool_]:
        """Returns (n,): true where the out-of-distribution detector rejects the image."""
        limit = self.card.typicality_limit
        return np.asarray(predictions.typicality < (-np.inf if limit is None else limit))
