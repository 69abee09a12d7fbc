"""The sections of the page about groups of films, and about the worst errors."""

from collections.abc import Mapping, Sequence
from typing import Any

from training.acceptance.html_values import (
    format_metric,
    format_number,
    format_percent,
    format_table,
)
from training.acceptance.measure import MOST_WORST
from training.acceptance.wording import CALIBRATION, METRIC_NAMES, POINT_NAMES

_GROUP_HEAD = (
    "",
    "films",
    "patients",
    "assessed: pneumonia + normal",
    "refused",
    "not answered",
    "uncertain",
)
_GROUP_METRICS = ("auc", "sensitivity", "specificity", "ppv", "npv", "f1")
_UNITS = {"age": "age, in years"}


def format_groups(result: Mapping[str, Any]) -> str:
    groups, least = result["groups"], result["min_of_each"]
    head = [*_GROUP_HEAD, *(METRIC_NAMES[name] for name in _GROUP_METRICS)]
    head += [METRIC_NAMES[name] for name in CALIBRATION]
    parts = [
        f"<h2>Groups</h2><p>{_describe_group_point(result)} Groups with fewer than {least} "
        "assessed films of a label are too small for rates."
    ]
    for kind in dict.fromkeys(row["kind"] for row in groups):
        rows = [_format_group(row, least) for row in groups if row["kind"] == kind]
        title = f"By {_UNITS.get(kind, kind)}"
        table = format_table(head, rows, name=title)
        parts.append(f"<h3>{title}</h3><div class=groups>{table}</div>")
    return "".join(parts)


def _describe_group_point(result: Mapping[str, Any]) -> str:
    *_, name = result["points"]
    return f"Answers {POINT_NAMES[name]}."


def _format_group(row: Mapping[str, Any], least: int) -> list[object]:
    metrics = row["metrics"]
    cells = [
        row["group"],
        row["films"],
        row["patients"],
        f"{row['assessed_pneumonia']} + {row['assessed_normal']}",
        format_percent(metrics["refused"]),
        format_percent(metrics["withheld"]),
        format_percent(metrics["uncertain"]),
    ]
    if row["too_small"]:
        return [*cells, "too small", *[""] * (len(_GROUP_METRICS) + len(CALIBRATION) - 1)]
    calibration = row["calibration"] or {}
    return [
        *cells,
        *(format_metric(row, name) for name in _GROUP_METRICS),
        *(format_number(calibration.get(name)) for name in CALIBRATION),
    ]


def format_worst(errors: Sequence[Mapping[str, Any]]) -> str:
    title = "<h2>Worst errors</h2>"
    if not errors:
        return f"{title}<p>No film is on the wrong side of the threshold."
    note = (
        f"Films on the wrong side of the threshold, the surest first, at most {MOST_WORST}. The "
        "probability is the one to which the threshold applies. File names stay with this page."
    )
    rows = [
        [row["file"], row["label"], row["decision"], f"{row['probability']:.3f}", _age(row)]
        for row in errors
    ]
    head = ["file", "label", "decision", "probability", "age, in years"]
    return f"{title}<p>{note}{format_table(head, rows, name='Worst errors')}"


def _age(row: Mapping[str, Any]) -> object:
    return "" if row["age_years"] is None else row["age_years"]
