"""Compares models on the same films: `python -m training.compare A B [C] --data DATA`.

A is the baseline, such as the version that answers. Each model is a folder, or with --stage a
registered version. The films are those of validation, because no model may be chosen by test films;
`--split test` writes a line for each model into the ledger, as `training.evaluate` does.

`python -m training.compare C --replay STAGE --days N` answers the films that a stage has stored
again, and says what would have changed.
"""

import argparse
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from release.registered_model import find_model
from release.stage_account import find_stage
from training.artefact.model_folder import ModelFolderError, read_model_folder
from training.command import run_command
from training.data.manifest import radiographs_sha256, read_manifest
from training.data.split import DataSplit, split_by_patient
from training.data_option import add_data_option
from training.evaluate import check_ledger, check_test_set
from training.evaluation.test_figures import find_ledger
from training.output_folder import require_folder
from training.quiet_tensorflow import quiet_tensorflow

if TYPE_CHECKING:
    from training.comparison.compare_models import Comparison

_OUT, _CACHE = Path("build/comparison"), Path("build/comparison/predictions")


def main() -> int:
    """Returns 0, or 2 with a sentence on stderr."""
    arguments = _parser().parse_args()
    return run_command(lambda: _compare(arguments))


def _compare(arguments: argparse.Namespace) -> None:
    if arguments.replay:
        _replay(arguments)
        return
    if len(arguments.models) < 2:
        raise ModelFolderError("Name at least two models: the baseline first.")
    require_folder(arguments.out)
    folders = [
        find_model(name, stage=arguments.stage, region=arguments.region)
        for name in arguments.models
    ]
    for comparison in compare_folders(
        folders,
        data=arguments.data,
        split_name=arguments.split,
        ledger=arguments.ledger,
        cache=arguments.cache,
    ):
        _print(comparison)
        versions = (comparison.challenger.version, comparison.baseline.version)
        from training.comparison.report import write_report

        print(f"Report: {write_report(comparison, arguments.out / '-against-'.join(versions))}")


def _replay(arguments: argparse.Namespace) -> None:
    """Prints what the one model that is named would have answered in a stage."""
    if len(arguments.models) != 1 or arguments.days < 1:
        raise ModelFolderError("--replay takes one model, the challenger, and at least one day.")
    from rich.console import Console
    from rich.table import Table

    from release.replay import describe_replay, replay

    stage = arguments.replay
    folder = find_model(arguments.models[0], stage=stage, region=arguments.region)
    account = find_stage(stage, region=arguments.region)
    result = replay(account, folder, days=arguments.days, now=dt.datetime.now(dt.UTC))
    table = Table("answer", f"by {result.version}", "films", title=f"{stage}: stored answers")
    for (before, after), films in sorted(result.transitions.items()):
        table.add_row(before, after, str(films))
    Console().print(table)
    print("\n".join(describe_replay(result)))


def compare_folders(
    folders: list[Path],
    *,
    data: Path,
    split_name: str = "val",
    ledger: Path | None = None,
    cache: Path = _CACHE,
) -> "list[Comparison]":
    """Compares the models of the other folders with that of the first. Raises TrainingError.

    Everything that can be refused is refused before TensorFlow is imported.
    """
    radiographs = read_manifest(data)
    models = [read_model_folder(folder) for folder in folders]
    if split_name == "test" and ledger is None:
        for model in models:
            check_ledger(model)
    recipe = models[-1].card["recipe"]
    share = recipe["validation_share"]
    split = split_by_patient(radiographs, share=share, max_images=recipe["limit"])
    if split_name == "test":
        for model in models:
            check_test_set(model, radiographs_sha256(split.test), data=data)
    require_folder(cache)
    quiet_tensorflow()
    from training.comparison.cached_model import CachedModel
    from training.comparison.compare_models import compare_models
    from training.comparison.film_set import load_film_set
    from training.comparison.side_measurements import Effort

    if split_name == "test":
        ledger = ledger or find_ledger(models[0].card, data)
        _write_ledger(folders, split, data=data, ledger=ledger)
    baseline, *challengers = [CachedModel(folder, cache) for folder in folders]
    films = load_film_set(split, data, share=share, name=split_name)
    return compare_models(baseline, challengers, films, data=data, effort=Effort())


def _write_ledger(folders: list[Path], split: DataSplit, *, data: Path, ledger: Path) -> None:
    from training.evaluation.model_evaluation import TestSet, evaluate_models
    from training.evaluation.released_model import ReleasedModel

    models = [ReleasedModel(folder) for folder in folders]
    evaluate_models(models, TestSet.load(split.test, data), ledger=ledger)


def _print(comparison: "Comparison") -> None:
    from rich.console import Console
    from rich.table import Table

    from training.comparison.report import HEAD, describe_films, describe_mcnemar, list_rows

    console = Console()
    title = f"{comparison.challenger.version} against {comparison.baseline.version}"
    table = Table(*HEAD, title=title)
    for row in list_rows(comparison):
        table.add_row(*row)
    console.print(table)
    for sentence in (
        *comparison.cautions,
        describe_films(comparison),
        describe_mcnemar(comparison),
    ):
        console.print(sentence)


def add_comparison_options(parser: argparse.ArgumentParser) -> None:
    """The options of data, stage and folders, which `training.gate` has too."""
    add_data_option(parser)
    parser.add_argument("--stage", help="the stage of versions: dev, prod, or local (`make run`)")
    parser.add_argument(
        "--region", help="region of the stage (default: that of the AWS settings, else us-east-1)"
    )
    parser.add_argument(
        "--cache", type=Path, default=_CACHE, help=f"folder of predictions (default: {_CACHE})"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.compare",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("models", nargs="+", metavar="MODEL", help="a folder or a version")
    add_comparison_options(parser)
    parser.add_argument(
        "--split",
        choices=("val", "test"),
        default="val",
        help="the films: validation (val, the default), or the test set, which is an evaluation",
    )
    parser.add_argument(
        "--ledger",
        type=Path,
        help="the file that gets a row for each model with --split test (default: as of evaluate)",
    )
    parser.add_argument("--replay", metavar="STAGE", help="answer the stage's stored films again")
    parser.add_argument("--days", type=int, default=30, help="of --replay (default: 30)")
    parser.add_argument(
        "--out", type=Path, default=_OUT, help=f"folder of the reports (default: {_OUT})"
    )
    return parser
