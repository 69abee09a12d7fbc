"""The curves of a report, as small SVG files that are the same for the same figures."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from sklearn.metrics import precision_recall_curve, roc_curve

from training.evaluation.abstention import abstention_curve
from training.evaluation.calibration_error import BINS
from training.evaluation.robustness import CorruptionResult
from training.fit.calibration import Labels, OperatingPoint, Probabilities

mpl.rcParams["svg.hashsalt"] = "chest-xray"

CURVES = ("roc", "precision_recall", "reliability", "abstention", "corruptions")

_INK, _AMBER = "#1f3b57", "#c77700"


def draw_curves(
    folder: Path,
    probabilities: Probabilities,
    labels: Labels,
    *,
    point: OperatingPoint,
    corruptions: Sequence[CorruptionResult],
) -> None:
    """roc, precision_recall, reliability, abstention and corruptions, each as `folder`/name.svg."""
    _curve(folder / "roc.svg", *_roc(probabilities, labels))
    _curve(folder / "precision_recall.svg", *_precision_recall(probabilities, labels))
    _reliability(folder / "reliability.svg", probabilities, labels)
    curve = abstention_curve(probabilities, labels, threshold=point.threshold)
    shares, accuracies = zip(*[(one.share, one.accuracy) for one in curve], strict=True)
    _curve(folder / "abstention.svg", shares, accuracies, "not answered", "accuracy of the answers")
    _corruptions(folder / "corruptions.svg", corruptions)


def _roc(probabilities: Probabilities, labels: Labels) -> tuple[Any, Any, str, str]:
    wrong, right, _ = roc_curve(labels, probabilities)
    return wrong, right, "1 - specificity", "sensitivity"


def _precision_recall(probabilities: Probabilities, labels: Labels) -> tuple[Any, Any, str, str]:
    precision, recall, _ = precision_recall_curve(labels, probabilities)
    return recall, precision, "recall (sensitivity)", "precision"


def _figure(across: str, up: str) -> tuple[Any, Any]:
    figure = Figure(figsize=(4.2, 3.6), layout="constrained")
    axes = figure.subplots()
    axes.set(xlabel=across, ylabel=up)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _save(figure: Any, path: Path) -> None:
    figure.savefig(path, format="svg", metadata={"Date": None})


def _curve(path: Path, x: Any, y: Any, across: str, up: str) -> None:
    figure, axes = _figure(across, up)
    axes.plot(x, y, color=_INK)
    axes.grid(alpha=0.2)
    _save(figure, path)


def _reliability(path: Path, probabilities: Probabilities, labels: Labels) -> None:
    """A dot for each bin, as large as its share of the radiographs."""
    figure, axes = _figure("probability of pneumonia, as said", "share with pneumonia")
    bins = np.minimum((probabilities * BINS).astype(int), BINS - 1)
    for index in np.unique(bins):
        inside = bins == index
        size = 20 + 400 * inside.mean()
        axes.scatter(probabilities[inside].mean(), labels[inside].mean(), s=size, color=_INK)
    axes.plot([0, 1], [0, 1], color=_AMBER, linewidth=1)
    _save(figure, path)


def _corruptions(path: Path, corruptions: Sequence[CorruptionResult]) -> None:
    figure, axes = _figure("strength", "accuracy")
    for name in dict.fromkeys(one.name for one in corruptions):
        several = [one for one in corruptions if one.name == name]
        axes.plot([one.strength for one in several], [one.accuracy for one in several], label=name)
    axes.legend(frameon=False, fontsize="small")
    _save(figure, path)
