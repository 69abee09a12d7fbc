"""The printable page of an acceptance test: one HTML file that needs no other."""

import io
import re
from collections.abc import Mapping
from html import escape
from typing import Any

import numpy as np

from training.acceptance.html_values import (
    format_count,
    format_metric,
    format_percent,
    format_table,
)
from training.acceptance.page_groups import format_groups, format_worst
from training.acceptance.page_template import fill_page
from training.acceptance.wording import CALIBRATION, METRIC_NAMES, OUTCOME_NAMES, POINT_NAMES
from training.evaluation.plots import draw_reliability, draw_roc

_METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)


def build_page(result: Mapping[str, Any]) -> str:
    title = f"Acceptance test of {result['model_version']}"
    points = list_points(result)
    sections = [_format_intro(result), _format_metrics(points), _format_outcomes(points)]
    sections += [_format_calibration(*point) for point in points.items()]
    sections += [format_groups(result), format_worst(result["worst_errors"])]
    return fill_page(title, "\n".join(sections))


def list_points(result: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The operating points by their names; one alone where the site's settings change no answer."""
    points = result["points"]
    same = [[point[key] for key in ("outcomes", "scores")] for point in points.values()]
    if len(points) > 1 and same[0] == same[1]:
        *_, last = points.values()
        return {" and ".join(map(POINT_NAMES.__getitem__, points)): last}
    return {POINT_NAMES[name]: point for name, point in points.items()}


def _format_intro(result: Mapping[str, Any]) -> str:
    data = result["data"]
    sentences = [
        f"{result['date']}. {data['films']:,} films of {data['patients']:,} patients, "
        f"{data['pneumonia']:,} of them with pneumonia by their labels (split: {data['split']}).",
        "Decoder, out-of-distribution detector, CPU model and rules are those that answer doctors.",
        f"In brackets: 95 % intervals, from {result['resamples']:,} bootstrap samples of patients.",
    ]
    if data["films_without_patient"]:
        sentences.append(
            f"{data['films_without_patient']:,} films name no patient, and each counts as one of "
            "its own: where they share patients, the intervals are too narrow."
        )
    sentences += data["notes"]
    points = " ".join(map(_describe_population, result["populations"]))
    keys = f"films {data['films_sha256']}<br>CPU model {result['cpu_sha256']}"
    return f"<p>{escape(' '.join(sentences))}<p>{escape(points)}<p class=quiet>SHA-256: {keys}"


def _describe_population(population: Mapping[str, Any]) -> str:
    youngest, oldest = population["age_years"]
    low, high = population["band"]
    validity = "" if population["is_valid"] else " Not valid: withheld unless a site asks for it."
    return (
        f"Model for {population['name']} patients of {youngest} to {oldest} years: pneumonia from "
        f"a probability of {population['threshold']:.3f}, uncertain from {low:.3f} to {high:.3f}, "
        f"at a prevalence of {format_percent(population['prevalence'])}.{validity}"
    )


def _format_metrics(points: Mapping[str, Mapping[str, Any]]) -> str:
    names = dict.fromkeys(name for point in points.values() for name in point["metrics"])
    rows = [
        [
            METRIC_NAMES[name],
            *(
                cell
                for point in points.values()
                for cell in (format_metric(point, name), format_count(point, name))
            ),
        ]
        for name in names
    ]
    settings = "".join(
        f"<p>{escape(_describe_settings(point['settings']))}"
        for point in points.values()
        if point["settings"]
    )
    head = ["", *(cell for name in points for cell in (name, "films"))]
    note = (
        "Sensitivity, specificity, PPV, NPV, F1 and accuracy are of the assessed films; an "
        "uncertain one counts by its side of the threshold. PPV and NPV are the shares of positive "
        "and of negative answers that are right, among these films."
    )
    table = format_table(head, rows, name="Metrics")
    return f"<h2>Metrics</h2><p>{note}{table}{settings}"


def _describe_settings(settings: Mapping[str, Any]) -> str:
    return (
        f"Site: prevalence {format_percent(settings['prevalence'])}, slope {settings['slope']:g}, "
        f"offset {settings['offset']:g} (of log odds), ages outside of the model's: "
        f"{settings['age_policy']}, "
        f"{'needs' if settings['requires_age'] else 'does not need'} an age."
    )


def _format_outcomes(points: Mapping[str, Mapping[str, Any]]) -> str:
    parts = ["<h2>What doctors would see</h2><p>Numbers of films."]
    for name, point in points.items():
        rows = [
            [OUTCOME_NAMES.get(row["outcome"], row["outcome"]), row["pneumonia"], row["normal"]]
            for row in point["outcomes"]
        ]
        head = [name, "label pneumonia", "label normal"]
        parts.append(format_table(head, rows, name=f"Outcomes {name}"))
    return "".join(parts)


def _format_calibration(name: str, point: Mapping[str, Any]) -> str:
    title = f"<h2>Calibration, {name}</h2>"
    calibration = point["calibration"]
    if calibration is None:
        return f"{title}<p>Not measured: the assessed films do not have both labels."
    prevalence = calibration["pneumonia"] / calibration["films"]
    note = (
        f"Of the probabilities that doctors would read if the site had stated the prevalence of "
        f"its {calibration['films']:,} assessed films, {format_percent(prevalence)}. Perfect: "
        "slope 1, intercept 0 (of log odds), calibration error 0. A slope below 1: too extreme; an "
        "intercept below 0: too high. Without a slope, a threshold separates the classes."
    )
    values = [[METRIC_NAMES[key], format_metric(calibration, key)] for key in CALIBRATION]
    bins = [
        [
            f"{100 * row['low']:.0f} to {100 * row['high']:.0f} %",
            row["radiographs"],
            row["pneumonia"],
            format_percent(row["mean_probability"]),
            format_percent(row["pneumonia"] / row["radiographs"] if row["radiographs"] else None),
        ]
        for row in calibration["reliability"]
    ]
    head = ["probability", "films", "with pneumonia", "mean probability", "share with pneumonia"]
    scores = point["scores"]
    labels = np.array(scores["pneumonia"])
    figures = (
        _figure(
            draw_roc,
            np.array(scores["probability"]),
            labels,
            caption=f"ROC curve, AUC {format_metric(point, 'auc')}",
        ),
        _figure(
            draw_reliability,
            np.array(scores["shown_at_prevalence"]),
            labels,
            caption="Reliability; a dot is as large as its share of the films",
        ),
    )
    tables = (
        format_table(["", "value"], values, name=f"Calibration {name}"),
        format_table(head, bins, name=f"Reliability {name}"),
    )
    return f"{title}<p>{escape(note)}{''.join(tables)}{''.join(figures)}"


def _figure(draw: Any, probabilities: Any, labels: Any, *, caption: str) -> str:
    buffer = io.BytesIO()
    draw(buffer, probabilities, labels)
    # What stands before the element belongs to a file of its own, and so do the metadata.
    svg = _METADATA.sub("", buffer.getvalue().decode().partition("<svg")[2])
    return f"<figure><svg{svg}<figcaption>{caption}</figcaption></figure>"
