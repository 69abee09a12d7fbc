"""Draws the curves of a report as small SVG files; equal numbers give equal files."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from sklearn.metrics import precision_recall_curve, roc_curve

from training.evaluation.abstention import abstention_curve
from training.evaluation.calibration_error import BINS
from training.evaluation.metrics import move_to_prevalence
from training.fit.operating_point import OperatingPoint
from training.value_types import Labels, Probabilities

if TYPE_CHECKING:
    # Imports TensorFlow, which drawing does not need.
    from training.evaluation.robustness import CorruptionResult

mpl.rcParams["svg.hashsalt"] = "chest-xray"

CURVES = ("roc", "precision_recall", "reliability", "abstention", "corruptions")

_BLUE, _AMBER = "#1f3b57", "#c77700"


def draw_curves(
    folder: Path,
    probabilities: Probabilities,
    labels: Labels,
    *,
    point: OperatingPoint,
    corruptions: Sequence["CorruptionResult"],
) -> None:
    """Draws each of CURVES into `folder`."""
    draw_roc(folder / "roc.svg", probabilities, labels)
    _draw_precision_recall(folder / "precision_recall.svg", probabilities, labels)
    at_prevalence = move_to_prevalence(probabilities, labels)
    draw_reliability(folder / "reliability.svg", at_prevalence, labels)
    _draw_abstention(folder / "abstention.svg", probabilities, labels, threshold=point.threshold)
    _draw_corruptions(folder / "corruptions.svg", corruptions)


def draw_roc(path: Path | BinaryIO, probabilities: Probabilities, labels: Labels) -> None:
    false_positive_rates, true_positive_rates, _ = roc_curve(labels, probabilities)
    _draw_line(
        path,
        false_positive_rates,
        true_positive_rates,
        x_label="1 - specificity",
        y_label="sensitivity",
    )


def _draw_precision_recall(path: Path, probabilities: Probabilities, labels: Labels) -> None:
    precision, recall, _ = precision_recall_curve(labels, probabilities)
    _draw_line(path, recall, precision, x_label="recall (sensitivity)", y_label="precision")


def _draw_abstention(
    path: Path, probabilities: Probabilities, labels: Labels, *, threshold: float
) -> None:
    curve = abstention_curve(probabilities, labels, threshold=threshold)
    _draw_line(
        path,
        [abstention.share for abstention in curve],
        [abstention.accuracy for abstention in curve],
        x_label="not answered",
        y_label="accuracy of the answers",
    )


def draw_reliability(path: Path | BinaryIO, probabilities: Probabilities, labels: Labels) -> None:
    """Draws a dot for each bin, as large as its share of the radiographs."""
    figure, axes = create_figure("probability of pneumonia, as said", "share with pneumonia")
    bins = np.minimum((probabilities * BINS).astype(int), BINS - 1)
    for index in np.unique(bins):
        inside = bins == index
        size = 20 + 400 * inside.mean()
        axes.scatter(probabilities[inside].mean(), labels[inside].mean(), s=size, color=_BLUE)
    axes.plot([0, 1], [0, 1], color=_AMBER, linewidth=1)
    save_figure(figure, path)


def _draw_corruptions(path: Path, corruptions: Sequence["CorruptionResult"]) -> None:
    figure, axes = create_figure("strength", "accuracy")
    for name in dict.fromkeys(result.name for result in corruptions):
        results = [result for result in corruptions if result.name == name]
        strengths = [result.strength for result in results]
        axes.plot(strengths, [result.accuracy for result in results], label=name)
    axes.legend(frameon=False, fontsize="small")
    save_figure(figure, path)


def _draw_line(path: Path | BinaryIO, x: Any, y: Any, *, x_label: str, y_label: str) -> None:
    figure, axes = create_figure(x_label, y_label)
    axes.plot(x, y, color=_BLUE)
    axes.grid(alpha=0.2)
    save_figure(figure, path)


def create_figure(x_label: str, y_label: str) -> tuple[Any, Any]:
    """Returns a figure and its axes, in the form of all plots of a report."""
    figure = Figure(figsize=(4.2, 3.6), layout="constrained")
    axes = figure.subplots()
    axes.set(xlabel=x_label, ylabel=y_label)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def save_figure(figure: Any, path: Path | BinaryIO) -> None:
    """Writes the SVG without a date, so that equal figures are equal files."""
    figure.savefig(path, format="svg", metadata={"Date": None})
