"""What each month's answers were worth, as a table and as a plot."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure
from scipy.stats import binomtest

from reliability.half_year.simulation import AnsweredFilm

mpl.rcParams["svg.hashsalt"] = "chest-xray"


@dataclass(frozen=True, kw_only=True)
class Accuracy:
    """The share of films on the right side of the threshold, with its interval of 95 % (Wilson)."""

    name: str
    films: int
    value: float
    low: float
    high: float
    sure: float


def list_accuracies(answered: Sequence[AnsweredFilm]) -> Iterator[Accuracy]:
    """One of each month and model version, in their order."""
    keys = dict.fromkeys((film.month, film.version) for film in answered)
    for month, version in keys:
        films = [film for film in answered if (film.month, film.version) == (month, version)]
        right = sum(film.is_positive == film.has_pneumonia for film in films)
        interval = binomtest(right, len(films)).proportion_ci(method="wilson")
        yield Accuracy(
            name=f"month {month}, {version}",
            films=len(films),
            value=right / len(films),
            low=float(interval.low),
            high=float(interval.high),
            sure=sum(film.is_sure for film in films) / len(films),
        )


def format_table(accuracies: Sequence[Accuracy]) -> str:
    lines = ["| month, model | films | accuracy (95 % interval) | sure |", "|---|---|---|---|"]
    lines += [
        f"| {each.name} | {each.films} | {each.value:.3f} ({each.low:.3f} to {each.high:.3f}) | "
        f"{each.sure:.0%} |".replace("%", " %")
        for each in accuracies
    ]
    return "\n".join(lines)


def draw_accuracies(accuracies: Sequence[Accuracy], path: Path) -> None:
    """Draws an SVG file; equal numbers give equal files."""
    values = [each.value for each in accuracies]
    below = [each.value - each.low for each in accuracies]
    above = [each.high - each.value for each in accuracies]
    figure = Figure(figsize=(8, 3.5), layout="tight")
    axes = figure.subplots()
    axes.errorbar(range(len(values)), values, yerr=[below, above], fmt="o", capsize=4)
    labels = [each.name.replace(", ", "\n") for each in accuracies]
    axes.set_xticks(range(len(values)), labels, fontsize=7)
    axes.set_ylabel("accuracy")
    axes.grid(axis="y", alpha=0.3)
    figure.savefig(path, metadata={"Date": None})
