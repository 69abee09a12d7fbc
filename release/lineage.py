"""Follows an answer, or a version, back to all that it came from.

`python -m training.lineage RADIOGRAPH --stage dev`: facts, site settings and reviews of the film,
then each model version that answered: approval, commit, job, data and the model before it.
`python -m training.lineage default-0123abcd --stage dev`: the version alone. No patient is named.
"""

import argparse
import re
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from contracts.keys import RADIOGRAPH_ID_PATTERN
from contracts.sites import SettingsVersion
from release.answer_trace import AnswerTrace, describe_fact, read_trace
from release.figures import format_event
from release.stage_account import StageAccount, StageError, explain_aws_errors, find_stage
from release.stage_options import add_stage_options
from release.stage_versions import StageVersion, read_version
from release.version_tables import build_fields, build_summary, describe_data, start_table
from training.command import run_command


def main() -> int:
    arguments = _parser().parse_args()
    return run_command(lambda: _follow(arguments))


def _follow(arguments: argparse.Namespace) -> None:
    account = find_stage(arguments.stage, region=arguments.region)
    console, start = Console(), arguments.start
    with explain_aws_errors():
        if not re.fullmatch(RADIOGRAPH_ID_PATTERN, start):
            _print_ancestors(console, account, read_version(account, start))
            return
        trace = read_trace(account, start)
        console.print(build_trace_table(trace))
        for settings in trace.settings:
            console.print(_build_settings(settings))
        for name in trace.versions:
            _print_answering_version(console, account, trace, name)


def _print_answering_version(
    console: Console, account: StageAccount, trace: AnswerTrace, name: str
) -> None:
    try:
        version = read_version(account, name)
    except StageError as error:
        # The answer stays even where somebody has removed the version's files.
        console.print(f"{name} answered, and is gone: {error}")
        return
    console.print(_compare_artefacts(trace, version))
    _print_ancestors(console, account, version)


def _print_ancestors(console: Console, account: StageAccount, version: StageVersion) -> None:
    """Prints a version, and those from whose weights its training began, as far as they are here.

    A version is named by a hash over its weights, so no chain of them comes back to its start.
    """
    stage = account.environment.stage
    console.print(build_summary(version, stage=stage))
    for event in version.package.history if version.package else ():
        console.print(f"  {format_event(event)}")
    if version.card is None:
        return
    console.print(build_fields("Data", describe_data(version.card)))
    parent = version.card.get("provenance", {}).get("warm_start")
    if not parent:
        return
    try:
        ancestor = read_version(account, parent)
    except StageError:
        console.print(f"Its first weights are those of {parent}, which {stage} does not have.")
        return
    console.print(f"Its first weights are those of {parent}:")
    _print_ancestors(console, account, ancestor)


def build_trace_table(trace: AnswerTrace) -> Table:
    """One row for each fact."""
    table = start_table(f"Radiograph {trace.radiograph_id}", ("time", "fact", "what it says"))
    for fact in trace.facts:
        table.add_row(fact.at, *describe_fact(fact))
    if trace.unreadable:
        table.add_row("", "unreadable", f"{trace.unreadable} facts of a later release, or damaged")
    return table


def _build_settings(version: SettingsVersion) -> Table:
    settings = version.settings
    fields = {
        "stored": f"{version.at} by {version.by}: {version.reason}",
        "prevalence": f"{settings.prevalence:g}",
        "slope, offset": f"{settings.slope:g}, {settings.offset:g}",
        "ages": f"{settings.age_policy}{', age required' if settings.requires_age else ''}",
    }
    return build_fields(f"Settings {version.number} of {version.site}", fields)


def _compare_artefacts(trace: AnswerTrace, version: StageVersion) -> str:
    """Whether the bytes that answered are those that the card describes."""
    artefacts: Mapping[str, Any] = (version.card or {}).get("artefacts", {})
    hashes = {str(each.get("sha256")) for each in artefacts.values()}
    answered = {
        answer.artefact_sha256
        for answer in trace.answers
        if answer.model_version == version.version
    }
    if answered <= hashes:
        return f"The artefact that answered is that of the card of {version.version}."
    return f"The artefact that answered is NOT that of the card of {version.version}."


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.lineage",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("start", help="the id of a radiograph, from its address, or a version")
    add_stage_options(parser)
    return parser
