"""Trains a model in SageMaker, with the recipes and the code of this machine.

`python -m training.launch --recipe default --stage dev --spot --wait`. With `--wait` it shows the
log and then registers the model, pending approval; without it, `python -m training.register JOB`
does that later. `--local` runs the same job on this machine, without AWS.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from release.job import JobRequest, describe_job, start_job
from release.job_inputs import find_channels, find_training_stage
from release.job_options import add_job_options
from release.local_job import find_local_data, run_locally
from release.registration import register_job
from release.stage_account import StageAccount, StageError, explain_aws_errors
from release.stage_options import add_stage_options
from training.command import run_command
from training.overrides import add_recipe_options, apply_overrides
from training.recipe import Recipe
from training.recipes import RECIPES


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
    model = run_locally(
        arguments.recipe,
        dict(arguments.set),
        find_local_data(arguments.data),
        first_model=arguments.warm_start,
    )
    print(f"The model is in {model}")


def _run_in_sagemaker(recipe: Recipe, arguments: argparse.Namespace) -> None:
    account = find_training_stage(recipe, arguments.stage, region=arguments.region)
    stage = account.environment.stage
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
        channels=find_channels(
            account, recipe, data=arguments.data, warm_start=arguments.warm_start
        ),
        instance_type=arguments.instance_type,
        use_spot=arguments.spot,
        max_hours=arguments.hours,
    )


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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.launch",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_recipe_options(parser)
    add_stage_options(parser)
    add_job_options(parser)
    parser.add_argument("--resume", metavar="JOB", help="go on from the checkpoints of another job")
    parser.add_argument("--wait", action="store_true", help="show the log, then register the model")
    parser.add_argument("--local", action="store_true", help="run the job on this machine")
    return parser
