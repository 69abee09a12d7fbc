"""Evaluates frozen models on the test set and writes the report: `python -m training.evaluate`.

The first model gets the whole report. The mean over the seeds of its recipe, and the metrics of
models by other recipes, stand beside its metrics. Every model gets a row in the ledger.
"""

import argparse
import sys
from pathlib import Path

from training.artefact.model_folder import ModelFolder, read_model_folder
from training.command import run_command
from training.data.manifest import DataError, radiographs_sha256, read_manifest
from training.data.split import split_by_patient
from training.data_option import add_data_option
from training.evaluation.test_figures import find_ledger
from training.output_folder import require_folder
from training.quiet_tensorflow import quiet_tensorflow
from training.tracking import track_evaluation
from training.value_types import Metrics

REPORTS = Path(__file__).with_name("reports")
IMAGES = Path("build/evaluation")

# The metrics of the last line, by the names that the line has for them.
_LAST_LINE = {
    "auc": "auc",
    "accuracy": "accuracy",
    "sensitivity": "sensitivity",
    "specificity": "specificity",
    "ece": "calibration_error",
}


def main() -> int:
    """Returns 0 with the metrics in the last line, or 2 with a sentence on stderr."""
    arguments = _parser().parse_args()
    return run_command(lambda: _print_metrics(_evaluate(arguments)))


def _print_metrics(metrics: Metrics) -> None:
    print(" ".join(f"{name} {metrics[metric]:.4f}" for name, metric in _LAST_LINE.items()))


def _evaluate(arguments: argparse.Namespace) -> Metrics:
    model_folders = [read_model_folder(folder) for folder in arguments.models]
    radiographs = read_manifest(arguments.data)
    recipe = model_folders[0].card["recipe"]
    # The card's older name for `max_images`.
    max_images = recipe["limit"]
    if not arguments.ledger:
        check_ledger(model_folders[0])
    split = split_by_patient(radiographs, share=recipe["validation_share"], max_images=max_images)
    for model_folder in model_folders:
        check_test_set(model_folder, radiographs_sha256(split.test), data=arguments.data)
    ledger, out = choose_outputs(arguments, model_folders[0])
    for folder in (out, ledger.parent, arguments.pictures):
        require_folder(folder)
    quiet_tensorflow()
    from training.evaluation.released_model import ReleasedModel
    from training.evaluation.report import write_report

    metrics = write_report(
        [ReleasedModel(folder) for folder in arguments.models],
        split,
        data=arguments.data,
        out=out,
        images=arguments.pictures,
        ledger=ledger,
    )
    track_evaluation(model_folders[0].version, metrics, out)
    return metrics


def choose_outputs(arguments: argparse.Namespace, model: ModelFolder) -> tuple[Path, Path]:
    """The ledger and the folder of the report: those of this repository for the public test set.

    For own data both lie beside the data, because figures of a hospital are not to be published.
    """
    from training.evaluation.ledger import LEDGER

    ledger = arguments.ledger or find_ledger(model.card, arguments.data)
    out = arguments.out or (REPORTS if ledger == LEDGER else arguments.data / REPORTS.name)
    return ledger, out


def check_ledger(model_folder: ModelFolder) -> None:
    """Refuses a try in the ledger of the test set."""
    max_images = model_folder.card["recipe"]["limit"]
    if max_images is not None:
        raise DataError(
            f"{model_folder.version} is made from {max_images} radiographs of each class: a try, "
            "which does not belong into the ledger of the test set. Name another ledger with "
            "--ledger, and another folder with --out."
        )


def check_test_set(model_folder: ModelFolder, test_sha256: str, *, data: Path) -> None:
    """Refuses another data set: its test set may have images that the model was trained on."""
    if model_folder.card["data"]["test_sha256"] != test_sha256:
        raise DataError(
            f"{model_folder.version} was made with another test set than that of {data}."
        )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.evaluate",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "models",
        nargs="*",
        type=Path,
        metavar="MODEL",
        default=[Path("models")],
        help="folders of trained models (default: models, the released one)",
    )
    add_data_option(parser)
    parser.add_argument(
        "--out",
        type=Path,
        help="folder of the report (default: training/reports for the public test set, else "
        "DATA/reports)",
    )
    parser.add_argument(
        "--pictures",
        type=Path,
        default=IMAGES,
        help=f"folder for images that show X-rays (default: {IMAGES})",
    )
    parser.add_argument(
        "--ledger",
        type=Path,
        help="the file that gets a row for each model (default: training/ledger.csv for the public "
        "test set, else DATA/ledger.csv)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
