"""Lists the versions of a stage: which answers, which wait for approval, who approved each, why.

`python -m training.versions --stage dev`. The figures are of children's films; an AUC on the test
set has its interval of 95 %. `training.show` says more of one version. Below them are the
recalibrations of the stage's sites, which are releases of their own.
"""

import argparse

from rich.console import Console
from rich.table import Table

from contracts.model_card import list_populations
from release import site_calibrations
from release.figures import MISSING, find_figure, format_event
from release.site_calibrations import read_recalibrations
from release.stage_account import explain_aws_errors, find_stage
from release.stage_options import add_stage_options
from release.stage_versions import StageVersion, read_versions
from release.version_tables import start_table
from training.command import run_command

# The columns of figures: title, set of films and metric.
_FIGURES = {
    "AUC, validation": ("validation", "auc"),
    "AUC, test": ("test", "auc"),
    "sensitivity, test": ("test", "sensitivity"),
    "specificity, test": ("test", "specificity"),
    "calibration error, test": ("test", "calibration_error"),
}


def main() -> int:
    arguments = _parser().parse_args()
    return run_command(lambda: _print_versions(arguments))


def _print_versions(arguments: argparse.Namespace) -> None:
    account = find_stage(arguments.stage, region=arguments.region)
    with explain_aws_errors():
        versions, recalibrations = read_versions(account), read_recalibrations(account)
    stage = account.environment.stage
    if not versions:
        print(f"{stage} has no version yet: python -m training.register FOLDER --stage {stage}")
        return
    Console().print(build_table(versions, stage=stage))
    if recalibrations:
        Console().print(site_calibrations.build_table(recalibrations, stage=stage))


def build_table(versions: list[StageVersion], *, stage: str) -> Table:
    """One row for each version."""
    columns = ("version", "trained", "status", "last decision", "valid for", *_FIGURES)
    table = start_table(f"Versions in {stage}", columns)
    for each in versions:
        table.add_row(
            each.version,
            str((each.card or {}).get("created", MISSING)),
            _describe_status(each),
            format_event(each.package.history[-1]) if each.package else MISSING,
            _describe_populations(each),
            *(
                find_figure(each.card, population="child", set_name=set_name, metric=metric)
                for set_name, metric in _FIGURES.values()
            ),
        )
    return table


def _describe_status(version: StageVersion) -> str:
    if version.answers:
        return f"answers; {version.status}"
    return f"answered before; {version.status}" if version.answered_before else version.status


def _describe_populations(version: StageVersion) -> str:
    populations = list_populations(version.card) if version.card else {}
    return ", ".join(name.value for name, each in populations.items() if each["valid"]) or "nobody"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.versions",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_stage_options(parser)
    return parser
