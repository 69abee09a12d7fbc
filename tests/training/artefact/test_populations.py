"""A population is valid by its rule, and its section of the card holds what was measured."""

import json
from pathlib import Path

import numpy as np
import pytest

from contracts.answers import Population
from screening.card import parse_card
from training.artefact.card import add_adult_auc
from training.artefact.populations import PopulationResult, describe_population, reaches_rule
from training.fit.calibration import calibrate, fit_calibration
from training.population_fit import fit_population
from training.recipes import SMOKE

RNG = np.random.default_rng(0)
LABELS = np.arange(2_000) % 2
VIEWS = {"AP": np.arange(2_000) < 1_000, "PA": np.arange(2_000) >= 1_000}
ALL = {"all": np.ones(2_000, np.bool_)}


def fit(name: Population, *, distance: float, in_pa: float | None = None) -> PopulationResult:
    """The classes' logits are `distance` standard deviations apart, in PA films `in_pa`."""
    distances = np.where(VIEWS["PA"], distance if in_pa is None else in_pa, distance)
    logits = RNG.normal(0, 1, 2_000) + distances * LABELS
    return fit_population(
        name,
        [logits, logits + 0.1],
        LABELS,
        [np.ones(2_000, np.bool_)],
        recipe=SMOKE,
        patients=1_000,
        films="drawn",
        auc_groups=ALL if name is Population.CHILD else VIEWS,
    )


@pytest.mark.parametrize(("distance", "is_valid"), [(2.9, False), (3.4, True)])
def test_children_are_valid_from_their_auc_on(distance: float, is_valid: bool) -> None:
    """Distances of 2.9 and 3.4 give an AUC of 0.980 and 0.992."""
    result = fit(Population.CHILD, distance=distance)
    assert (result.auc["all"] >= 0.985) is is_valid
    assert describe_population(result, child_age_years=(1, 5))["valid"] is is_valid


def test_films_are_fitted_as_they_are_and_varied_and_measured_as_they_are() -> None:
    plain, groups = RNG.normal(0, 1, 2_000) + 3 * LABELS, [np.ones(2_000, np.bool_)]
    result = fit_population(
        Population.CHILD,
        [plain, plain + 2],
        LABELS,
        groups,
        recipe=SMOKE,
        patients=1_000,
        films="drawn",
        auc_groups=ALL,
    )
    twice = (np.concatenate([plain, plain + 2]), np.tile(LABELS, 2), [np.ones(4_000, np.bool_)])
    assert result.calibration == fit_calibration(*twice)
    np.testing.assert_array_equal(result.probabilities, calibrate(plain, result.calibration))


@pytest.mark.parametrize("auc", [{"AP": 0.9}, {"AP": 0.9, "PA": float("nan")}, {}])
def test_a_view_that_was_not_measured_does_not_reach_the_rule(auc: dict[str, float]) -> None:
    assert not reaches_rule(Population.ADULT, auc)


def test_validation_alone_makes_no_model_valid_for_adults() -> None:
    result = fit(Population.ADULT, distance=4)
    assert min(result.auc.values()) > 0.99
    assert describe_population(result, child_age_years=(1, 5))["valid"] is False


@pytest.mark.parametrize(
    ("in_pa", "whole_films", "is_valid"),
    [
        (2.0, {"AP": 0.85, "PA": 0.86}, True),
        (2.0, {"AP": 0.85, "PA": 0.84}, False),
        (1.0, {"AP": 0.90, "PA": 0.90}, False),
    ],
)
def test_adults_are_valid_by_validation_and_by_whole_films_in_each_view(
    tmp_path: Path, in_pa: float, whole_films: dict[str, float], is_valid: bool
) -> None:
    fields = describe_population(
        fit(Population.ADULT, distance=2, in_pa=in_pa), child_age_years=(1, 5)
    )
    path = tmp_path / "model_card.json"
    path.write_text(json.dumps({"populations": {"adult": fields}}))
    add_adult_auc(tmp_path, whole_films)
    adult = json.loads(path.read_text())["populations"]["adult"]
    assert (adult["valid"], adult["metrics"]["whole_films"]) == (is_valid, whole_films)
    sentence = json.loads(path.read_text())["intended_use"]["sentence"]
    assert ("adults of 18 years and over" in sentence) is is_valid


def test_a_card_without_adults_gets_none(tmp_path: Path) -> None:
    path = tmp_path / "model_card.json"
    path.write_text('{"populations": {"child": {}}}')
    add_adult_auc(tmp_path, {"AP": 0.9, "PA": 0.9})
    assert json.loads(path.read_text()) == {"populations": {"child": {}}}


def test_the_section_is_what_screening_reads() -> None:
    results = [fit(Population.CHILD, distance=4), fit(Population.ADULT, distance=2)]
    card = parse_card(
        {
            "model_version": "a-1",
            "attention_size": 14,
            "artefacts": {"cpu": {"path": "a", "sha256": "b"}, "endpoint": {"sha256": "c"}},
            "typicality_limit": 0.0,
            "populations": {
                each.name.value: describe_population(each, child_age_years=(1, 5))
                for each in results
            },
        }
    )
    children, adults = card.populations
    assert (children.age_years, adults.age_years) == ((1, 5), (18, 120))
    assert (children.prevalence, adults.prevalence) == (0.5, 0.5)
    assert children.temperature == pytest.approx(results[0].calibration.temperature, abs=1e-6)
    assert adults.threshold == results[1].point.threshold
    assert sum(bin_.radiographs for bin_ in adults.reliability) == 2_000
    assert sum(bin_.pneumonia for bin_ in adults.reliability) == 1_000


def test_the_curve_has_both_ends_and_few_points() -> None:
    points = describe_population(fit(Population.CHILD, distance=1), child_age_years=(1, 5))[
        "validation"
    ]["roc"]
    assert 40 <= len(points) <= 60
    assert points[0] == {"false_positive_rate": 0, "sensitivity": 0}
    assert points[-1] == {"false_positive_rate": 1, "sensitivity": 1}
    assert points == sorted(points, key=lambda point: tuple(point.values()))
