"""Screens films as the screening function does: sandboxed decoder, CPU model, no saliency map."""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Queue
from typing import Any

import numpy as np
from rich.progress import track

from contracts.answers import Answer, Predictor
from contracts.endpoint import Prediction
from contracts.model_layout import CARD_FILE
from contracts.sites import SiteSettings
from screening.answer import build_answer
from screening.card import ModelCard, read_card
from screening.cpu_model import CpuModel
from screening.errors import ModelError, RejectedFile, SandboxError
from screening.images import build_model_input
from screening.radiograph import Radiograph
from screening.sandbox import SandboxedDecoder
from training.acceptance.films import LabelledFilm
from training.artefact.model_folder import ModelFolderError
from training.data.manifest import DataError
from training.sources.errors import UnusableImage


@dataclass(frozen=True)
class CpuRelease:
    """The card of a released model, also as the JSON object, and the content of its CPU file."""

    card: ModelCard
    card_fields: Mapping[str, Any]
    content: bytes


@dataclass(frozen=True, kw_only=True)
class ScreenedFilm:
    """What screening finds in one film, before any answer.

    `rejection` says why the file has no pixels; then there are no `radiograph` (whose pixels are
    dropped) and no `prediction` (whose saliency map is dropped).
    """

    film: LabelledFilm
    patient: str
    sha256: str
    rejection: str = ""
    radiograph: Radiograph | None = None
    prediction: Prediction | None = None

    @property
    def age_years(self) -> int | None:
        """The age in the file, else that of the data set, as a doctor may enter it."""
        age_years = self.radiograph.age_years if self.radiograph else None
        return self.film.details.age_years if age_years is None else age_years

    def answer(self, card: ModelCard, site: SiteSettings | None) -> Answer | None:
        """Returns the answer that a doctor of the site gets; None for a file that is rejected."""
        if self.radiograph is None or self.prediction is None:
            return None
        return build_answer(
            self.prediction,
            card,
            predictor=Predictor.CPU,
            site=site,
            age_years=self.age_years,
            photographed=self.radiograph.photographed,
            mirrored=self.radiograph.mirrored,
            exclusion=self.radiograph.exclusion,
        )


def read_release(folder: Path) -> CpuRelease:
    """Reads card and CPU file, and checks the file's hash. Raises ModelFolderError."""
    if not (folder / CARD_FILE).is_file():
        raise ModelFolderError(f"There is no model in {folder}: it has no {CARD_FILE}.")
    try:
        card = read_card(folder / CARD_FILE)
        content = (folder / card.cpu_path).read_bytes()
        CpuModel(content, card)
    except ModelError as error:
        raise ModelFolderError(f"The model in {folder} cannot be used: {error}.") from error
    except OSError as error:
        raise ModelFolderError(f"{error.filename} cannot be read: {error.strerror}.") from error
    return CpuRelease(card, json.loads((folder / CARD_FILE).read_text()), content)


def screen_films(films: Sequence[LabelledFilm], release: CpuRelease) -> list[ScreenedFilm]:
    """Screens the films in their order, one for each core at a time. Raises DataError.

    Each core has a decoder and a CPU model of its own, with one thread each.
    """
    workers = os.cpu_count() or 1
    screeners: Queue[_Screener] = Queue()
    for _ in range(workers):
        screeners.put(_Screener(release))

    def screen(film: LabelledFilm) -> ScreenedFilm:
        screener = screeners.get()
        try:
            return screener.screen(film)
        finally:
            screeners.put(screener)

    pool = ThreadPoolExecutor(workers)
    try:
        results = track(pool.map(screen, films), "Screening", total=len(films))
        return list(results)
    finally:
        pool.shutdown(cancel_futures=True)
        while not screeners.empty():
            screeners.get().close()


class _Screener:
    def __init__(self, release: CpuRelease) -> None:
        self._decoder = SandboxedDecoder()
        self._model = CpuModel(release.content, release.card)

    def close(self) -> None:
        self._decoder.close()

    def screen(self, film: LabelledFilm) -> ScreenedFilm:
        try:
            content = film.read()
        except UnusableImage as error:
            return ScreenedFilm(
                film=film, patient=f"film {film.name}", sha256="", rejection=str(error)
            )
        patient = film.find_patient(content)
        sha256 = hashlib.sha256(content).hexdigest()
        try:
            radiograph = self._decode(film.name, content)
        except RejectedFile as rejection:
            reason = str(rejection.reason)
            return ScreenedFilm(film=film, patient=patient, sha256=sha256, rejection=reason)
        prediction = self._model.predict(build_model_input(radiograph.pixels))
        return ScreenedFilm(
            film=film,
            patient=patient,
            sha256=sha256,
            radiograph=replace(radiograph, pixels=np.empty((0, 0), np.uint8)),
            prediction=replace(prediction, attention=((0.0,),)),
        )

    def _decode(self, name: str, content: bytes) -> Radiograph:
        """Tries twice where the file is not to blame. Raises RejectedFile and DataError."""
        with suppress(SandboxError):
            return self._decoder(content)
        try:
            return self._decoder(content)
        except SandboxError as error:
            raise DataError(f"{name} was not decoded: {error} Start the test again.") from error
