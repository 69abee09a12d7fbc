"""Evaluate frozen models on the test half and write the report: `python -m training.evaluate`.

The first model gets the whole report. With other seeds of its recipe, their mean is told beside it;
so are the figures of a model by another recipe. Every model stands in the ledger of looks.
"""

import argparse
import os
import sys
from pathlib import Path

from training.artefact.model_folder import read_model_folder
from training.data.manifest import DataError, radiographs_sha256, read_manifest
from training.errors import TrainingError

REPORTS = Path(__file__).with_name("reports")
PICTURES = Path("build/evaluation")


def main() -> int:
    """0 with the figures in the last line; 2 and a sentence when nothing can be evaluated."""
    arguments = _parser().parse_args()
    try:
        figures = _evaluate(arguments)
    except TrainingError as error:
        print(error, file=sys.stderr)
        return 2
    said = {"auc": "auc", "accuracy": "accuracy", "sensitivity": "sensitivity"}
    said |= {"specificity": "specificity", "ece": "calibration_error"}
    print(" ".join(f"{name} {figures[key]:.4f}" for name, key in said.items()))
    return 0


def _evaluate(arguments: argparse.Namespace) -> dict[str, float]:
    artefacts = [read_model_folder(folder) for folder in arguments.models]
    radiographs = read_manifest(arguments.data)
    # Only now, because it takes seconds; and before it, else it logs its build options.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from training.data.split import split_by_patient
    from training.evaluation.evaluated_model import EvaluatedModel
    from training.evaluation.ledger import LEDGER
    from training.evaluation.report import write_report

    recipe = artefacts[0].card["recipe"]
    if recipe["limit"] is not None and not arguments.ledger:
        raise DataError(
            f"{artefacts[0].version} is made from {recipe['limit']} radiographs of a kind: a try, "
            "which does not belong into the ledger of looks. Name another with --ledger and --out."
        )
    parts = split_by_patient(
        radiographs,
        share=recipe["validation_share"],
        seed=recipe["seed"],
        limit=recipe["limit"],
    )
    for artefact in artefacts:
        # Another data set may hold what the model was trained on.
        if artefact.card["data"]["test_sha256"] != radiographs_sha256(parts.test):
            raise DataError(
                f"{artefact.version} was made beside another test part than {arguments.data} has."
            )
    return write_report(
        [EvaluatedModel(folder) for folder in arguments.models],
        parts,
        data=arguments.data,
        out=arguments.out,
        pictures=arguments.pictures,
        ledger=arguments.ledger or LEDGER,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training.evaluate", description=__doc__)
    parser.add_argument("models", nargs="*", type=Path, default=[Path("models")])
    parser.add_argument(
        "--data", type=Path, default=Path(os.environ.get("XRAY_DATA", "../shared/data"))
    )
    parser.add_argument("--out", type=Path, default=REPORTS, help="folder of the report")
    parser.add_argument(
        "--pictures", type=Path, default=PICTURES, help="folder for pictures that show X-rays"
    )
    parser.add_argument("--ledger", type=Path, help="default: training/ledger.csv")
    return parser


if __name__ == "__main__":
    sys.exit(main())
