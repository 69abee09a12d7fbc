"""The CPU model: the network of the endpoint as a LiteRT file with float16 weights."""

import hashlib
from collections.abc import Mapping

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from contracts.endpoint import INPUT_COLUMNS, INPUT_ROWS, Prediction
from screening.card import ModelCard
from screening.errors import ModelError
from screening.radiograph import Pixels

_Outputs = Mapping[str, NDArray[np.float32]]


class CpuModel:
    """Predicts one radiograph at a time. Not safe for use from several threads.

    Raises ModelError where the SHA-256 of `content` is not the one in the card.
    """

    def __init__(self, content: bytes, card: ModelCard, *, threads: int = 1) -> None:
        if hashlib.sha256(content).hexdigest() != card.cpu_sha256:
            raise ModelError(f"the CPU model is not the file of card {card.model_version}")
        self._version = card.model_version
        self._interpreter = Interpreter(model_content=content, num_threads=threads)
        self._run = self._interpreter.get_signature_runner()

    def predict(self, pixels: Pixels) -> Prediction:
        """Returns the prediction for 224 x 224 uint8 grey, before calibration.

        Raises ModelError for outputs that are no prediction, such as one that is not finite.
        """
        outputs = self._run(pixels=pixels.reshape(1, INPUT_ROWS, INPUT_COLUMNS, 1))
        try:
            return _build_prediction(outputs, self._version)
        except ValueError as error:
            raise ModelError(f"the CPU model of card {self._version} fails: {error}") from error


def _build_prediction(outputs: _Outputs, version: str) -> Prediction:
    saliency = np.squeeze(outputs["attention"]).tolist()
    return Prediction(
        logit=float(np.squeeze(outputs["logit"])),
        typicality=float(np.squeeze(outputs["typicality"])),
        attention=tuple(tuple(row) for row in saliency),
        model_version=version,
        # A model whose out-of-distribution detector gives no reasons has no such output.
        doubts=tuple(np.ravel(outputs.get("doubts", ())).tolist()),
        # Nor has a model up to release 0.2 an output about adults, or about the lungs.
        adult=_read_number(outputs, "adult"),
        lung_energy=_read_number(outputs, "lung_energy"),
    )


def _read_number(outputs: _Outputs, name: str) -> float | None:
    return float(np.squeeze(outputs[name])) if name in outputs else None
