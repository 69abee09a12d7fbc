"""The command-line options of a training job, shared by the commands that start some."""

import argparse
import os
import re
from pathlib import Path

# Every account may start this one. A GPU is faster, but a new account has to ask for its quota.
DEFAULT_INSTANCE = "ml.m5.xlarge"
# A new account's limit in SageMaker is five days.
_MIN_HOURS, _MAX_HOURS = 0.1, 120


def add_job_options(parser: argparse.ArgumentParser) -> None:
    """Adds the data, the first weights, the instance and the time limit of a job."""
    add_data_options(parser)
    add_instance_options(parser)


def add_data_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data",
        default=os.environ.get("XRAY_DATA", "../shared/data"),
        help="folder of the data set, uploaded once, or its S3 URL, below training/ (default: "
        "XRAY_DATA, else ../shared/data)",
    )
    parser.add_argument(
        "--warm-start",
        type=Path,
        help="folder of a trained model that gives the first weights (default: the recipe's "
        "backbone, or the released model where the data have none)",
    )


def add_instance_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--instance-type",
        type=_parse_instance_type,
        default=DEFAULT_INSTANCE,
        help=f"machine of a job (default: {DEFAULT_INSTANCE})",
    )
    parser.add_argument("--spot", action="store_true", help="spare capacity: cheaper, may pause")
    parser.add_argument(
        "--hours", type=_parse_hours, default=4.0, help="time limit of a job (default: 4)"
    )


def _parse_hours(text: str) -> float:
    try:
        hours = float(text)
    except ValueError:
        hours = 0.0
    if not _MIN_HOURS <= hours <= _MAX_HOURS:
        raise argparse.ArgumentTypeError(
            f"'{text}' is not a number from {_MIN_HOURS} to {_MAX_HOURS}"
        )
    return hours


def _parse_instance_type(text: str) -> str:
    if not re.fullmatch(r"ml\.[a-z]\w+\.\w+", text):
        raise argparse.ArgumentTypeError(
            f"'{text}' is no instance type of SageMaker, such as {DEFAULT_INSTANCE}"
        )
    return text
