"""Lists films whose labels are likely wrong: `python -m training.label_noise DATA --model FOLDER`.

A linear model on the frozen features of a trained model predicts each film from films of other
patients. cleanlab (Northcutt, Jiang and Chuang 2021, confident learning) compares the probabilities
with the labels. Nothing is changed: a doctor looks at the films of the list. Films of the test set
are not looked at, because labels that a model has chosen would flatter models like it.
"""

import argparse
import csv
import io
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from cleanlab.filter import find_label_issues
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from contracts.model_layout import SAVED_MODEL_FOLDER
from training.atomic_write import write_atomically
from training.command import run_command
from training.data.manifest import DataError, Radiograph, class_labels, read_manifest
from training.output_folder import require_folder
from training.quiet_tensorflow import quiet_tensorflow
from training.sources.connected_groups import connected_groups

_FOLDS = 5
_SEED = 0
# Of the logistic regression, divided by the number of films: the penalty weighs as much in a small
# data set as in a large one. `benchmarks.label_noise_recall` measures what it finds.
_INVERSE_PENALTY = 1.0
_OUT = "label-noise.csv"
_COLUMNS = ("rank", "file", "sha256", "label", "probability")

Features = NDArray[np.float32]
Probabilities = NDArray[np.float64]


def main() -> int:
    """Returns 0, or 2 with a sentence on stderr."""
    return run_command(lambda: run(sys.argv[1:]))


def run(options: Sequence[str]) -> None:
    """Runs the command without `main`'s error handling. Raises TrainingError."""
    arguments = _parser().parse_args(options)
    films = [film for film in read_manifest(arguments.data) if film.split != "test"]
    groups = group_films(films)
    _require_enough(films, groups, arguments.data)
    if not (arguments.model / SAVED_MODEL_FOLDER).is_dir():
        raise DataError(
            f"{arguments.model} has no {SAVED_MODEL_FOLDER}/: name the folder of a trained model."
        )
    out = arguments.out or arguments.data / _OUT
    require_folder(out.parent)
    quiet_tensorflow()
    features = extract_features(arguments.model, films)
    probabilities = predict_out_of_fold(features, films, groups)
    suspects = find_suspects(films, probabilities)
    write_atomically(out, _format_csv(films, probabilities, suspects))
    print(
        f"{len(suspects):,} of {len(films):,} labels are likely wrong: {out}, the likeliest first"
    )
    print("Nothing was changed. Let a doctor read these films again, best without the answer.")


def group_films(films: Sequence[Radiograph]) -> list[int]:
    """Returns a number for each film: those of one patient, or nearly the same, have the same."""
    first_of: dict[str, int] = {}
    patients = [first_of.setdefault(f"patient {film.patient}", i) for i, film in enumerate(films)]
    copies = [
        first_of.setdefault(f"copy {film.duplicate_group or film.sha256}", index)
        for index, film in enumerate(films)
    ]
    return connected_groups(len(films), [*enumerate(patients), *enumerate(copies)])


def extract_features(model: Path, films: Sequence[Radiograph]) -> Features:
    """Returns (n, channels): what the head of the trained model in a folder would use."""
    from training.artefact.keras_model import read_keras_model
    from training.data.examples import load_images
    from training.model.network import pool_features

    backbone = read_keras_model(model / SAVED_MODEL_FOLDER).get_layer("backbone")
    return pool_features(backbone, load_images(films))


def predict_out_of_fold(
    features: Features, films: Sequence[Radiograph], groups: Sequence[int]
) -> Probabilities:
    """Returns the probability of pneumonia (n,) of each film, by films of other groups."""
    classifier = make_pipeline(
        StandardScaler(), LogisticRegression(C=_INVERSE_PENALTY / len(films), max_iter=2_000)
    )
    folds = StratifiedGroupKFold(_FOLDS, shuffle=True, random_state=_SEED)
    predictions = cross_val_predict(
        classifier, features, class_labels(films), groups=groups, cv=folds, method="predict_proba"
    )
    return np.asarray(predictions[:, 1], np.float64)


def find_suspects(films: Sequence[Radiograph], probabilities: Probabilities) -> list[int]:
    """Returns the indices of the labels that are likely wrong, the likeliest first."""
    both = np.stack([1 - probabilities, probabilities], axis=1)
    ranked = find_label_issues(
        class_labels(films), both, return_indices_ranked_by="self_confidence", n_jobs=1
    )
    return [int(index) for index in ranked]


def _require_enough(films: Sequence[Radiograph], groups: Sequence[int], data: Path) -> None:
    for pneumonia, name in ((True, "pneumonia"), (False, "normal")):
        members = {
            group for film, group in zip(films, groups, strict=True) if film.pneumonia == pneumonia
        }
        if len(members) < _FOLDS:
            raise DataError(
                f"{data} has {name} films of {len(members)} patients outside the test set, and at "
                f"least {_FOLDS} are needed."
            )


def _format_csv(
    films: Sequence[Radiograph], probabilities: Probabilities, suspects: Sequence[int]
) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for rank, index in enumerate(suspects, start=1):
        film = films[index]
        label = film.path.parent.name
        file = f"{film.split}/{label}/{film.path.name}"
        writer.writerow([rank, file, film.sha256, label, f"{probabilities[index]:.4f}"])
    return text.getvalue().encode()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.label_noise",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("data", type=Path, help="folder of the data set")
    parser.add_argument(
        "--model", type=Path, required=True, help="folder of a trained model with its SavedModel"
    )
    parser.add_argument(
        "--out", type=Path, help=f"file for the list (default: {_OUT} in the folder of the data)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
