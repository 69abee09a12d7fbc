"""The bundled model with no server: what `local.screen` asks about each file."""

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

from contracts import texts
from contracts.answers import Answer, Decision, Predictor
from contracts.endpoint import Prediction, build_request, parse_predictions
from contracts.record import State
from local.settings import ROOT, Model
from screening import images
from screening.answer import build_answer
from screening.card import ModelCard, read_card
from screening.cpu_model import CpuModel
from screening.errors import ModelError, RejectedFile, SandboxError
from screening.radiograph import MAX_BYTES, Pixels, Radiograph
from screening.sandbox import SandboxedDecoder

MODELS_FOLDER = ROOT / "models"

Predict = Callable[[Pixels], Prediction]


@dataclass(frozen=True, kw_only=True)
class Line:
    """What is said of one file: `probability` is calibrated at the validation prevalence and
    `positive` is at or above the operating threshold, also inside the uncertain band.
    """

    file: str
    state: State
    decision: Decision | None
    reason: str | None
    probability: float | None
    positive: bool | None
    typicality: float | None
    model_version: str


class Screening:
    """The bundled model, as the functions or as the endpoint run it. Raises ModelError.

    The CPU model runs once a core, each on one thread: radiographs side by side take less time
    than one radiograph on all cores.
    """

    def __init__(self, model: Model, models: Path = MODELS_FOLDER) -> None:
        self.card = read_card(models / "model_card.json")
        self.workers = (os.cpu_count() or 1) if model is Model.CPU else 1
        self._predictor = Predictor.CPU if model is Model.CPU else Predictor.ENDPOINT
        self._readers: Queue[SandboxedDecoder] = Queue()
        self._idle: Queue[Predict] = Queue()
        for _ in range(self.workers):
            self._readers.put(SandboxedDecoder())
            self._idle.put(_cpu(models, self.card) if model is Model.CPU else _endpoint(models))

    def screen(self, path: Path) -> tuple[Line, str]:
        """The line of a file, and the same in words. Safe from as many threads as `workers`."""
        try:
            radiograph = self._read(path)
        except RejectedFile as rejection:
            reason = texts.format_rejection(rejection.reason, rejection.detail)
            return self._line(path, State.REJECTED, reason=rejection.reason), reason
        except SandboxError:
            why = "Reading it was interrupted. Screen it again."
            return self._line(path, State.FAILED, reason="interrupted"), why
        except OSError as error:
            why = error.strerror or "unreadable"
            return self._line(path, State.FAILED, reason=why), f"Cannot be opened: {why}."
        said = build_answer(
            self._predict(images.build_model_input(radiograph.pixels)),
            self.card,
            predictor=self._predictor,
            age_years=radiograph.age_years,
            photographed=radiograph.photographed,
            not_for_us=radiograph.not_for_us,
        )
        return self._line(path, State.SCREENED, said=said), texts.format_decision(said)

    def _read(self, path: Path) -> Radiograph:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        reader = self._readers.get()
        try:
            return reader(content)
        finally:
            self._readers.put(reader)

    def _predict(self, pixels: Pixels) -> Prediction:
        predict = self._idle.get()
        try:
            return predict(pixels)
        finally:
            self._idle.put(predict)

    def _line(
        self, path: Path, state: State, *, reason: str | None = None, said: Answer | None = None
    ) -> Line:
        assessed = said is not None and said.decision is not Decision.NOT_ASSESSED
        return Line(
            file=str(path),
            state=state,
            decision=said.decision if said else None,
            reason=said.reason if said else reason,
            probability=said.probability if said and assessed else None,
            positive=said.positive if said and assessed else None,
            typicality=said.typicality if said else None,
            model_version=self.card.model_version,
        )


def _cpu(models: Path, card: ModelCard) -> Predict:
    return CpuModel((models / card.cpu_path).read_bytes(), card).predict


def _endpoint(models: Path) -> Predict:
    """The archive's own handlers over the SavedModel; TensorFlow is loaded here and only here."""
    from local.sagemaker.endpoint import start_container
    from sagemaker_inference.archive import build_archive

    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "model.tar.gz"
        build_archive(models, archive)
        container = start_container(archive)

    def predict(pixels: Pixels) -> Prediction:
        status, content, _ = container.invoke(build_request([pixels.tobytes()]), {})
        if status != 200:
            raise ModelError(f"the endpoint answers {status}: {content.decode()}")
        return parse_predictions(content, expected=1)[0]

    return predict
