"""Trains a model by a recipe: `python -m training --recipe default`."""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from training.command import run_command
from training.data.manifest import SNAPSHOT_FILE
from training.data.pixel_cache import use_pixel_cache
from training.data_option import add_data_option
from training.errors import TrainingError
from training.first_model import describe_first_model
from training.output_folder import require_folder
from training.overrides import add_recipe_options, apply_overrides
from training.preflight import RunInputs, check_inputs
from training.quiet_tensorflow import quiet_tensorflow
from training.recipe import Recipe, RecipeError
from training.recipes import RECIPES
from training.results_table import build_results_table

if TYPE_CHECKING:
    from training.model.warm_start import WarmStart


def main() -> int:
    """Returns 0, or 2 with a sentence on stderr if there is no model."""
    return run_command(lambda: run(sys.argv[1:]))


def run(options: Sequence[str]) -> None:
    """Runs the command without `main`'s error handling (used by `training.container`).

    Raises TrainingError.
    """
    arguments = _parser().parse_args(options)
    recipe = apply_overrides(RECIPES[arguments.recipe], dict(arguments.set))
    out = arguments.out or Path("build/training") / arguments.recipe
    folders = (out, arguments.cache, arguments.checkpoints, arguments.pixel_cache)
    # A snapshot of a stage is compared with it; a job has a copy without the file that names it.
    if (arguments.data / SNAPSHOT_FILE).is_file():
        from collection.check import check_before_training

        check_before_training(arguments.data)
    inputs = check_inputs(recipe, arguments.data, warm_start=arguments.warm_start)
    if inputs.first_model and arguments.backend != "tensorflow":
        raise RecipeError("The first weights are a trained model's: use --backend tensorflow.")
    if inputs.first_model and not arguments.warm_start:
        print(describe_first_model(inputs.first_model, recipe), flush=True)
    if arguments.compiled_step and arguments.backend != "tensorflow":
        raise RecipeError("--compiled-step needs --backend tensorflow, whose graph it is.")
    for folder in filter(None, folders):
        require_folder(folder)
    quiet_tensorflow()
    os.environ["KERAS_BACKEND"] = arguments.backend if arguments.only_learn else "tensorflow"
    with use_pixel_cache(arguments.pixel_cache, inputs.radiographs):
        if arguments.only_learn:
            _train_network_only(recipe, inputs, arguments)
            return
        if arguments.backend != "tensorflow":
            # A process has one Keras backend, and only TensorFlow exports.
            _train_network_in_subprocess(options)
        _train(recipe, inputs, arguments, out=out)


def _train_network_only(recipe: Recipe, inputs: RunInputs, arguments: argparse.Namespace) -> None:
    from training.data.split import split_for_recipe
    from training.fit.learning_set import load_learning_set
    from training.fit.train_network import run_folders, train_network

    split = split_for_recipe(recipe, inputs.radiographs)
    learning_set = load_learning_set(recipe, split, data=arguments.data)
    folders = run_folders(arguments.cache, recipe, arguments.checkpoints)
    result = train_network(
        recipe,
        learning_set,
        data=arguments.data,
        folders=folders,
        warm_start=_read_warm_start(recipe, inputs, arguments.data),
        is_compiled=arguments.compiled_step,
    )
    print(f"The weights are in {result.weights}. The same command without --only-learn goes on.")


def _train_network_in_subprocess(options: Sequence[str]) -> None:
    command = [sys.executable, "-m", "training", *options, "--only-learn"]
    if subprocess.run(command, check=False).returncode:
        raise TrainingError("Nothing was learnt, as it says above.")


def _train(recipe: Recipe, inputs: RunInputs, arguments: argparse.Namespace, *, out: Path) -> None:
    from training.artefact.agreement import (
        DisagreementError,
        describe_agreement,
        require_agreement,
    )
    from training.train import train

    result = train(
        recipe,
        inputs.radiographs,
        data=arguments.data,
        out=out,
        cache=arguments.cache,
        checkpoints=arguments.checkpoints,
        warm_start=_read_warm_start(recipe, inputs, arguments.data),
        is_compiled=arguments.compiled_step,
    )
    print(f"{result.version} is in {out}")
    metrics = {population.name.value: population.metrics for population in result.populations}
    Console().print(build_results_table(result.version, metrics))
    print(describe_agreement(result.agreement))
    try:
        require_agreement(result.agreement)
    except DisagreementError as error:
        print(f"Not for release, and no stage will take it. {error}")


def _read_warm_start(recipe: Recipe, inputs: RunInputs, data: Path) -> "WarmStart | None":
    from training.artefact.first_weights import read_warm_start

    return read_warm_start(inputs.first_model, recipe, data) if inputs.first_model else None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    add_recipe_options(parser)
    add_data_option(parser)
    parser.add_argument(
        "--out",
        type=Path,
        help="folder for the exports and the card (default: build/training/RECIPE; "
        "a release goes to models)",
    )
    parser.add_argument(
        "--cache",
        type=Path,
        default=Path("build/training"),
        help="folder for checkpoints and TensorBoard's logs (default: build/training)",
    )
    parser.add_argument(
        "--pixel-cache",
        type=Path,
        help="folder for the decoded pixels of this data set, which further runs read; what the "
        "manifest lacks is deleted there (default: none)",
    )
    parser.add_argument(
        "--checkpoints",
        type=Path,
        help="folder from which a run that was killed goes on (default: one in the cache)",
    )
    parser.add_argument(
        "--warm-start",
        type=Path,
        help="folder of a trained model, or of the checkpoints of a run with --only-learn, that "
        "gives the first weights (default: the recipe's backbone, or the released model where the "
        "data have none)",
    )
    parser.add_argument(
        "--backend",
        choices=("tensorflow", "jax"),
        default="tensorflow",
        help="the library that trains (default: tensorflow); jax must be installed",
    )
    parser.add_argument(
        "--compiled-step",
        action="store_true",
        help="augment on the GPU, in the graph of the training step; the last digits of the losses "
        "differ from those of a run without it",
    )
    parser.add_argument(
        "--only-learn",
        action="store_true",
        help="stop before export and calibration; the same command without it goes on there",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
