"""The sections of a report about validation: groups of films, adults by view, and the map."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from training.data.acquisition_clusters import find_clusters, measure_traces
from training.data.adult_films import NORMAL, AdultFilm, read_lungs
from training.data.examples import load_images
from training.data.films import OPACITY, VIEW_NAMES
from training.data.lung_masks import read_lung_mask
from training.data.manifest import class_labels
from training.data.split import DataSplit
from training.evaluation.localisation import measure_lung_energy, measure_pointing
from training.evaluation.markdown import format_table, wrap
from training.evaluation.metrics import compute_metrics
from training.evaluation.released_model import ReleasedModel
from training.value_types import Members

_METRICS = ("auc", "sensitivity", "specificity", "calibration_error", "confidently_wrong")
_SHARES = ("uncertain_share", "answered_accuracy")


def format_validation(model: ReleasedModel, split: DataSplit) -> str:
    """Compares the groups of validation radiographs that were acquired alike."""
    pixels, labels = load_images(split.validation), class_labels(split.validation)
    clusters = find_clusters(
        measure_traces(load_images(split.train)), measure_traces(pixels), seed=model.seed
    )
    probabilities = model.probabilities(model.predict(pixels))
    groups = {"all": np.ones(len(labels), np.bool_)} | {
        f"group {number + 1}": clusters == number for number in np.unique(clusters)
    }
    rows = []
    for name, members in groups.items():
        counts = np.bincount(labels[members], minlength=2)
        row = [name, *map(str, counts)]
        if counts.min():
            metrics = compute_metrics(probabilities[members], labels[members], point=model.point)
            row += [f"{metrics[metric]:.3f}" for metric in (*_METRICS, *_SHARES)]
        else:
            row += [""] * len((*_METRICS, *_SHARES))
        rows.append(row)
    note = (
        "Groups are found by traces of the acquisition: sharpness at four scales, black borders, "
        "clipped white. Epoch, slope, threshold and band were chosen for the worst one that has "
        "at least 25 radiographs of either class."
    )
    head = ["radiographs", "normal", "pneumonia", *(each.replace("_", " ") for each in _METRICS)]
    head += [each.replace("_", " ") for each in _SHARES]
    return f"{wrap(note)}\n\n{format_table(head, rows)}"


def format_adult_validation(model: ReleasedModel, films: Sequence[AdultFilm]) -> str:
    """Measures lungs-only films of adults by view."""
    logits = model.predict(np.stack([read_lungs(film)[0] for film in films])).logits
    is_opacity = np.array([film.label == OPACITY for film in films])
    is_normal = np.array([film.label == NORMAL for film in films])

    def measure(members: Members) -> str:
        return f"{roc_auc_score(is_opacity[members], logits[members]):.3f}"

    rows = []
    for view in VIEW_NAMES:
        members = np.array([film.view == view for film in films])
        healthy = members & (is_opacity | is_normal)
        counts = (int(members.sum()), int(is_opacity[members].sum()))
        rows.append([view, *counts, measure(members), measure(healthy)])
    head = ["view", "films", "with opacity", "AUC against all others", "AUC against normal"]
    return format_table(head, rows)


def format_localisation(
    model: ReleasedModel, films: Sequence[AdultFilm], split: DataSplit, *, data: Path
) -> str:
    """Measures the map on adults' marked opacities and on ill children's lungs."""
    pointing = measure_pointing(model, [film for film in films if film.boxes])
    ill = [each for each in split.validation if each.pneumonia]
    masks = [read_lung_mask(data, radiograph) for radiograph in ill]
    pairs = [(each, mask) for each, mask in zip(ill, masks, strict=True) if mask is not None]
    maps = model.predict(load_images([each for each, _ in pairs])).attention
    energy = measure_lung_energy(maps, [mask for _, mask in pairs])
    return wrap(
        f"In {pointing.pointing:.1%} of {pointing.films:,} lungs-only films of adults, the map's "
        f"maximum lies in a marked opacity (goal: at least 75 %); the centre of the larger lung "
        f"does in {pointing.baseline:.1%}. On {energy.films:,} radiographs of ill children, "
        f"{energy.share:.1%} of the map lies on lungs; of a map that is the same everywhere, "
        f"{energy.baseline:.1%} would. The masks of the lungs often lack lung that is white."
    )
