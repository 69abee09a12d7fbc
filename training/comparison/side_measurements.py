"""What is measured of each model beside its labelled films: robustness, detector, map, exports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from contracts.model_layout import CPU_FILE, SAVED_MODEL_FOLDER
from training.artefact.agreement import Agreement
from training.artefact.comparison import compare
from training.comparison.cached_model import CachedModel
from training.comparison.film_set import Films, FilmSet
from training.comparison.model_metrics import find_right
from training.evaluation.corruptions import CORRUPTIONS
from training.evaluation.localisation import (
    Localisation,
    LungEnergy,
    measure_lung_energy,
    measure_pointing,
)
from training.evaluation.ood_detection import RejectionCount, count_negatives
from training.evaluation.robustness import CorruptionResult, measure_corruptions

_ALTERED = "films"
# Counted by `count_negatives`, but to be analysed: a mirrored chest, and films of chests in the
# folders of other images.
_CHESTS = (f"{_ALTERED}, mirrored", "but a chest X-ray")


@dataclass(frozen=True, kw_only=True)
class Effort:
    """How much is measured. `films_per_class` are those that are corrupted and altered."""

    films_per_class: int = 100
    strengths: Sequence[int] = (1, 3, 5)
    resamples: int = 1000
    turns: int = 100


@dataclass(frozen=True, kw_only=True)
class SideMeasurement:
    """`corrupted` has, by corruption, the share of strengths at which each film (n,) is right.
    `megabytes` are of the CPU file and of the SavedModel together.
    """

    corruptions: Sequence[CorruptionResult]
    corrupted: Mapping[str, NDArray[np.float64]]
    negatives: Sequence[RejectionCount]
    pointing: Localisation | None
    lung_energy: LungEnergy | None
    agreement: Agreement
    megabytes: float

    @property
    def rejected(self) -> dict[str, tuple[int, int]]:
        """Of the images to reject, those that get no answer and all: of other kinds, and altered.

        Images of the data folder are counted apart, because the detector has not learned them.
        """
        counts = [each for each in self.negatives if not each.kind.endswith(_CHESTS)]
        altered = [each for each in counts if each.kind.startswith((_ALTERED, "blank"))]
        other = [each for each in counts if each not in altered]
        return {
            name: (sum(each.unassessed for each in kinds), sum(each.images for each in kinds))
            for name, kinds in (("images of other kinds", other), ("altered films", altered))
            if kinds
        }


def measure_beside(
    model: CachedModel, films: FilmSet, *, data: Path, effort: Effort
) -> SideMeasurement:
    sample: Films = films.children.take(effort.films_per_class)
    energy = None
    if films.masked:
        pixels, masks = films.masked
        energy = measure_lung_energy(model.predict(pixels).attention, masks)
    return SideMeasurement(
        corruptions=measure_corruptions(
            model, sample.pixels, sample.labels, strengths=effort.strengths
        ),
        corrupted=_measure_right(model, sample, strengths=effort.strengths),
        negatives=count_negatives(model, sample.pixels, data, films=_ALTERED),
        pointing=measure_pointing(model, films.boxed) if films.boxed else None,
        lung_energy=energy,
        agreement=compare(
            model.predict_cpu(films.children.pixels),
            model.predict(films.children.pixels),
            calibration=model.calibration,
            point=model.point,
        ),
        megabytes=_measure_size(model.folder),
    )


def _measure_right(
    model: CachedModel, films: Films, *, strengths: Sequence[int]
) -> dict[str, NDArray[np.float64]]:
    return {
        name: np.mean(
            [
                find_right(
                    model,
                    model.predict(np.stack([corrupt(each, strength) for each in films.pixels])),
                    films.labels,
                )
                for strength in strengths
            ],
            axis=0,
        )
        for name, corrupt in CORRUPTIONS.items()
    }


def _measure_size(folder: Path) -> float:
    files = [folder / CPU_FILE, *(folder / SAVED_MODEL_FOLDER).rglob("*")]
    return sum(path.stat().st_size for path in files if path.is_file()) / 1e6
