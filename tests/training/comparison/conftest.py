"""A few validation films, and the bundled model as the one that answers."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from contracts.answers import Population
from screening.radiograph import Pixels
from tests.conftest import ROOT
from training.artefact.predictions import Predictions
from training.comparison.cached_model import CachedModel
from training.comparison.compare_models import Comparison, compare_models
from training.comparison.film_set import VALIDATION, Films, FilmSet
from training.comparison.side_measurements import Effort
from training.data.examples import load_images
from training.data.manifest import class_labels, radiographs_sha256, read_manifest
from training.data.split import split_by_patient

Compare = Callable[[CachedModel], Comparison]
_FILMS_PER_CLASS = 50
_EFFORT = Effort(films_per_class=5, strengths=(3,), resamples=100, turns=3)


@dataclass(frozen=True)
class AlteredModel(CachedModel):
    """The model with other input or other output, which is predicted by the real network."""

    alter_pixels: Callable[[Pixels], Pixels] = lambda pixels: pixels
    alter_predictions: Callable[[Predictions], Predictions] = lambda predictions: predictions

    def predict(self, pixels: Pixels) -> Predictions:
        return self.alter_predictions(super().predict(self.alter_pixels(pixels)))

    def predict_cpu(self, pixels: Pixels) -> Predictions:
        return self.alter_predictions(super().predict_cpu(self.alter_pixels(pixels)))


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("predictions")


@pytest.fixture(scope="session")
def current(cache: Path) -> CachedModel:
    return CachedModel(ROOT / "models", cache)


@pytest.fixture(scope="session")
def film_set(data: Path, current: CachedModel) -> FilmSet:
    """The last films of either class in the validation set, with its hash."""
    split = split_by_patient(read_manifest(data), share=current.validation_share)
    radiographs = [
        radiograph
        for label in (False, True)
        for radiograph in [r for r in split.validation if r.pneumonia == label][-_FILMS_PER_CLASS:]
    ]
    labels = class_labels(radiographs)
    is_virus = np.array([radiograph.subtype == "virus" for radiograph in radiographs])
    return FilmSet(
        split=VALIDATION,
        sha256=radiographs_sha256(split.validation),
        children=Films(
            Population.CHILD,
            load_images(radiographs),
            labels,
            [radiograph.patient for radiograph in radiographs],
            {"virus against normal": is_virus | (labels == 0)},
        ),
        adults=None,
        boxed=(),
        masked=None,
    )


@pytest.fixture(scope="session")
def compare(
    current: CachedModel, film_set: FilmSet, tmp_path_factory: pytest.TempPathFactory
) -> Compare:
    """Compares a challenger with the bundled model. The data folder has no images to reject; the
    time of a film depends on the machine, so both models get the same.
    """
    empty = tmp_path_factory.mktemp("no-images")

    def run(challenger: CachedModel) -> Comparison:
        [result] = compare_models(current, [challenger], film_set, data=empty, effort=_EFFORT)
        return replace(result, milliseconds=(10.0, 10.0))

    return run


@pytest.fixture
def model_copy(tmp_path: Path) -> Path:
    """A copy of the bundled model, whose card may be changed."""
    return shutil.copytree(ROOT / "models", tmp_path / "models")
