"""Shows all that an approver needs of a version, beside the version that answers.

`python -m training.show default-0123abcd --stage dev`.
"""

import argparse
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from release.figures import MISSING, Figure, format_event, list_figures
from release.models_bucket import StageModelsBucket
from release.stage_account import StageAccount, explain_aws_errors, find_stage
from release.stage_options import add_stage_options
from release.stage_versions import StageVersion, read_version
from release.version_tables import build_fields, build_summary, describe_data, start_table
from training.artefact.model_folder import flatten_settings
from training.command import run_command


def main() -> int:
    arguments = _parser().parse_args()
    return run_command(lambda: _show(arguments))


def _show(arguments: argparse.Namespace) -> None:
    account = find_stage(arguments.stage, region=arguments.region)
    with explain_aws_errors():
        version = read_version(account, arguments.version)
        current = _read_current(account, version)
    console = Console()
    console.print(build_summary(version, stage=account.environment.stage))
    if version.package:
        console.print("Approval", style="bold")
        for event in version.package.history:
            console.print(f"  {format_event(event)}")
    if version.card is not None:
        for table in (
            build_comparison(version.card, current),
            build_fields("Data", describe_data(version.card)),
            build_fields("Recipe", flatten_settings(version.card.get("recipe", {}))),
        ):
            console.print(table)


def _read_current(account: StageAccount, version: StageVersion) -> Mapping[str, Any] | None:
    """The card of the version that answers; None where there is none, or it is this one."""
    models_bucket = StageModelsBucket(account)
    pointer = models_bucket.read_pointer()
    if pointer is None or version.answers:
        return None
    return models_bucket.read_card(pointer.model_version)


def build_comparison(card: Mapping[str, Any], current: Mapping[str, Any] | None) -> Table:
    """The figures beside those of the current version, with the difference on the same films."""
    current_figures = {each.label: each for each in (list_figures(current) if current else ())}
    answering = f"{current['model_version']} (answers now)" if current else "answers now"
    columns = ("figure", card["model_version"], answering, "difference")
    table = start_table("Figures (95 % intervals)", columns)
    for figure in list_figures(card):
        other = current_figures.get(figure.label)
        table.add_row(
            figure.label, str(figure), str(other) if other else MISSING, _compare(figure, other)
        )
    return table


def _compare(figure: Figure, other: Figure | None) -> str:
    if other is None:
        return MISSING
    return f"{figure.value - other.value:+.3f}" if figure.films == other.films else "other films"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.show",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("version", help="a version of the stage, as default-0123abcd")
    add_stage_options(parser)
    return parser
