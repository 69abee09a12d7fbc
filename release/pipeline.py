"""Trains a model, and registers it if its AUC on validation reaches a limit, in one go.

`python -m training.pipeline upsert --recipe default --stage dev` makes the pipeline of a stage in
SageMaker, `start` starts it, and `show` tells how far it is. `run --recipe default --stage dev`
runs the same steps on this machine.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from release.job import JobRequest
from release.job_inputs import find_channels, find_training_stage
from release.job_options import add_data_options, add_instance_options
from release.local_job import find_local_data
from release.local_pipeline import LocalSteps
from release.pipeline_definition import build_definition
from release.pipeline_steps import DEFAULT_MIN_AUC, arrange
from release.stage_account import StageAccount, StageError, explain_aws_errors, find_stage
from release.stage_options import add_stage_options
from release.stage_pipeline import (
    find_pipeline,
    list_steps,
    read_status,
    start_pipeline,
    store_pipeline,
)
from training.command import run_command
from training.overrides import add_recipe_options, add_setting_option, apply_overrides
from training.recipe import Recipe
from training.recipes import RECIPES


def main(check: Callable[[Path], None]) -> int:
    """Returns 0, 1 where `run` refuses the model, or 2 with a sentence on stderr.

    `check` refuses a data set on this machine that may not be trained on.
    """
    arguments = _parser().parse_args()
    results: list[bool] = []
    status = run_command(
        lambda: results.append(arguments.run(arguments, check)),
        interruption="An execution in SageMaker goes on; one on this machine goes on when started "
        "again.",
    )
    return status or int(not results[0])


def _upsert(arguments: argparse.Namespace, check: Callable[[Path], None]) -> bool:
    recipe = apply_overrides(RECIPES[arguments.recipe], dict(arguments.set))
    _check_data(arguments.data, check)
    account = _find_stage(recipe, arguments)
    with explain_aws_errors():
        request = JobRequest(
            recipe=arguments.recipe,
            overrides=dict(arguments.set),
            channels=find_channels(
                account, recipe, data=arguments.data, warm_start=arguments.warm_start
            ),
            instance_type=arguments.instance_type,
            use_spot=arguments.spot,
            max_hours=arguments.hours,
        )
        definition = build_definition(account, request, min_auc=arguments.min_auc)
        is_new = store_pipeline(account, definition)
    stage = account.environment.stage
    print(f"The training pipeline of {stage} is {'created' if is_new else 'updated'}.")
    print(f"Start it: python -m training.pipeline start --stage {stage}")
    return True


def _start(arguments: argparse.Namespace, check: Callable[[Path], None]) -> bool:
    """The data are compared again, so that no film is trained on that was deleted since."""
    account = find_stage(arguments.stage, region=arguments.region)
    stage = account.environment.stage
    with explain_aws_errors():
        pipeline = find_pipeline(account)
        settings = {**pipeline.settings, **dict(arguments.set)}
        recipe = apply_overrides(RECIPES[pipeline.recipe], settings)
        _check_data(arguments.data, check)
        channels = find_channels(
            account, recipe, data=arguments.data, warm_start=arguments.warm_start
        )
        if channels.keys() != pipeline.channels.keys():
            raise StageError(
                f"The pipeline of {stage} reads {', '.join(pipeline.channels)}, and these data "
                f"give {', '.join(channels)}. Make it anew: python -m training.pipeline upsert "
                f"--recipe {recipe.name} --stage {stage}"
            )
        execution = start_pipeline(
            account, settings=settings, channels=channels, min_auc=arguments.min_auc
        )
    print(f"{execution} is under way.")
    print(f"Look at it: python -m training.pipeline show {execution} --stage {stage}")
    return True


def _show(arguments: argparse.Namespace, check: Callable[[Path], None]) -> bool:
    del check
    account = find_stage(arguments.stage, region=arguments.region)
    with explain_aws_errors():
        status = read_status(account, arguments.execution)
        steps = list(list_steps(account, arguments.execution))
    table = Table("step", "status", "job", "reason", title=status)
    for step in steps:
        table.add_row(step.name, step.status, step.job, step.reason)
    Console().print(table)
    return True


def _run(arguments: argparse.Namespace, check: Callable[[Path], None]) -> bool:
    settings = dict(arguments.set)
    apply_overrides(RECIPES[arguments.recipe], settings)
    data = find_local_data(arguments.data)
    check(data)
    steps = LocalSteps(
        account=find_stage(arguments.stage, region=arguments.region),
        recipe=arguments.recipe,
        settings=settings,
        data=data,
        first_model=arguments.warm_start,
        min_auc=arguments.min_auc,
    )
    return arrange(steps)


def _find_stage(recipe: Recipe, arguments: argparse.Namespace) -> StageAccount:
    """Raises StageError for a stage that has no pipeline's role."""
    account = find_training_stage(recipe, arguments.stage, region=arguments.region)
    if not account.environment.pipeline_role_arn:
        raise StageError(
            f"{account.environment.stage} was deployed before there were pipelines. Deploy it "
            "again, or use training.launch."
        )
    return account


def _check_data(data: str, check: Callable[[Path], None]) -> None:
    if not data.startswith("s3://"):
        check(Path(data))


def _parse_auc(text: str) -> float:
    try:
        auc = float(text)
    except ValueError:
        auc = -1.0
    if not 0 <= auc <= 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number from 0 to 1")
    return auc


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.pipeline",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True)
    upsert = commands.add_parser("upsert", help="create or update the pipeline of a stage")
    start = commands.add_parser("start", help="start an execution of it")
    show = commands.add_parser("show", help="show an execution and its steps")
    run = commands.add_parser("run", help="run the same steps on this machine")
    for command, function in ((upsert, _upsert), (start, _start), (show, _show), (run, _run)):
        command.set_defaults(run=function)
        add_stage_options(command)
    show.add_argument("execution", help="its ARN, as `start` prints it")
    for command in (upsert, start, run):
        add_data_options(command)
        default = None if command is start else DEFAULT_MIN_AUC
        shown = "that of the pipeline" if command is start else DEFAULT_MIN_AUC
        command.add_argument(
            "--min-auc",
            type=_parse_auc,
            default=default,
            help=f"the AUC on validation from which a model is registered (default: {shown})",
        )
    for command in (upsert, run):
        add_recipe_options(command)
    add_setting_option(start)
    add_instance_options(upsert)
    return parser
