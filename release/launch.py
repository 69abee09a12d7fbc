"""Train in SageMaker, by the recipes and the code of this machine.

`python -m training.launch --recipe default --stage dev --spot --wait`. With `--wait` the log is
shown and the model is registered, pending approval; without it, `python -m training.register JOB`
does that later. `--local` runs what the job would run, here, with no AWS at all.
"""

import argparse
import os
import re
import sys
from pathlib import Path
from typing import Any

from contracts.training import TRAINING_PREFIX
from release.account import Cloud, CloudError, find, said_in_words
from release.data_channels import channels
from release.job import Order, describe, start
from release.local_job import run_here
from release.options import add_stage
from release.register import register_job
from training.__main__ import add_recipe
from training.data.manifest import FOLDER
from training.errors import TrainingError
from training.overrides import apply_overrides
from training.recipes import RECIPES, Recipe

# Any account may start it. A GPU is faster, but a new account has to ask for its quota.
_INSTANCE = "ml.m5.xlarge"
# SageMaker's own bound of a new account: five days.
_FEWEST_HOURS, _MOST_HOURS = 0.1, 120


def main() -> int:
    chosen = _parser().parse_args()
    try:
        recipe = apply_overrides(RECIPES[chosen.recipe], dict(chosen.set))
        if chosen.local and chosen.data.startswith("s3://"):
            raise CloudError("--local reads a folder of this machine, and not S3. Set --data.")
        if chosen.local:
            print(f"The model is in {run_here(chosen.recipe, dict(chosen.set), Path(chosen.data))}")
            return 0
        cloud = find(chosen.stage, region=chosen.region)
        with said_in_words():
            job = start(cloud, _order(cloud, recipe, chosen))
        print(f"Job {job.training_job_name} is under way in {cloud.place.stage}.")
        if chosen.wait:
            with said_in_words():
                _wait(job)
            register_job(cloud, job.training_job_name)
        else:
            print(f"Once it is done: python -m training.register {job.training_job_name}", end=" ")
            print(f"--stage {cloud.place.stage}")
    except TrainingError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(
            "Stopped. A job in SageMaker goes on; one on this machine goes on when started again.",
            file=sys.stderr,
        )
        return 130
    return 0


def _order(cloud: Cloud, recipe: Recipe, chosen: argparse.Namespace) -> Order:
    return Order(
        recipe=chosen.recipe,
        settings=dict(chosen.set),
        checkpoints=_checkpoints(cloud, chosen.resume) if chosen.resume else "",
        channels=_channels(cloud, chosen.data, recipe),
        instance_type=chosen.instance_type,
        spot=chosen.spot,
        hours=chosen.hours,
    )


def _channels(cloud: Cloud, data: str, recipe: Recipe) -> dict[str, str]:
    if not data.startswith("s3://"):
        return channels(cloud, Path(data), recipe)
    within = f"s3://{cloud.place.models_bucket}/{TRAINING_PREFIX}"
    if not data.startswith(within):
        raise CloudError(f"Jobs read below {within} only, and not {data}.")
    folders = [FOLDER, *([Path(recipe.backbone).parent.name] if recipe.backbone else [])]
    return {name: f"{data.rstrip('/')}/{name}/" for name in folders}


def _checkpoints(cloud: Cloud, name: str) -> str:
    """Of a job that has ended. Raises CloudError where there are none to go on from."""
    job = describe(cloud, name)
    if job["TrainingJobStatus"] in ("InProgress", "Stopping"):
        raise CloudError(f"Job {name} is {job['TrainingJobStatus']}: two would write one run.")
    if "CheckpointConfig" not in job:
        raise CloudError(f"Job {name} kept no checkpoints to go on from.")
    return str(job["CheckpointConfig"]["S3Uri"])


def _wait(job: Any) -> None:
    """Shows the log until the job has ended. Raises CloudError where it made no model."""
    from sagemaker.core.utils.exceptions import FailedStatusError

    try:
        job.wait(logs=True)
    except FailedStatusError as error:
        job.refresh()
        why = job.failure_reason
        raise CloudError(f"Job {job.training_job_name} failed: {why}") from error


def _hours(text: str) -> float:
    try:
        hours = float(text)
    except ValueError:
        hours = 0.0
    if not _FEWEST_HOURS <= hours <= _MOST_HOURS:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number from 0.1 to {_MOST_HOURS}")
    return hours


def _instance_type(text: str) -> str:
    if not re.fullmatch(r"ml\.[a-z]\w+\.\w+", text):
        raise argparse.ArgumentTypeError(f"'{text}' is no type of SageMaker's, such as {_INSTANCE}")
    return text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.launch",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_recipe(parser)
    add_stage(parser)
    parser.add_argument(
        "--data",
        default=os.environ.get("XRAY_DATA", "../shared/data"),
        help="folder of the data set, uploaded once, or its address in S3, below training/",
    )
    parser.add_argument(
        "--instance-type", type=_instance_type, default=_INSTANCE, help=f"default: {_INSTANCE}"
    )
    parser.add_argument("--spot", action="store_true", help="spare capacity: cheaper, may pause")
    parser.add_argument("--hours", type=_hours, default=4.0, help="stop the job after them (4)")
    parser.add_argument("--resume", metavar="JOB", help="go on from the checkpoints of another job")
    parser.add_argument("--wait", action="store_true", help="show the log, then register the model")
    parser.add_argument("--local", action="store_true", help="run the job on this machine")
    return parser
