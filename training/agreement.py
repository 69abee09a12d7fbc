"""What the two exported artefacts answer, and whether they agree closely enough to be released."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray
from rich.progress import track

from screening.radiograph import Pixels
from training.calibration import Calibration, OperatingPoint, calibrate
from training.data import Radiograph, load_pixels
from training.errors import TrainingError

# A release fails beyond these: the largest difference in calibrated probability, and the smallest
# correlation of two attention maps, on any validation radiograph (docs: what a doctor may notice).
TOLERANCE = {"probability": 0.02, "attention_correlation": 0.98}

BATCH = 32
THREADS = 2


class DisagreementError(TrainingError):
    """The CPU and endpoint artefacts differ by more than the tolerance: do not release them."""


@dataclass(frozen=True)
class Predictions:
    """Answers in the radiographs' order: logits and typicality (n,), attention (n, 14, 14)."""

    logits: NDArray[np.float64]
    typicality: NDArray[np.float64]
    attention: NDArray[np.float32]


@dataclass(frozen=True)
class Agreement:
    """Of the CPU artefact with the endpoint's, over all radiographs given."""

    radiographs: int
    probability_difference_max: float
    attention_correlation_min: float
    flips: int


def predict_saved_model(folder: Path, radiographs: Sequence[Radiograph]) -> Predictions:
    """What the endpoint's artefact answers, asked in its own message form."""
    serve = tf.saved_model.load(str(folder)).signatures["serving_default"]
    answers = [
        serve(pixels=tf.constant([one.tobytes() for one in batch]))
        for batch in track(
            load_batches(radiographs, BATCH),
            total=-(-len(radiographs) // BATCH),
            description="SavedModel",
        )
    ]
    return _predictions([{name: t.numpy() for name, t in one.items()} for one in answers])


def predict_litert(path: Path, radiographs: Sequence[Radiograph]) -> Predictions:
    """What the CPU's artefact answers, one radiograph at a time as in the screening function."""
    interpreter = Interpreter(model_path=str(path), num_threads=THREADS)
    screen = interpreter.get_signature_runner()
    return _predictions(
        [
            screen(pixels=load_pixels(radiograph)[np.newaxis])
            for radiograph in track(radiographs, description="LiteRT")
        ]
    )


def compare(
    cpu: Predictions, endpoint: Predictions, *, calibration: Calibration, point: OperatingPoint
) -> Agreement:
    """The largest differences; a flip is `pneumonia` from one and `no_pneumonia` from the other."""
    ours, theirs = (calibrate(one.logits, calibration) for one in (cpu, endpoint))
    low, high = point.band
    flips = ((ours > high) & (theirs < low)) | ((ours < low) & (theirs > high))
    maps = zip(cpu.attention, endpoint.attention, strict=True)
    return Agreement(
        radiographs=len(ours),
        probability_difference_max=float(np.max(np.abs(ours - theirs))),
        attention_correlation_min=min(_correlation(one, other) for one, other in maps),
        flips=int(np.sum(flips)),
    )


def require(agreement: Agreement) -> None:
    """DisagreementError when the artefacts differ by more than TOLERANCE or one decision flips."""
    if (
        agreement.probability_difference_max > TOLERANCE["probability"]
        or agreement.attention_correlation_min < TOLERANCE["attention_correlation"]
        or agreement.flips
    ):
        raise DisagreementError(f"The CPU and endpoint artefacts disagree: {asdict(agreement)}.")


def load_batches(radiographs: Sequence[Radiograph], batch_size: int) -> Iterator[Pixels]:
    """Pixels in the radiographs' order, uint8 of shape (up to batch_size, 224, 224, 1)."""
    for start in range(0, len(radiographs), batch_size):
        chosen = radiographs[start : start + batch_size]
        yield np.stack([load_pixels(radiograph) for radiograph in chosen])


def _correlation(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Pearson's r of two maps; 1 for two constant maps, 0 when only one is constant."""
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return float(np.ptp(one) == np.ptp(other))
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


def _predictions(answers: Sequence[dict[str, NDArray[np.float32]]]) -> Predictions:
    def joined(name: str) -> NDArray[np.float32]:
        return np.concatenate([answer[name] for answer in answers])

    return Predictions(
        logits=joined("logit").astype(np.float64),
        typicality=joined("typicality").astype(np.float64),
        attention=joined("attention"),
    )
