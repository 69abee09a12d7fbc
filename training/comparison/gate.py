"""Judges whether a challenger may follow the model that answers, by the margins of the gate."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from contracts import texts
from contracts.answers import Population
from training.artefact.agreement import DisagreementError, require_agreement
from training.comparison.compare_models import ALL_FILMS, Comparison, GroupResult
from training.comparison.gate_result import Check, GateResult
from training.comparison.margins import Margin
from training.comparison.model_metrics import LOWER_IS_BETTER
from training.comparison.paired_statistics import Change

_POPULATIONS = {Population.CHILD: "children", Population.ADULT: "adults"}


def judge(comparisons: Sequence[Comparison], margins: Mapping[str, Margin]) -> GateResult:
    """Judges the first challenger; the others are seeds of its recipe, against the same baseline.

    The mean of the seeds is judged by the measures of all films of children. Of a population whose
    answers are withheld now, nothing is judged.
    """
    first = comparisons[0]
    valid = [each.name for each in first.baseline.card.populations if each.is_valid]
    groups = [group for group in first.groups if group.population in valid]
    return GateResult(
        challenger=first.challenger.version,
        baseline=first.baseline.version,
        seeds=len(comparisons),
        checks=[
            *(check for group in groups for check in _judge_group(group, margins)),
            *_judge_side(first, margins),
            *(_judge_seeds(comparisons, margins) if len(comparisons) > 1 else ()),
        ],
        refusals=list(_find_refusals(first)),
    )


def _judge_group(group: GroupResult, margins: Mapping[str, Margin]) -> Iterator[Check]:
    is_all = group.group == ALL_FILMS and group.population is Population.CHILD
    counts = {"sensitivity": group.pneumonia, "specificity": group.normal}
    for name, change in group.changes.items():
        margin = margins[name].margin if is_all else margins[name].subgroup_margin
        if margin is None:
            continue
        yield _check(
            name,
            f"{_POPULATIONS[group.population]}, {group.group}",
            counts.get(name, group.normal + group.pneumonia),
            change,
            margin=margin,
        )


def _check(name: str, films_name: str, films: int, change: Change, *, margin: float) -> Check:
    sign = 1 if name in LOWER_IS_BETTER else -1
    return Check(
        measure=name,
        films_name=films_name,
        films=films,
        baseline=change.baseline,
        challenger=change.challenger,
        fall=sign * change.difference,
        error=change.error,
        margin=margin,
    )


def _judge_seeds(
    comparisons: Sequence[Comparison], margins: Mapping[str, Margin]
) -> Iterator[Check]:
    """The error is that of the mean over the seeds, which differ as models of the recipe do."""
    for name in comparisons[0].groups[0].changes:
        changes = [each.groups[0].changes[name] for each in comparisons]
        differences = np.array([change.difference for change in changes])
        sign = 1 if name in LOWER_IS_BETTER else -1
        yield Check(
            measure=name,
            films_name=f"children, mean of {len(changes)} seeds",
            films=None,
            baseline=changes[0].baseline,
            challenger=float(np.mean([change.challenger for change in changes])),
            fall=float(sign * differences.mean()),
            error=float(differences.std(ddof=1) / np.sqrt(len(changes))),
            margin=margins[name].margin,
        )


def _judge_side(comparison: Comparison, margins: Mapping[str, Margin]) -> Iterator[Check]:
    baseline, challenger = comparison.side
    for name, right in baseline.corrupted.items():
        yield _compare_films("corruption", name, right, challenger.corrupted[name], margins=margins)
    for kind, (_, total) in baseline.rejected.items():
        shares = [side.rejected[kind][0] / total for side in comparison.side]
        yield _compare_shares("negatives", kind, shares, films=total, margins=margins)
    yield from _judge_maps(comparison, margins)
    for name, values in (
        ("size", (baseline.megabytes, challenger.megabytes)),
        ("speed", comparison.milliseconds),
    ):
        yield Check(
            measure=name,
            films_name="MB of both exports" if name == "size" else "ms of the CPU model",
            films=None,
            baseline=values[0],
            challenger=values[1],
            fall=values[1] / values[0] - 1,
            error=0.0,
            margin=margins[name].margin,
        )


def _judge_maps(comparison: Comparison, margins: Mapping[str, Margin]) -> Iterator[Check]:
    baseline, challenger = comparison.side
    if baseline.pointing and challenger.pointing:
        yield _compare_shares(
            "localisation",
            "marked opacities",
            [baseline.pointing.pointing, challenger.pointing.pointing],
            films=baseline.pointing.films,
            margins=margins,
        )
    if baseline.lung_energy and challenger.lung_energy:
        yield _compare_shares(
            "localisation",
            "map on lungs",
            [baseline.lung_energy.share, challenger.lung_energy.share],
            films=baseline.lung_energy.films,
            margins=margins,
        )


def _compare_films(
    measure: str,
    name: str,
    baseline: NDArray[np.float64],
    challenger: NDArray[np.float64],
    *,
    margins: Mapping[str, Margin],
) -> Check:
    """Compares shares (n,) of each film, in pairs."""
    falls = baseline - challenger
    return Check(
        measure=measure,
        films_name=name,
        films=len(falls),
        baseline=float(baseline.mean()),
        challenger=float(challenger.mean()),
        fall=float(falls.mean()),
        error=float(falls.std() / np.sqrt(len(falls))),
        margin=margins[measure].margin,
    )


def _compare_shares(
    measure: str, name: str, shares: Sequence[float], *, films: int, margins: Mapping[str, Margin]
) -> Check:
    """Compares two shares as if of different films, which makes the error too large, not small."""
    return Check(
        measure=measure,
        films_name=name,
        films=films,
        baseline=shares[0],
        challenger=shares[1],
        fall=shares[0] - shares[1],
        error=float(np.sqrt(sum(share * (1 - share) for share in shares) / films)),
        margin=margins[measure].margin,
    )


def _find_missing_films(comparison: Comparison) -> Iterator[str]:
    """Nothing is known of patients who get answers now if there are no films of them."""
    judged = {group.population for group in comparison.groups}
    for population in comparison.baseline.card.populations:
        if population.is_valid and population.name not in judged:
            yield (
                f"films: there are none of {_POPULATIONS[population.name]}, who get answers now. "
                "Give data that have them."
            )


def _find_refusals(comparison: Comparison) -> Iterator[str]:
    challenger, films = comparison.challenger, comparison.films
    if challenger.validation_sha256 != films.sha256:
        yield (
            f"films: {challenger.version} was trained with another split or other data than these, "
            "so it may have learned some of the films."
        )
    valid = {each.name: each for each in challenger.card.populations if each.is_valid}
    if not valid:
        yield (
            f"population: {challenger.version} is valid for no patients, by the rule of its card, "
            "so it would answer nobody."
        )
    yield from _find_missing_films(comparison)
    for population in comparison.baseline.card.populations:
        own = valid.get(population.name)
        low, high = population.age_years
        if population.is_valid and not (
            own and own.age_years[0] <= low and high <= own.age_years[1]
        ):
            patients = texts.format_population(population.name, population.age_years)
            yield (
                f"population: {challenger.version} is not valid for {patients}, who get answers "
                "now."
            )
    try:
        require_agreement(comparison.side[1].agreement)
    except DisagreementError as error:
        yield f"parity: {error}"
