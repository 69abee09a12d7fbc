"""Tests a model on a site's own labelled films: `python -m training.accept --data SITE`.

The films are answered by the code that answers doctors. Page, JSON and ledger lie beside the data.
"""

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from contracts.sites import AgePolicy
from training.acceptance.films import (
    ALL_SPLITS,
    SPLIT_CHOICES,
    TEST_SPLIT,
    describe_origin,
    read_films,
)
from training.acceptance.settings import read_site_settings
from training.artefact.model_folder import ModelFolderError
from training.command import run_command
from training.quiet_tensorflow import quiet_tensorflow

if TYPE_CHECKING:
    from training.acceptance.screen_films import CpuRelease

_FOLDER = "acceptance"


def main() -> int:
    """Returns 0, or 2 with a sentence on stderr if there is no result."""
    return run_command(
        lambda: run(sys.argv[1:]), interruption="Nothing was written; the command starts anew."
    )


def run(options: Sequence[str]) -> None:
    """Runs the command without `main`'s error handling. Raises TrainingError."""
    arguments = _parser().parse_args(options)
    site = read_site_settings(
        arguments.site_settings,
        {
            "prevalence": arguments.prevalence,
            "slope": arguments.slope,
            "offset": arguments.offset,
            "age_policy": arguments.age_policy,
        },
    )
    films = read_films(arguments.data, split=arguments.split)
    # Imported when all that can be refused is refused: scikit-learn and matplotlib take seconds.
    from training.acceptance.measure import measure_acceptance
    from training.acceptance.report import check_out, write_report
    from training.acceptance.screen_films import screen_films

    out = arguments.out or arguments.data / _FOLDER
    check_out(out)
    quiet_tensorflow()
    release = _read_release(arguments)
    screened = screen_films(films, release)
    is_test = all(film.split == TEST_SPLIT for film in films)
    split = arguments.split or (TEST_SPLIT if is_test else ALL_SPLITS)
    notes = describe_origin(arguments.data, release.card_fields, split=split)
    result = measure_acceptance(screened, release.card, site=site, split=split, notes=notes)
    page = write_report(result, out)
    _print_summary(result)
    for note in result["data"]["notes"]:
        print(note)
    print(f"The report is {page}")


def _read_release(arguments: argparse.Namespace) -> "CpuRelease":
    from training.acceptance.screen_films import read_release

    if not arguments.stage:
        if not Path(arguments.model).is_dir():
            raise ModelFolderError(
                f"There is no folder {arguments.model} here. Name the folder of a model, or a "
                "registered version with its stage: --stage dev"
            )
        return read_release(Path(arguments.model))
    from release.models_bucket import StageModelsBucket
    from release.stage_account import explain_aws_errors, find_stage

    account = find_stage(arguments.stage, region=arguments.region)
    with tempfile.TemporaryDirectory() as folder:
        with explain_aws_errors():
            StageModelsBucket(account).download_cpu(arguments.model, Path(folder))
        return read_release(Path(folder))


def _print_summary(result: Mapping[str, Any]) -> None:
    from training.acceptance.html_values import format_metric
    from training.acceptance.page import list_points
    from training.acceptance.wording import METRIC_NAMES

    data, points = result["data"], list_points(result)
    title = f"{data['films']:,} films of {data['patients']:,} patients; in brackets 95 % intervals"
    table = Table(box=None, header_style="bold", title=title)
    table.add_column(result["model_version"])
    for name in points:
        table.add_column(name)
    names = dict.fromkeys(name for point in points.values() for name in point["metrics"])
    for name in names:
        cells = (format_metric(point, name) for point in points.values())
        table.add_row(METRIC_NAMES[name], *cells)
    Console().print(table)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.accept",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        help="folder that training.prepare made, or one with files and labels.csv (file,label)",
    )
    parser.add_argument(
        "--model",
        default="models",
        help="folder of a model, or with --stage a registered version (default: the shipped model)",
    )
    parser.add_argument("--stage", help="the stage that has the version: dev, prod or local")
    parser.add_argument(
        "--region", help="region of the stage (default: that of the AWS settings, else us-east-1)"
    )
    parser.add_argument(
        "--split",
        choices=SPLIT_CHOICES,
        help="which films (default: test; of labels.csv without a test split, all)",
    )
    parser.add_argument(
        "--site-settings",
        type=Path,
        metavar="FILE",
        help="JSON with the site's settings, as the facts bucket has them (sites/SITE/N.json)",
    )
    parser.add_argument(
        "--prevalence", type=float, help="the site's share of pneumonia, such as 0.1"
    )
    parser.add_argument(
        "--slope", type=float, help="factor of the site's log odds, for children (default: 1)"
    )
    parser.add_argument(
        "--offset", type=float, help="added to the site's log odds, for children (default: 0)"
    )
    parser.add_argument(
        "--age-policy",
        type=AgePolicy,
        choices=list(AgePolicy),
        help="what becomes of an answer at an age outside of the model's: not shown (withhold, the "
        "default), or shown with a caution (show)",
    )
    parser.add_argument("--out", type=Path, help="folder of the report (default: DATA/acceptance)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
