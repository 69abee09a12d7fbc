"""Decides whether a challenger may answer in place of another model.

`python -m training.gate CHALLENGER [SEED ...] --against CURRENT --data DATA`. Models are folders
or, with --stage, registered versions; each SEED is a model of the challenger's recipe with another
seed. The margins are those of `training/gate.toml`. The result goes into the challenger's card, and
with --stage beside the registered version, where `training.promote` looks.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

from release.compare import add_comparison_options, compare_folders
from release.models_bucket import StageModelsBucket
from release.registered_model import BUNDLED, find_model
from release.stage_account import StageError, explain_aws_errors, find_stage
from training.artefact.model_folder import ModelFolder, ModelFolderError, read_model_folder
from training.command import run_command
from training.comparison.margins import read_margins


def main() -> int:
    """Returns 0 where the challenger passes, 1 where it is refused, 2 for what cannot be judged."""
    arguments = _parser().parse_args()
    results: list[bool] = []
    status = run_command(lambda: results.append(_judge(arguments)))
    return status or int(not results[0])


def _judge(arguments: argparse.Namespace) -> bool:
    margins = read_margins()
    against = _find_current(arguments)
    folders = [_find(name, arguments) for name in (arguments.challenger, *arguments.seeds)]
    _check_seeds([read_model_folder(folder) for folder in folders])
    comparisons = compare_folders([against, *folders], data=arguments.data, cache=arguments.cache)
    # Imported here, because it imports TensorFlow.
    from training.comparison.gate import judge
    from training.comparison.gate_card import add_gate, describe_gate, describe_result

    result = judge(comparisons, margins)
    section = describe_gate(result, comparisons[0].films)
    if Path(arguments.challenger).is_dir():
        add_gate(folders[0], section)
    if arguments.stage and result.passed:
        _store(arguments, read_model_folder(folders[0]), section)
    _print(result)
    print("\n".join([*comparisons[0].cautions, *describe_result(result)]))
    return result.passed


def _find(name: str, arguments: argparse.Namespace) -> Path:
    return find_model(name, stage=arguments.stage, region=arguments.region)


def _find_current(arguments: argparse.Namespace) -> Path:
    """The model of --against; without it the one that answers in the stage, else the bundled."""
    if arguments.against:
        return _find(arguments.against, arguments)
    if not arguments.stage:
        return BUNDLED
    account = find_stage(arguments.stage, region=arguments.region)
    with explain_aws_errors():
        pointer = StageModelsBucket(account).read_pointer()
    if pointer is None:
        raise StageError(f"No version answers in {arguments.stage}, so a first one needs no gate.")
    return _find(pointer.model_version, arguments)


def _check_seeds(models: list[ModelFolder]) -> None:
    """Raises ModelFolderError where a model is no other seed of the challenger's recipe."""
    recipes = [{k: v for k, v in model.card["recipe"].items() if k != "seed"} for model in models]
    for model, recipe in zip(models, recipes, strict=True):
        if recipe != recipes[0]:
            raise ModelFolderError(
                f"{model.version} is of another recipe than {models[0].version}, so it is no seed "
                "of it."
            )
    seeds = [model.card["recipe"]["seed"] for model in models]
    if len(set(seeds)) < len(seeds):
        raise ModelFolderError("Two of the models have the same seed: name each seed once.")


def _store(arguments: argparse.Namespace, model: ModelFolder, section: dict[str, Any]) -> None:
    account = find_stage(arguments.stage, region=arguments.region)
    with explain_aws_errors():
        is_stored = StageModelsBucket(account).store_gate(model, section)
    if not is_stored:
        stage = arguments.stage
        print(f"{model.version} is not registered in {stage}: only its card has the result.")


def _print(result: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    from training.comparison.gate_card import GATE_HEAD, list_gate_rows

    table = Table(*GATE_HEAD, title=f"{result.challenger} against {result.baseline}")
    for row in list_gate_rows(result):
        table.add_row(*row)
    Console().print(table)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.gate",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("challenger", help="a folder or a registered version")
    parser.add_argument("seeds", nargs="*", metavar="SEED", help="other seeds of its recipe")
    parser.add_argument(
        "--against",
        metavar="CURRENT",
        help="the model to follow (default: the version that answers in --stage, else models)",
    )
    add_comparison_options(parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
