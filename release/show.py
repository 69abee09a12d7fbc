"""Shows all that an approver needs of a version, beside the version that answers.

`python -m training.show default-0123abcd --stage dev`.
"""

import argparse
from collections import Counter
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from release.figures import MISSING, Figure, format_event, list_figures
from release.models_bucket import StageModelsBucket
from release.stage_account import StageAccount, explain_aws_errors, find_stage
from release.stage_options import add_stage_options
from release.stage_versions import StageVersion, read_version
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
    console.print(_build_summary(version, stage=account.environment.stage))
    if version.package:
        console.print("Approval", style="bold")
        for event in version.package.history:
            console.print(f"  {format_event(event)}")
    if version.card is not None:
        for table in (
            build_comparison(version.card, current),
            _build_fields("Data", describe_data(version.card)),
            _build_fields("Recipe", _flatten(version.card.get("recipe", {}))),
        ):
            console.print(table)


def _read_current(account: StageAccount, version: StageVersion) -> Mapping[str, Any] | None:
    """The card of the version that answers; None where there is none, or it is this one."""
    models_bucket = StageModelsBucket(account)
    pointer = models_bucket.read_pointer()
    if pointer is None or version.answers:
        return None
    return models_bucket.read_card(pointer.model_version)


def _build_summary(version: StageVersion, *, stage: str) -> Table:
    card = version.card or {}
    provenance = card.get("provenance", {})
    runs = provenance.get("training") or [{}]
    job = provenance.get("job") or {}
    place = "it answers" if version.answers else "it does not answer"
    fields = {
        "status": f"{version.status} in {stage}; {place}",
        "trained": card.get("created"),
        "intended use": card.get("intended_use", {}).get("sentence"),
        "commit": runs[-1].get("commit"),
        "libraries": _describe_libraries(runs[-1]),
        "hardware": runs[-1].get("hardware"),
        "training": _describe_seconds(provenance.get("training_seconds")),
        "first weights": provenance.get("warm_start"),
        "job": job.get("arn") or (version.package.job_arn if version.package else None),
        "instance type": job.get("instance_type"),
    }
    return _build_fields(version.version, fields)


def _describe_libraries(run: Mapping[str, Any]) -> str | None:
    names = {"TensorFlow": "tensorflow", "Keras": "keras", "Python": "python"}
    return ", ".join(f"{title} {run[key]}" for title, key in names.items() if key in run) or None


def _describe_seconds(seconds: float | None) -> str | None:
    return None if seconds is None else f"{seconds / 60:.1f} minutes"


def build_comparison(card: Mapping[str, Any], current: Mapping[str, Any] | None) -> Table:
    """The figures beside those of the current version, with the difference on the same films."""
    current_figures = {each.label: each for each in (list_figures(current) if current else ())}
    table = Table(title="Figures (95 % intervals)", title_justify="left")
    for title in ("figure", card["model_version"], "answers now", "difference"):
        table.add_column(title, overflow="fold")
    if current is not None:
        table.columns[2].header = f"{current['model_version']} (answers now)"
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


def describe_data(card: Mapping[str, Any]) -> dict[str, Any]:
    """Name, licence and hashes of the data, and the films of each split and class."""
    data = card["data"]
    fields = {name: data.get(name) for name in ("name", "licence", "credit")}
    fields |= {name: text for name, text in data.items() if name.endswith("_sha256")}
    films: Counter[str] = Counter()
    for row in data.get("composition", []):
        films[f"{row['split']}, {row['population']}, {row['class']}"] += row["films"]
    return fields | {name: f"{count} films" for name, count in sorted(films.items())}


def _flatten(fields: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Groups of settings with their names joined by dots, as `--set` takes them."""
    flat: dict[str, Any] = {}
    for name, value in fields.items():
        if isinstance(value, Mapping):
            flat |= _flatten(value, f"{prefix}{name}.")
        else:
            flat[f"{prefix}{name}"] = value
    return flat


def _build_fields(title: str, fields: Mapping[str, Any]) -> Table:
    table = Table(title=title, title_justify="left", show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in fields.items():
        table.add_row(name, MISSING if value in (None, "") else str(value))
    return table


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.show",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("version", help="a version of the stage, as default-0123abcd")
    add_stage_options(parser)
    return parser
