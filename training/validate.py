"""Fits and measures on validation all that the model card says of the exports."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from contracts.answers import Population
from contracts.model_layout import CPU_FILE, SAVED_MODEL_FOLDER
from screening.radiograph import Pixels
from training.artefact.card import TrainingResult
from training.artefact.comparison import compare
from training.artefact.histograms import build_histograms
from training.artefact.populations import ALL_FILMS, PopulationResult
from training.artefact.predictions import Predictions, predict_litert, predict_saved_model
from training.data.acquisition_clusters import Clusters, list_groups
from training.data.adult_films import AdultFilm, read_film, read_lungs
from training.data.adults import AdultFilms
from training.data.augmentation import augment_pixels
from training.data.examples import load_images
from training.data.films import OPACITY, VIEW_NAMES
from training.data.manifest import Radiograph, class_labels
from training.fit.calibration import calibrate
from training.fit.limits import choose_min_lung_energy
from training.population_fit import fit_population
from training.recipe import Recipe


def validate(
    recipe: Recipe,
    radiographs: Sequence[Radiograph],
    adults: AdultFilms | None,
    *,
    clusters: Clusters,
    limit: float,
    min_adult_log_odds: float | None,
    out: Path,
    version: str,
) -> TrainingResult:
    """Measures the exports in `out` on the radiographs of children and on adults' films.

    Each film is shown twice, as it is and as another acquisition might have given it. `clusters`
    (n,) are the radiographs' groups of the same acquisition, `limit` that of the in-distribution
    score, `min_adult_log_odds` that of the population.
    """
    labels, pixels = class_labels(radiographs), load_images(radiographs, title="read validation")
    views = _predict_views(recipe, pixels, out=out)
    children = fit_population(
        Population.CHILD,
        [view.logits for view in views],
        labels,
        list_groups(clusters, labels),
        recipe=recipe,
        patients=len({radiograph.patient for radiograph in radiographs}),
        films="whole films; pneumonia as the data set labels it",
        auc_groups={ALL_FILMS: np.ones(len(labels), np.bool_)},
    )
    populations, histograms = (
        [children],
        {
            Population.CHILD.value: build_histograms(
                pixels,
                labels,
                probabilities=children.probabilities,
                typicality=views[0].typicality,
            )
        },
    )
    if adults is not None:
        whole = np.stack([read_film(film.path) for film in adults.whole])
        whole_views = _predict_views(recipe, whole, out=out)
        populations.append(_validate_lungs(recipe, adults.lungs, out=out))
        histograms[Population.ADULT.value] = build_histograms(
            whole,
            np.zeros(len(whole), np.int64),
            probabilities=calibrate(whole_views[0].logits, populations[1].calibration),
            typicality=whole_views[0].typicality,
        )
    energy = views[0].lung_energy
    return TrainingResult(
        version=version,
        populations=tuple(populations),
        agreement=compare(
            predict_litert(out / CPU_FILE, pixels),
            views[0],
            calibration=children.calibration,
            point=children.point,
        ),
        typicality_limit=limit,
        rejected_share=float(np.mean(views[0].typicality < limit)),
        min_adult_log_odds=min_adult_log_odds,
        min_lung_energy=None if energy is None else choose_min_lung_energy(energy[labels == 1]),
        histograms=histograms,
    )


def _validate_lungs(recipe: Recipe, films: Sequence[AdultFilm], *, out: Path) -> PopulationResult:
    """Fits adults on their lungs only: of whole films, only healthy ones are at hand."""
    pixels = np.stack([read_lungs(film)[0] for film in films])
    labels = np.array([film.label == OPACITY for film in films], np.int64)
    views = {view: np.array([film.view == view for film in films]) for view in VIEW_NAMES}
    return fit_population(
        Population.ADULT,
        [each.logits for each in _predict_views(recipe, pixels, out=out)],
        labels,
        [np.ones(len(labels), np.bool_), *views.values()],
        recipe=recipe,
        patients=len({film.patient for film in films}),
        films="lungs only; opacity as radiologists marked it, against all others",
        auc_groups=views,
    )


def _predict_views(recipe: Recipe, pixels: Pixels, *, out: Path) -> list[Predictions]:
    """Returns the endpoint's predictions of the films as they are and varied."""
    varied = augment_pixels(pixels, recipe.augmentation, seed=recipe.seed)
    return [predict_saved_model(out / SAVED_MODEL_FOLDER, each) for each in (pixels, varied)]
