"""Registers a trained model in a stage, pending approval; it answers nobody yet.

`python -m training.register build/training/default --stage dev`, or the name of a training job. A
version that another stage has is copied by `--from-stage`:
`python -m training.register default-0123abcd --from-stage dev --stage prod`.
"""

import argparse
import os
from pathlib import Path

from release.registration import register_folder, register_job
from release.stage_account import StageError, find_stage
from release.stage_options import add_stage_options
from release.version_copy import register_copy
from training.command import run_command
from training.evaluation.test_figures import complete_test_figures
from training.quiet_tensorflow import quiet_tensorflow


def main() -> int:
    arguments = _parser().parse_args()
    return run_command(lambda: _register(arguments))


def _register(arguments: argparse.Namespace) -> None:
    account = find_stage(arguments.stage, region=arguments.region)
    folder = Path(arguments.model)
    if arguments.from_stage:
        source = find_stage(
            arguments.from_stage, region=arguments.from_region, profile=arguments.from_profile
        )
        register_copy(account, arguments.model, source=source)
    elif folder.is_dir():
        quiet_tensorflow()
        complete_test_figures(folder, data=arguments.data)
        register_folder(account, folder)
    elif "/" in arguments.model:
        raise StageError(f"There is no folder {arguments.model} here.")
    else:
        register_job(account, arguments.model)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.register",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "model", help="the folder of a trained model, a training job's name, or a version"
    )
    add_stage_options(parser)
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("XRAY_DATA", "../shared/data")),
        help="the data set, on whose test set a folder's model is evaluated if it was not yet",
    )
    parser.add_argument("--from-stage", help="the stage that has the version, such as dev")
    parser.add_argument("--from-region", help="its region (default: as for --region)")
    parser.add_argument("--from-profile", help="the AWS profile for it, of another account")
    return parser
