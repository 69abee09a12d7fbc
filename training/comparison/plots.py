"""Draws what two models differ in: ROC curves, reliability, and the loss under corruptions."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from sklearn.metrics import roc_curve

from training.artefact.predictions import Predictions
from training.comparison.cached_model import CachedModel
from training.comparison.compare_models import Comparison
from training.evaluation.calibration_error import BINS
from training.evaluation.metrics import move_to_prevalence
from training.evaluation.plots import create_figure, save_figure
from training.evaluation.robustness import CorruptionResult

PLOTS = ("roc", "reliability", "corruptions")
_COLOURS = ("#1f3b57", "#c77700")
# Curves that lie on each other are both seen.
_STYLES = dict(zip(_COLOURS, ("-", "--"), strict=True))


def draw_comparison(folder: Path, comparison: Comparison) -> None:
    """Draws each of PLOTS into `folder`, with both models."""
    _draw_roc(folder / "roc.svg", comparison)
    _draw_reliability(folder / "reliability.svg", comparison)
    _draw_corruptions(folder / "corruptions.svg", comparison)


def _draw_roc(path: Path, comparison: Comparison) -> None:
    figure, axes = create_figure("1 - specificity", "sensitivity")
    for model, predictions, colour in _both(comparison):
        rates = roc_curve(comparison.films.children.labels, predictions.logits)
        style = _STYLES[colour]
        axes.plot(rates[0], rates[1], style, color=colour, label=model.version)
    _add_legend(figure)
    save_figure(figure, path)


def _draw_reliability(path: Path, comparison: Comparison) -> None:
    figure, axes = create_figure("probability of pneumonia, as said", "share with pneumonia")
    labels = comparison.films.children.labels
    for model, predictions, colour in _both(comparison):
        probabilities = move_to_prevalence(model.probabilities(predictions), labels)
        bins = np.minimum((probabilities * BINS).astype(int), BINS - 1)
        inside = [bins == index for index in np.unique(bins)]
        axes.scatter(
            [probabilities[each].mean() for each in inside],
            [labels[each].mean() for each in inside],
            s=[20 + 400 * each.mean() for each in inside],
            color=colour,
            alpha=0.6,
        )
        # The legend has dots of one size, which are no data.
        axes.plot([], [], "o", color=colour, alpha=0.6, label=model.version)
    axes.plot([0, 1], [0, 1], color="#888888", linewidth=1)
    _add_legend(figure)
    save_figure(figure, path)


def _draw_corruptions(path: Path, comparison: Comparison) -> None:
    figure, axes = create_figure("", "accuracy, mean of the strengths")
    names = list(dict.fromkeys(each.name for each in comparison.side[0].corruptions))
    for shift, ((model, _, colour), side) in zip(
        (-0.2, 0.2), zip(_both(comparison), comparison.side, strict=True), strict=True
    ):
        heights = [_mean_accuracy(side.corruptions, name) for name in names]
        axes.bar(np.arange(len(names)) + shift, heights, 0.4, color=colour, label=model.version)
    axes.set_xticks(range(len(names)), names, rotation=45, ha="right")
    _add_legend(figure)
    save_figure(figure, path)


def _add_legend(figure: Figure) -> None:
    """Above the axes, where it covers no data."""
    figure.legend(frameon=False, fontsize="small", loc="outside upper left", ncols=2)


def _both(comparison: Comparison) -> list[tuple[CachedModel, Predictions, str]]:
    models = (comparison.baseline, comparison.challenger)
    return list(zip(models, comparison.predictions, _COLOURS, strict=True))


def _mean_accuracy(results: Sequence[CorruptionResult], name: str) -> float:
    return float(np.mean([each.accuracy for each in results if each.name == name]))
