"""What the two exported artefacts answer for many radiographs."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray
from rich.progress import track

from screening.radiograph import Pixels

BATCH = 32
THREADS = 2


@dataclass(frozen=True, eq=False)
class Predictions:
    """Answers in the pictures' order: logits and typicality (n,), doubts (n, 3) or (n, 0) where
    the model gives no reasons, attention (n, size, size).
    """

    logits: NDArray[np.float64]
    typicality: NDArray[np.float64]
    doubts: NDArray[np.float64]
    attention: NDArray[np.float32]


def predict_saved_model(folder: Path, pixels: Pixels) -> Predictions:
    """What the endpoint's artefact answers for (n, 224, 224), asked in its own message form."""
    serve = tf.saved_model.load(str(folder)).signatures["serving_default"]
    starts = range(0, len(pixels), BATCH)
    answers = [
        serve(pixels=tf.constant([one.tobytes() for one in pixels[start : start + BATCH]]))
        for start in track(starts, description="SavedModel")
    ]
    return _predictions([{name: t.numpy() for name, t in one.items()} for one in answers])


def predict_litert(path: Path, pixels: Pixels) -> Predictions:
    """What the CPU's artefact answers, one radiograph at a time as in the screening function."""
    interpreter = Interpreter(model_path=str(path), num_threads=THREADS)
    screen = interpreter.get_signature_runner()
    pictures = (one[np.newaxis, ..., np.newaxis] for one in pixels)
    return _predictions(
        [
            {name: np.array(value) for name, value in screen(pixels=picture).items()}
            for picture in track(pictures, total=len(pixels), description="LiteRT")
        ]
    )


def _predictions(answers: Sequence[dict[str, NDArray[np.float32]]]) -> Predictions:
    def joined(name: str) -> NDArray[np.float64]:
        return np.concatenate([answer[name] for answer in answers]).astype(np.float64)

    logits = joined("logit")
    return Predictions(
        logits=logits,
        typicality=joined("typicality"),
        doubts=joined("doubts") if "doubts" in answers[0] else np.empty((len(logits), 0)),
        attention=joined("attention").astype(np.float32),
    )
