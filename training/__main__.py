"""Train a model by a recipe: `python -m training --recipe baseline`."""

import argparse
import os
import sys
from pathlib import Path

from training.data import TrainingError, read_manifest
from training.ledger import LEDGER
from training.recipes import RECIPES


def main() -> int:
    """Run one recipe and say what came out; status 2 and a sentence when nothing can."""
    arguments = _parser().parse_args()
    out = arguments.out or Path("build/training") / arguments.recipe
    try:
        radiographs = read_manifest(arguments.data)
        # Only now, because it takes seconds; and before it, else it logs its build options.
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        os.environ["KERAS_BACKEND"] = "tensorflow"
        from training.train import train

        findings = train(
            RECIPES[arguments.recipe],
            radiographs,
            data=arguments.data,
            out=out,
            cache=Path("build/training"),
            ledger=LEDGER if arguments.final else None,
        )
    except TrainingError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{findings.version} is in {out}")
    print(f"validation: {findings.validation}")
    print(f"agreement of cpu with endpoint: {findings.agreement}")
    if findings.test_half is not None:
        print(f"test half: {findings.test_half}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--recipe", choices=sorted(RECIPES), required=True)
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("XRAY_DATA", "../shared/data")),
        help="folder of the data set (default: XRAY_DATA, else ../shared/data)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        help="folder for the artefacts and the card (default: build/training/RECIPE; "
        "a release goes to models)",
    )
    parser.add_argument(
        "--final",
        action="store_true",
        help="also evaluate on the test half, once for each model, and log it in the ledger",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
