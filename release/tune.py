"""Searches better settings of a recipe by Optuna, on validation films alone.

`python -m training.tune --recipe head --trials 20 --data DATA` trains here, one trial after the
other; with --stage each trial is a training job. What may change is in
training/tuning/search_space.py. The same command again goes on with the same search.
"""

import argparse
import hashlib
import json
import shlex
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

from optuna.trial import Trial
from rich.console import Console

from release.job import JobRequest
from release.job_inputs import find_channels, find_training_stage
from release.job_options import add_job_options
from release.job_trials import run_job_trials
from release.stage_account import explain_aws_errors
from training.artefact.model_folder import file_sha256, read_model_folder
from training.command import run_command
from training.data.manifest import data_set_sha256, read_description
from training.fit.checkpoint import TRAINED_WEIGHTS
from training.output_folder import require_folder
from training.overrides import add_recipe_options, apply_overrides
from training.preflight import check_inputs
from training.recipe import Recipe
from training.recipes import RECIPES
from training.tuning.local_trials import find_checkpoints, run_trial
from training.tuning.search import Search, open_search, read_reason
from training.tuning.search_report import (
    build_search_table,
    describe_outcome,
    format_options,
    list_options,
)
from training.tuning.search_space import (
    Range,
    TuningError,
    find_search_space,
    format_settings,
    read_settings,
)

_S3 = "s3://"
_MAX_COUNT = 1_000_000
_OUT = Path("build/tuning")


def main(check: Callable[[Path], None]) -> int:
    """`check` refuses a data set on this machine that may not be trained on."""
    arguments = _parser().parse_args()
    return run_command(lambda: _tune(arguments, check))


def _tune(arguments: argparse.Namespace, check: Callable[[Path], None]) -> None:
    recipe = apply_overrides(RECIPES[arguments.recipe], dict(arguments.set))
    ranges = find_search_space(recipe, dict(arguments.set))
    needs_stage = arguments.data.startswith(_S3) or arguments.spot or arguments.parallel > 1
    if needs_stage and not arguments.stage:
        raise TuningError(
            "Data in S3, --spot and --parallel are for training jobs: name a stage by --stage."
        )
    if not arguments.data.startswith(_S3):
        check(Path(arguments.data))
    require_folder(arguments.out)
    folder = arguments.out / f"{recipe.name}-{_hash_search(recipe, ranges, arguments)}"
    print(f"The search is in {folder}; the same command goes on with it.", flush=True)
    with open_search(
        folder,
        ranges,
        recipe_values=read_settings(recipe, ranges),
        trials=arguments.trials,
        seed=arguments.seed,
    ) as search:
        if arguments.stage:
            _run_jobs(search, recipe, arguments)
        else:
            _run_here(search, arguments, folder)
        _print_results(search, arguments, folder)


def _hash_search(recipe: Recipe, ranges: tuple[Range, ...], arguments: argparse.Namespace) -> str:
    """Losses are compared within one search only: other data, first weights, ranges or settings
    that are fixed begin another one.
    """
    data, first_model = arguments.data, arguments.warm_start
    if not data.startswith(_S3):
        inputs = check_inputs(recipe, Path(data), warm_start=arguments.warm_start)
        data = data_set_sha256(inputs.radiographs, read_description(Path(data)))
        first_model = inputs.first_model
    weights = ""
    if first_model:
        trained = first_model / TRAINED_WEIGHTS
        is_network = trained.is_file()
        weights = file_sha256(trained) if is_network else read_model_folder(first_model).version
    parts = [recipe.sha256, data, weights, arguments.stage, [asdict(each) for each in ranges]]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:8]


def _run_here(search: Search, arguments: argparse.Namespace, folder: Path) -> None:
    while trial := search.ask():
        settings = format_settings(trial.params)
        options = _training_options(arguments, settings)
        run_trial(search, trial, [*options, "--cache", str(arguments.cache)], folder=folder)
        _show(search, trial, arguments.trials)


def _run_jobs(search: Search, recipe: Recipe, arguments: argparse.Namespace) -> None:
    account = find_training_stage(recipe, arguments.stage, region=arguments.region)

    def build_request(settings: Mapping[str, str]) -> JobRequest:
        return JobRequest(
            recipe=recipe.name,
            overrides={**dict(arguments.set), **settings},
            channels=channels,
            instance_type=arguments.instance_type,
            use_spot=arguments.spot,
            max_hours=arguments.hours,
            only_learn=True,
        )

    with explain_aws_errors():
        channels = find_channels(
            account, recipe, data=arguments.data, warm_start=arguments.warm_start
        )
        run_job_trials(
            search,
            account,
            build_request,
            parallel=arguments.parallel,
            show=lambda trial: _show(search, trial, arguments.trials),
        )


def _show(search: Search, trial: Trial, trials: int) -> None:
    """Prints the outcome of a trial. Raises TuningError where the recipe itself is not trained."""
    outcome = next(each for each in search.finished if each.number == trial.number)
    settings = format_options(format_settings(outcome.params))
    count = f"{len(search.finished)} of {trials}"
    print(f"trial {trial.number} ({count}): {describe_outcome(outcome)} {settings}", flush=True)
    if trial.number == 0 and read_reason(outcome):
        raise TuningError(
            f"The recipe's own settings cannot be trained: {read_reason(outcome)} "
            "The same command goes on with other settings."
        )


def _print_results(search: Search, arguments: argparse.Namespace, folder: Path) -> None:
    Console().print(build_search_table(search.finished))
    best = search.best
    if best is None:
        raise TuningError("No trial has ended with a validation loss; the table says why.")
    if best.number == 0:
        print("No trial is better than the recipe's own settings.")
        return
    settings = format_settings(best.params)
    print(f"The best settings: {format_options({**dict(arguments.set), **settings})}")
    command = ["python", "-m", "training", *_training_options(arguments, settings)]
    if arguments.stage:
        command[2] = "training.launch"
        command += ["--stage", arguments.stage]
    else:
        command += ["--checkpoints", str(find_checkpoints(folder, best.number))]
    print(f"Make the model: {shlex.join(command)}")


def _training_options(arguments: argparse.Namespace, settings: Mapping[str, str]) -> list[str]:
    options = ["--recipe", arguments.recipe, "--data", arguments.data]
    if arguments.warm_start:
        options += ["--warm-start", str(arguments.warm_start)]
    if arguments.pixel_cache and not arguments.stage:
        options += ["--pixel-cache", str(arguments.pixel_cache)]
    return [*options, *list_options({**dict(arguments.set), **settings})]


def _parse_count(text: str) -> int:
    if not (text.isdecimal() and 1 <= int(text) <= _MAX_COUNT):
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from 1 to {_MAX_COUNT}")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.tune",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_recipe_options(parser)
    add = parser.add_argument
    add("--trials", type=_parse_count, default=20, help="how many, with earlier ones (default: 20)")
    add("--seed", type=_parse_count, default=1, help="draws other settings (default: 1)")
    add("--out", type=Path, default=_OUT, help=f"folder of searches (default: {_OUT})")
    add("--cache", type=Path, default=Path("build/training"), help="as for python -m training")
    add("--pixel-cache", type=Path, help="as for python -m training; not with --stage")
    add("--stage", help="each trial is a training job of this stage (default: it runs here)")
    add("--region", help="region of the stage (default: that of the AWS settings, else us-east-1)")
    add("--parallel", type=_parse_count, default=1, help="jobs at a time, of --stage (default: 1)")
    add_job_options(parser)
    return parser
