"""Tables about a version: where it comes from, its data, and lists of named values."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from rich.table import Table

from release.figures import MISSING
from release.stage_versions import StageVersion


def start_table(title: str, columns: Iterable[str]) -> Table:
    """A table without rows, whose cells are folded where the terminal is narrow."""
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def build_summary(version: StageVersion, *, stage: str) -> Table:
    """Status, intended use, commit, libraries, hardware, duration, first weights and job."""
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
    return build_fields(version.version, fields)


def _describe_libraries(run: Mapping[str, Any]) -> str | None:
    names = {"TensorFlow": "tensorflow", "Keras": "keras", "Python": "python"}
    return ", ".join(f"{title} {run[key]}" for title, key in names.items() if key in run) or None


def _describe_seconds(seconds: float | None) -> str | None:
    return None if seconds is None else f"{seconds / 60:.1f} minutes"


def describe_data(card: Mapping[str, Any]) -> dict[str, Any]:
    """Name, licence and hashes of the data, and the films of each split and class."""
    data = card["data"]
    fields = {name: data.get(name) for name in ("name", "licence", "credit")}
    fields |= {name: text for name, text in data.items() if name.endswith("_sha256")}
    films: Counter[str] = Counter()
    for row in data.get("composition", []):
        films[f"{row['split']}, {row['population']}, {row['class']}"] += row["films"]
    return fields | {name: f"{count} films" for name, count in sorted(films.items())}


def build_fields(title: str, fields: Mapping[str, Any]) -> Table:
    """Names and values; MISSING for a value that is not known."""
    table = Table(title=title, title_justify="left", show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in fields.items():
        table.add_row(name, MISSING if value in (None, "") else str(value))
    return table
