"""Screens files with the bundled model in this process, without a server (`local.screen`)."""

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

from contracts import evidence_texts, file_texts, texts
from contracts.answers import Answer, Caution, Decision, Predictor
from contracts.endpoint import Prediction, build_request, parse_predictions
from contracts.model_layout import CARD_FILE
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
class FileResult:
    """The result for one file; its field names are those of `local.screen --json`.

    `probability` is calibrated at the validation prevalence. `positive` is true at or above the
    operating threshold, also inside the uncertain band. `age_years` is the age that the file gives.
    The last two say how many of 100 radiographs with such a score have pneumonia at that
    prevalence, and how many validation radiographs had such a score.
    """

    file: str
    state: State
    decision: Decision | None
    reason: str | None
    probability: float | None
    positive: bool | None
    typicality: float | None
    model_version: str
    age_years: int | None
    cautions: tuple[Caution, ...]
    like_this_per_100: int | None
    like_this_radiographs: int | None


class Screening:
    """Runs the bundled model as the screening function or the endpoint does. Raises ModelError.

    There is one CPU model for each core, with one thread each: this takes less time than one model
    with all cores, radiograph by radiograph.
    """

    def __init__(self, model: Model, models: Path = MODELS_FOLDER) -> None:
        self.card = read_card(models / CARD_FILE)
        self.workers = (os.cpu_count() or 1) if model is Model.CPU else 1
        self._predictor = Predictor.CPU if model is Model.CPU else Predictor.ENDPOINT
        self._decoders: Queue[SandboxedDecoder] = Queue()
        self._models: Queue[Predict] = Queue()
        for _ in range(self.workers):
            self._decoders.put(SandboxedDecoder())
            self._models.put(_load_model(models, self.card, model))

    def screen(self, path: Path) -> tuple[FileResult, str]:
        """Returns the result of a file, and a sentence about it. May run in `workers` threads."""
        try:
            radiograph = self._decode(path)
        except RejectedFile as rejection:
            text = file_texts.format_rejection(rejection.reason, rejection.detail)
            return self._build_result(path, State.REJECTED, reason=rejection.reason), text
        except SandboxError:
            text = "Decoding was interrupted. Screen the file again."
            return self._build_result(path, State.FAILED, reason="interrupted"), text
        except OSError as error:
            reason = error.strerror or "unreadable"
            result = self._build_result(path, State.FAILED, reason=reason)
            return result, f"Cannot be opened: {reason}."
        answer = build_answer(
            self._predict(images.build_model_input(radiograph.pixels)),
            self.card,
            predictor=self._predictor,
            age_years=radiograph.age_years,
            photographed=radiograph.photographed,
            mirrored=radiograph.mirrored,
            exclusion=radiograph.exclusion,
        )
        age = radiograph.age_years
        result = self._build_result(path, State.SCREENED, answer=answer, age_years=age)
        evidence = f". {evidence_texts.format_evidence(answer)}" if answer.is_assessed else ""
        return result, texts.format_decision(answer) + evidence

    def _decode(self, path: Path) -> Radiograph:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        decoder = self._decoders.get()
        try:
            return decoder(content)
        finally:
            self._decoders.put(decoder)

    def _predict(self, pixels: Pixels) -> Prediction:
        predict = self._models.get()
        try:
            return predict(pixels)
        finally:
            self._models.put(predict)

    def _build_result(
        self,
        path: Path,
        state: State,
        *,
        reason: str | None = None,
        answer: Answer | None = None,
        age_years: int | None = None,
    ) -> FileResult:
        usable = answer if answer and answer.is_assessed else None
        return FileResult(
            file=str(path),
            state=state,
            decision=answer.decision if answer else None,
            reason=answer.reason if answer else reason,
            probability=usable.probability if usable else None,
            positive=usable.positive if usable else None,
            typicality=answer.typicality if answer else None,
            model_version=self.card.model_version,
            age_years=age_years,
            cautions=answer.cautions if answer else (),
            like_this_per_100=usable.like_this_per_100 if usable else None,
            like_this_radiographs=usable.like_this_radiographs if usable else None,
        )


def _load_model(models: Path, card: ModelCard, model: Model) -> Predict:
    if model is Model.ENDPOINT:
        return _load_endpoint(models)
    return CpuModel((models / card.cpu_path).read_bytes(), card).predict


def _load_endpoint(models: Path) -> Predict:
    """Runs the SavedModel behind the archive's own handlers. Only this imports TensorFlow."""
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
