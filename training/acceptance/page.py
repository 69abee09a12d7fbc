"""The printable page of an acceptance test: one HTML file that needs no other."""

import io
import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import numpy as np

from training.acceptance.html_values import (
    format_metric,
    format_number,
    format_percent,
    format_table,
)
from training.acceptance.wording import METRIC_NAMES, OUTCOME_NAMES, POINT_NAMES
from training.evaluation.plots import draw_reliability, draw_roc

_STYLE = """
body{font:15px/1.45 system-ui,sans-serif;max-width:80rem;margin:2rem auto;padding:0 1rem;color:#111}
table{border-collapse:collapse;margin:.5rem 0 1rem}th,td{border:1px solid #bbb;padding:.2rem .5rem}
th{text-align:left;background:#f2f2f2}
td.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
figure{display:inline-block;margin:0 1rem 0 0}figure svg{width:19rem;height:auto}
.groups td.n{white-space:normal;font-size:.8em}
.small{color:#666}h2{break-after:avoid}tr,figure{break-inside:avoid}
@media print{body{margin:0;max-width:none;font-size:11px}@page{size:landscape;margin:12mm}}
"""
_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>{style}</style>
<h1>{title}</h1>
{body}
"""
_METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
_GROUP_HEAD = ("", "films", "patients", "assessed: pneumonia + normal", "refused", "no answer")
_GROUP_METRICS = ("auc", "sensitivity", "specificity", "ppv", "npv", "f1")


def build_page(result: Mapping[str, Any]) -> str:
    title = f"Acceptance test of {result['model_version']}"
    sections = [_format_intro(result), _format_metrics(result), _format_outcomes(result)]
    sections += [_format_calibration(*point) for point in result["points"].items()]
    sections += [_format_groups(result), _format_worst(result["worst_errors"])]
    return _PAGE.format(title=escape(title), style=_STYLE, body="\n".join(sections))


def _format_intro(result: Mapping[str, Any]) -> str:
    data = result["data"]
    sentences = [
        f"{result['date']}. {data['films']:,} films of {data['patients']:,} patients, "
        f"{data['pneumonia']:,} of them with pneumonia by their labels (split: {data['split']}).",
        "Decoder, gate, CPU model and rules are those that answer doctors.",
        f"Intervals: 95 %, from {result['resamples']:,} bootstrap samples of patients.",
    ]
    if data["films_without_patient"]:
        sentences.append(
            f"{data['films_without_patient']:,} films name no patient, and each counts as one of "
            "its own: where they share patients, the intervals are too narrow."
        )
    sentences += data["notes"]
    keys = f"films {data['films_sha256']}<br>CPU model {result['cpu_sha256']}"
    return f"<p>{escape(' '.join(sentences))}<p class=small>SHA-256: {keys}"


def _format_metrics(result: Mapping[str, Any]) -> str:
    points = result["points"]
    names = dict.fromkeys(name for point in points.values() for name in point["metrics"])
    rows = [
        [METRIC_NAMES[name], *(format_metric(point, name) for point in points.values())]
        for name in names
    ]
    settings = "".join(
        f"<p>{escape(_describe_settings(point['settings']))}"
        for point in points.values()
        if point["settings"]
    )
    head = ["", *(POINT_NAMES[name] for name in points)]
    return f"<h2>Metrics</h2>{format_table(head, rows)}{settings}"


def _describe_settings(settings: Mapping[str, Any]) -> str:
    return (
        f"Site: prevalence {settings['prevalence']:.1%}, slope {settings['slope']:g}, offset "
        f"{settings['offset']:g}, ages outside of the model's: {settings['age_policy']}, "
        f"{'needs' if settings['requires_age'] else 'does not need'} an age."
    )


def _format_outcomes(result: Mapping[str, Any]) -> str:
    parts = ["<h2>What doctors would see</h2>"]
    for name, point in result["points"].items():
        rows = [
            [OUTCOME_NAMES.get(row["outcome"], row["outcome"]), row["pneumonia"], row["normal"]]
            for row in point["outcomes"]
        ]
        parts.append(format_table([POINT_NAMES[name], "label pneumonia", "label normal"], rows))
    return "".join(parts)


def _format_calibration(name: str, point: Mapping[str, Any]) -> str:
    title = f"<h2>Calibration, {POINT_NAMES[name]}</h2>"
    calibration = point["calibration"]
    if calibration is None:
        return f"{title}<p>Not measured: the assessed films do not have both labels."
    prevalence = calibration["pneumonia"] / calibration["films"]
    note = (
        f"Of the probabilities that doctors would read if the site had stated the prevalence of "
        f"its {calibration['films']:,} assessed films, {prevalence:.1%}. Perfect: slope 1, "
        "intercept 0. A slope below 1: too extreme; an intercept below 0: too high. Without a "
        "slope, a threshold separates the classes."
    )
    values = [[METRIC_NAMES[key], format_metric(calibration, key)] for key in _CALIBRATION]
    bins = [
        [
            f"{row['low']:.0%}-{row['high']:.0%}",
            row["radiographs"],
            row["pneumonia"],
            format_percent(row["mean_probability"]),
            format_percent(row["pneumonia"] / row["radiographs"] if row["radiographs"] else None),
        ]
        for row in calibration["reliability"]
    ]
    head = ["probability", "films", "pneumonia", "mean probability", "share with pneumonia"]
    scores = point["scores"]
    labels = np.array(scores["pneumonia"])
    figures = (
        _figure(draw_roc, np.array(scores["probability"]), labels, caption="ROC curve"),
        _figure(
            draw_reliability, np.array(scores["shown_at_prevalence"]), labels, caption="Reliability"
        ),
    )
    body = f"{format_table(['', ''], values)}{format_table(head, bins)}{''.join(figures)}"
    return f"{title}<p>{escape(note)}{body}"


_CALIBRATION = ("slope", "intercept", "brier", "ece")


def _figure(draw: Any, probabilities: Any, labels: Any, *, caption: str) -> str:
    buffer = io.BytesIO()
    draw(buffer, probabilities, labels)
    # What stands before the element belongs to a file of its own, and so do the metadata.
    svg = _METADATA.sub("", buffer.getvalue().decode().partition("<svg")[2])
    return f"<figure><svg{svg}<figcaption>{caption}</figcaption></figure>"


def _format_groups(result: Mapping[str, Any]) -> str:
    groups, least = result["groups"], result["min_of_each"]
    head = [*_GROUP_HEAD, *(METRIC_NAMES[name] for name in _GROUP_METRICS)]
    head += [METRIC_NAMES[name] for name in _CALIBRATION]
    parts = [
        "<h2>Groups</h2><p>"
        f"Groups with fewer than {least} assessed films of a label are too small for rates."
    ]
    for kind in dict.fromkeys(row["kind"] for row in groups):
        rows = [_format_group(row, least) for row in groups if row["kind"] == kind]
        parts.append(f"<h3>By {kind}</h3><div class=groups>{format_table(head, rows)}</div>")
    return "".join(parts)


def _format_group(row: Mapping[str, Any], least: int) -> list[object]:
    metrics = row["metrics"]
    cells = [
        row["group"],
        row["films"],
        row["patients"],
        f"{row['assessed_pneumonia']} + {row['assessed_normal']}",
        format_percent(metrics["refused"]),
        format_percent(metrics["withheld"] + metrics["uncertain"]),
    ]
    if row["too_small"]:
        return [*cells, "too small", *[""] * (len(_GROUP_METRICS) + len(_CALIBRATION) - 1)]
    calibration = row["calibration"] or {}
    return [
        *cells,
        *(format_metric(row, name) for name in _GROUP_METRICS),
        *(format_number(calibration.get(name)) for name in _CALIBRATION),
    ]


def _format_worst(errors: Sequence[Mapping[str, Any]]) -> str:
    note = "On the wrong side of the threshold, the surest first. Names stay with this page."
    rows = [
        [row["file"], row["label"], row["decision"], f"{row['probability']:.3f}", _age(row)]
        for row in errors
    ]
    head = ["file", "label", "decision", "probability", "age"]
    return f"<h2>Worst errors</h2><p>{note}{format_table(head, rows)}"


def _age(row: Mapping[str, Any]) -> object:
    return "" if row["age_years"] is None else row["age_years"]
