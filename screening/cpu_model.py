"""The CPU model: the network of the endpoint as a LiteRT file with float16 weights."""

import hashlib

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from contracts.endpoint import INPUT_COLUMNS, INPUT_ROWS, Prediction
from screening.card import ModelCard
from screening.errors import ModelError
from screening.radiograph import Pixels


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
        """Returns the prediction for 224 x 224 uint8 grey, before calibration."""
        outputs = self._run(pixels=pixels.reshape(1, INPUT_ROWS, INPUT_COLUMNS, 1))
        saliency = np.squeeze(outputs["attention"]).tolist()
        return Prediction(
            logit=float(np.squeeze(outputs["logit"])),
            typicality=float(np.squeeze(outputs["typicality"])),
            attention=tuple(tuple(row) for row in saliency),
            model_version=self._version,
            # A model whose out-of-distribution detector gives no reasons has no such output.
            doubts=tuple(np.ravel(outputs.get("doubts", ())).tolist()),
        )
