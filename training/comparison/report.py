"""The report of a comparison, as rows for the screen and as Markdown with plots."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.comparison.compare_models import Comparison, GroupResult
from training.comparison.model_metrics import LOWER_IS_BETTER
from training.comparison.paired_statistics import Change
from training.comparison.plots import PLOTS, draw_comparison
from training.evaluation.markdown import format_table, wrap

_POPULATIONS = {"child": "children", "adult": "adults, lungs only"}
_NAMES = {
    "auc": "AUC",
    "calibration_error": "calibration error",
    "log_loss": "log loss",
    "answered": "share answered",
}
HEAD = ["films", "normal / pneumonia", "measure", "baseline", "challenger", "change (95 %)"]

# Of the normal distribution, at 97.5 %.
_NORMAL_95 = 1.96

Row = tuple[str, ...]


def list_rows(comparison: Comparison) -> list[Row]:
    """Returns the rows of the table with the columns of HEAD, without those of single strengths."""
    return [*_list_groups(comparison), *_list_side(comparison)]


def write_report(comparison: Comparison, folder: Path) -> Path:
    """Writes README.md and its plots into `folder`, and returns the path of the page."""
    folder.mkdir(parents=True, exist_ok=True)
    draw_comparison(folder, comparison)
    baseline, challenger = comparison.baseline.version, comparison.challenger.version
    sections = [
        f"# {challenger} against {baseline}",
        *(wrap(caution) for caution in comparison.cautions),
        wrap(describe_films(comparison)),
        wrap(describe_mcnemar(comparison)),
        format_table(HEAD, list_rows(comparison)),
        "\n".join(f"![{name}]({name}.svg)" for name in PLOTS),
        "## Corruptions",
        _format_corruptions(comparison),
        "## Images to reject",
        _format_negatives(comparison),
    ]
    path = folder / "README.md"
    path.write_text("\n\n".join(sections) + "\n")
    return path


def describe_films(comparison: Comparison) -> str:
    films = comparison.films
    kind = "validation" if films.split == "val" else "test"
    children = films.children
    return (
        f"{len(children.labels):,} {kind} films of {len(set(children.patients)):,} children "
        f"({int(children.labels.sum()):,} with pneumonia), data {films.sha256[:12]}. Intervals are "
        "95 %, by bootstrap over patients, of the difference on the same films; under corruptions, "
        "by the normal distribution over films. Share answered: for or against pneumonia, without "
        "an age. A mark 'worse': the whole interval is on the worse side."
    )


def describe_mcnemar(comparison: Comparison) -> str:
    result = comparison.mcnemar
    return (
        f"Of the films, {result.only_baseline} are right by {comparison.baseline.version} alone "
        f"and {result.only_challenger} by {comparison.challenger.version} alone "
        f"(McNemar, exact, p = {result.p_value:.3g})."
    )


def _list_groups(comparison: Comparison) -> Iterator[Row]:
    for group in comparison.groups:
        for name, change in group.changes.items():
            yield (
                _name_group(group),
                f"{group.normal} / {group.pneumonia}",
                _NAMES.get(name, name),
                f"{change.baseline:.4f}",
                f"{change.challenger:.4f}",
                format_change(name, change),
            )


def _name_group(group: GroupResult) -> str:
    return f"{_POPULATIONS[group.population]}, {group.group}"


def format_change(name: str, change: Change) -> str:
    """Returns the difference and its interval, with a mark where the whole interval is worse."""
    low, high = change.interval
    is_worse = low > 0 if name in LOWER_IS_BETTER else high < 0
    interval = f"{_sign(low)} to {_sign(high)}" if low < high else "the same in all samples"
    return f"{_sign(change.difference)} ({interval}){' worse' if is_worse else ''}"


def _sign(value: float, digits: int = 4) -> str:
    """Returns the number with its sign, and 0 without a minus."""
    return f"{round(value, digits) + 0.0:+.{digits}f}"


def _list_side(comparison: Comparison) -> Iterator[Row]:
    first, second = comparison.side
    for name, right in first.corrupted.items():
        yield _compare_corrupted(name, right, second.corrupted[name])
    for kind, (count, total) in first.rejected.items():
        other = second.rejected[kind][0]
        yield _row(f"{kind}, {total}", "share without an answer", count / total, other / total)
    if first.pointing and second.pointing:
        values = [first.pointing.pointing, second.pointing.pointing]
        yield _row(f"marked opacities, {first.pointing.films}", "maximum of the map in it", *values)
    if first.lung_energy and second.lung_energy:
        shares = [first.lung_energy.share, second.lung_energy.share]
        yield _row(f"ill children, {first.lung_energy.films}", "share of the map on lungs", *shares)
    yield _row("both exports", "size in MB", first.megabytes, second.megabytes, digits=1)
    yield _row("CPU model", "ms for one film", *comparison.milliseconds, digits=1)
    differences = [side.agreement.probability_difference_max for side in comparison.side]
    yield _row("CPU against SavedModel", "largest difference of probability", *differences)
    flips = [side.agreement.flips for side in comparison.side]
    yield _row("CPU against SavedModel", "opposite decisions", *flips, digits=0)


def _compare_corrupted(
    name: str, baseline: NDArray[np.float64], challenger: NDArray[np.float64]
) -> Row:
    """Compares the shares (n,) of strengths at which each film is right, in pairs of films."""
    changes = challenger - baseline
    error = float(changes.std() / np.sqrt(len(changes)))
    mean = float(changes.mean())
    change = Change(
        baseline=float(baseline.mean()),
        challenger=float(challenger.mean()),
        interval=(mean - _NORMAL_95 * error, mean + _NORMAL_95 * error),
        error=error,
    )
    measure = "accuracy, mean of strengths"
    values = [f"{each:.4f}" for each in (change.baseline, change.challenger)]
    films = f"films with {name}, {len(changes):,}"
    return films, "", measure, *values, format_change(measure, change)


def _row(films: str, measure: str, baseline: float, challenger: float, *, digits: int = 4) -> Row:
    values = [f"{each:.{digits}f}" for each in (baseline, challenger)]
    return films, "", measure, *values, _sign(challenger - baseline, digits)


def _format_corruptions(comparison: Comparison) -> str:
    rows = [
        [
            first.name,
            first.strength,
            *(f"{each.sensitivity:.3f}" for each in (first, second)),
            *(f"{each.specificity:.3f}" for each in (first, second)),
            *(f"{each.calibration_error:.3f}" for each in (first, second)),
        ]
        for first, second in zip(*(side.corruptions for side in comparison.side), strict=True)
    ]
    measures = ("sensitivity", "specificity", "calibration error")
    models = ("baseline", "challenger")
    head = [f"{measure}, {model}" for measure in measures for model in models]
    return format_table(["corruption", "strength", *head], rows)


def _format_negatives(comparison: Comparison) -> str:
    rows = [
        [first.kind, first.images, *(f"{x.unassessed / x.images:.1%}" for x in (first, second))]
        for first, second in zip(*(side.negatives for side in comparison.side), strict=True)
    ]
    head = ["images", "number", "no answer, baseline", "no answer, challenger"]
    return format_table(head, rows)
