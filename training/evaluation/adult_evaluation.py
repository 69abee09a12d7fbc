"""Measures a model on whole films of adults from another source, by view."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from contracts.csv_table import TableError, open_table
from screening.radiograph import Pixels
from training.data.adults import TEST_FOLDER as FOLDER
from training.data.films import VIEW_NAMES
from training.data.manifest import DataError
from training.evaluation.bootstrap import bootstrap, percentile_interval
from training.evaluation.ood_detection import read_images
from training.evaluation.released_model import ReleasedModel
from training.value_types import Labels, Logits

_RESAMPLES, _SEED = 2000, 20261128
_COLUMNS = {"file", "label", "patient", "view"}


@dataclass(frozen=True, eq=False)
class AdultTestSet:
    """`pixels` (n, 224, 224) of films with `labels` mined from reports."""

    pixels: Pixels
    labels: Labels
    views: NDArray[np.str_]
    patients: NDArray[np.str_]


@dataclass(frozen=True, kw_only=True)
class AdultResult:
    """The AUC on films of one view with its 95 % interval."""

    view: str
    radiographs: int
    pneumonia: int
    auc: float
    interval: list[float]


def load_adults(data: Path) -> AdultTestSet | None:
    """Returns None where the data folder has no such films. Raises DataError."""
    folder = data / FOLDER
    if not folder.is_dir():
        return None
    rows = _read_rows(folder / "labels.csv")
    images = read_images(folder)
    if absent := [row["file"] for row in rows if row["file"] not in images]:
        raise DataError(
            f"{folder / 'labels.csv'} names {len(absent):,} files that are not there: {absent[0]} "
            "first."
        )
    return AdultTestSet(
        pixels=np.stack([images[row["file"]] for row in rows]),
        labels=np.array([int(row["label"] == "PNEUMONIA") for row in rows]),
        views=np.array([row["view"] for row in rows]),
        patients=np.array([row["patient"] for row in rows]),
    )


def _read_rows(table: Path) -> list[dict[str, str]]:
    try:
        reader = open_table(table)
    except TableError as error:
        raise DataError(str(error)) from error
    if missing := _COLUMNS - set(reader.fieldnames or ()):
        raise DataError(f"{table} has no column named {', '.join(sorted(missing))}.")
    return list(reader)


def measure_adults(model: ReleasedModel, films: AdultTestSet) -> list[AdultResult]:
    """Raises DataError if the films of a view lack one of the two classes."""
    logits = model.predict(films.pixels).logits
    results = []
    for view in VIEW_NAMES:
        members = films.views == view
        labels = films.labels[members]
        if len(np.unique(labels)) < 2:
            raise DataError(f"The {view} films of {FOLDER} need both normal and pneumonia.")
        results.append(
            AdultResult(
                view=view,
                radiographs=len(labels),
                pneumonia=int(labels.sum()),
                auc=float(roc_auc_score(labels, logits[members])),
                interval=_bootstrap_auc(labels, logits[members], films.patients[members].tolist()),
            )
        )
    return results


def count_answered(model: ReleasedModel, films: AdultTestSet) -> dict[str, int]:
    """Returns how many films of each view get an answer when no age is given."""
    is_answered = model.assesses(model.predict(films.pixels))
    return {view: int(is_answered[films.views == view].sum()) for view in VIEW_NAMES}


def _bootstrap_auc(labels: Labels, logits: Logits, patients: Sequence[str]) -> list[float]:
    samples = bootstrap(
        lambda sample: float(roc_auc_score(labels[sample], logits[sample])),
        labels,
        patients=patients,
        resamples=_RESAMPLES,
        seed=_SEED,
    )
    return percentile_interval(samples)
