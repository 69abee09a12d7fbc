"""Trains a model in SageMaker, with the recipes and the code of this machine.

`python -m training.launch --recipe default --stage dev --spot --wait`. With `--wait` it shows the
log and then registers the model, pending approval; without it, `python -m training.register JOB`
does that later. `--local` runs the same job on this machine, without AWS.
"""

import argparse
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from contracts.training import TRAINING_PREFIX
from release.data_channels import has_object, upload_channels, upload_model
from release.job import JobRequest, describe_job, start_job
from release.local_job import run_locally
from release.registration import register_job
from release.stage_account import StageAccount, StageError, explain_aws_errors, find_stage
from release.stage_options import add_stage_options
from training.command import run_command
from training.container import FIRST_MODEL
from training.data.manifest import FOLDER
from training.first_model import choose_first_model, describe_first_model
from training.overrides import add_recipe_options, apply_overrides
from training.preflight import check_inputs
from training.recipe import Recipe
from training.recipes import RECIPES

# Every account may start this one. A GPU is faster, but a new account has to ask for its quota.
_DEFAULT_INSTANCE = "ml.m5.xlarge"
# A new account's limit in SageMaker is five days.
_MIN_HOURS, _MAX_HOURS = 0.1, 120


def main(check: Callable[[Path], None]) -> int:
    """`check` refuses a data set on this machine that may not be trained on."""
    arguments = _parser().parse_args()
    return run_command(
        lambda: _launch(arguments, check),
        interruption="A job in SageMaker goes on; one on this machine goes on when started again.",
    )


def _launch(arguments: argparse.Namespace, check: Callable[[Path], None]) -> None:
    recipe = apply_overrides(RECIPES[arguments.recipe], dict(arguments.set))
    if not arguments.data.startswith("s3://"):
        check(Path(arguments.data))
    if arguments.local:
        _run_locally(arguments)
    else:
        _run_in_sagemaker(recipe, arguments)


def _run_locally(arguments: argparse.Namespace) -> None:
    if arguments.data.startswith("s3://"):
        raise StageError("--local reads a folder of this machine, and not S3. Set --data.")
    model = run_locally(
        arguments.recipe,
        dict(arguments.set),
        Path(arguments.data),
        first_model=arguments.warm_start,
    )
    print(f"The model is in {model}")


def _run_in_sagemaker(recipe: Recipe, arguments: argparse.Namespace) -> None:
    if recipe.adults:
        raise StageError(
            f"The recipe {recipe.name} needs films of adults, and jobs in SageMaker do not "
            "get them yet. Train it on this machine, with --local."
        )
    account = find_stage(arguments.stage, region=arguments.region)
    stage = account.environment.stage
    if not account.environment.subnets:
        raise StageError(
            f"{stage} has no network for training jobs. Deploy it with the setting `training` at "
            "true, or train on this machine, with --local."
        )
    with explain_aws_errors():
        job = start_job(account, _build_request(account, recipe, arguments))
    print(f"Job {job.training_job_name} is under way in {stage}.")
    if arguments.wait:
        with explain_aws_errors():
            _wait(job)
        register_job(account, job.training_job_name)
    else:
        print(f"Once it is done: python -m training.register {job.training_job_name}", end=" ")
        print(f"--stage {stage}")


def _build_request(
    account: StageAccount, recipe: Recipe, arguments: argparse.Namespace
) -> JobRequest:
    return JobRequest(
        recipe=arguments.recipe,
        overrides=dict(arguments.set),
        checkpoints=_checkpoints_url(account, arguments.resume) if arguments.resume else "",
        channels=_channels(account, recipe, arguments),
        instance_type=arguments.instance_type,
        use_spot=arguments.spot,
        max_hours=arguments.hours,
    )


def _channels(
    account: StageAccount, recipe: Recipe, arguments: argparse.Namespace
) -> dict[str, str]:
    """The S3 URL of each folder that the recipe needs; a folder of this machine is uploaded."""
    data, warm_start = arguments.data, arguments.warm_start
    if not data.startswith("s3://"):
        first_model = check_inputs(recipe, Path(data), warm_start=warm_start).first_model
        _print_first_model(first_model, recipe, is_default=not warm_start)
        return upload_channels(account, Path(data), recipe, first_model=first_model)
    allowed_prefix = f"s3://{account.environment.models_bucket}/{TRAINING_PREFIX}"
    if not data.startswith(allowed_prefix):
        raise StageError(f"Jobs read below {allowed_prefix} only, and not {data}.")
    url = data.rstrip("/")
    first_model = choose_first_model(
        recipe,
        url,
        warm_start=warm_start,
        has_weights=bool(recipe.backbone) and has_object(account, f"{url}/{recipe.backbone}"),
    )
    _print_first_model(first_model, recipe, is_default=not warm_start)
    channels = {FOLDER: f"{url}/{FOLDER}/"}
    if first_model:
        channels[FIRST_MODEL] = upload_model(account, first_model)
    elif recipe.backbone:
        name = Path(recipe.backbone).parent.name
        channels[name] = f"{url}/{name}/"
    return channels


def _print_first_model(first_model: Path | None, recipe: Recipe, *, is_default: bool) -> None:
    if first_model and is_default:
        print(describe_first_model(first_model, recipe))


def _checkpoints_url(account: StageAccount, job_name: str) -> str:
    """The checkpoints of a job that has ended. Raises StageError if there are none."""
    job = describe_job(account, job_name)
    status = job["TrainingJobStatus"]
    if status in ("InProgress", "Stopping"):
        raise StageError(f"Job {job_name} is {status}: two jobs would write the same checkpoints.")
    if "CheckpointConfig" not in job:
        raise StageError(f"Job {job_name} kept no checkpoints to go on from.")
    return str(job["CheckpointConfig"]["S3Uri"])


def _wait(job: Any) -> None:
    """Shows the log until the job has ended. Raises StageError if it made no model."""
    from sagemaker.core.utils.exceptions import FailedStatusError

    try:
        job.wait(logs=True)
    except FailedStatusError as error:
        job.refresh()
        raise StageError(f"Job {job.training_job_name} failed: {job.failure_reason}") from error


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
            f"'{text}' is no instance type of SageMaker, such as {_DEFAULT_INSTANCE}"
        )
    return text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.launch",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_recipe_options(parser)
    add_stage_options(parser)
    parser.add_argument(
        "--data",
        default=os.environ.get("XRAY_DATA", "../shared/data"),
        help="folder of the data set, uploaded once, or its S3 URL, below training/",
    )
    parser.add_argument(
        "--warm-start",
        type=Path,
        help="folder of a trained model that gives the first weights (default: the recipe's "
        "backbone, or the released model where the data have none)",
    )
    parser.add_argument(
        "--instance-type",
        type=_parse_instance_type,
        default=_DEFAULT_INSTANCE,
        help=f"default: {_DEFAULT_INSTANCE}",
    )
    parser.add_argument("--spot", action="store_true", help="spare capacity: cheaper, may pause")
    parser.add_argument("--hours", type=_parse_hours, default=4.0, help="time limit (4)")
    parser.add_argument("--resume", metavar="JOB", help="go on from the checkpoints of another job")
    parser.add_argument("--wait", action="store_true", help="show the log, then register the model")
    parser.add_argument("--local", action="store_true", help="run the job on this machine")
    return parser
