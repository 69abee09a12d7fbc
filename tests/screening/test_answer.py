"""A prediction becomes an answer by the numbers of the model card."""

from dataclasses import replace

import pytest

from contracts.answers import Caution, Decision, NotAssessed
from contracts.endpoint import REJECTION_REASONS
from contracts.sites import SiteSettings
from screening.answer import probability_at_prevalence, sigmoid
from tests.screening.answers import CARD, answer_to
from tests.screening.population_cards import CHILDREN


@pytest.mark.parametrize(
    ("logit", "decision", "positive"),
    [
        (4.0, Decision.PNEUMONIA, True),
        (0.4, Decision.UNCERTAIN, True),
        (0.0, Decision.UNCERTAIN, True),
        (-0.4, Decision.UNCERTAIN, False),
        (-4.0, Decision.NO_PNEUMONIA, False),
    ],
)
def test_the_band_is_uncertain_on_both_sides(
    logit: float, decision: Decision, positive: bool
) -> None:
    result = answer_to(logit)
    assert (result.decision, result.positive) == (decision, positive)


def test_the_temperature_divides_the_logit() -> None:
    assert answer_to(2.0).probability == pytest.approx(sigmoid(1.0))


def test_the_shift_is_added_to_the_cooled_logit() -> None:
    assert answer_to(
        2.0, replace(CARD, populations=(replace(CHILDREN, shift=-1.5),))
    ).probability == pytest.approx(sigmoid(-0.5))


def test_without_a_site_prevalence_the_probability_is_shown_as_it_is() -> None:
    result = answer_to(1.3)
    assert result.shown_probability == pytest.approx(result.probability)
    assert (result.prevalence, result.site_prevalence) == (0.75, False)


def test_a_site_prevalence_moves_what_is_shown_and_not_the_decision() -> None:
    result = answer_to(4.0, site=SiteSettings(prevalence=0.05))
    assert result.shown_probability < 0.2 < result.probability
    assert result.decision is Decision.PNEUMONIA
    assert (result.prevalence, result.site_prevalence) == (0.05, True)


def test_the_shift_is_bayes_rule() -> None:
    """From a prevalence of 50 % to one of 10 %, odds of 9 become odds of 1."""
    assert probability_at_prevalence(2.1972246, 0.5, 0.1) == pytest.approx(0.5)


def test_the_site_calibration_moves_the_decision_and_what_is_shown() -> None:
    site = SiteSettings(prevalence=0.75, slope=0.5, offset=-2.0)
    result = answer_to(6.0, site=site)
    assert result.probability == pytest.approx(sigmoid(0.5 * 3.0 - 2.0))
    assert result.shown_probability == pytest.approx(result.probability)
    assert (result.decision, result.positive) == (Decision.NO_PNEUMONIA, False)


def test_the_site_calibration_comes_before_the_prevalence() -> None:
    site = SiteSettings(prevalence=0.5, slope=2.0, offset=1.0)
    shown = answer_to(1.0, site=site).shown_probability
    assert shown == pytest.approx(sigmoid(2.0 * 0.5 + 1.0 - 1.0986123))


def test_of_100_like_this_is_the_share_of_the_films_that_are_named() -> None:
    """At the site's prevalence; of a score that the site calibrates, validation says nothing."""
    answer = answer_to(6.0)
    assert (answer.like_this_per_100, answer.like_this_radiographs) == (95, 200)
    at_site = answer_to(6.0, site=SiteSettings(prevalence=0.1))
    assert at_site.like_this_per_100 is not None and at_site.like_this_per_100 < 95
    assert at_site.like_this_radiographs == 200
    for calibrated in (
        SiteSettings(prevalence=0.1, offset=-4.0),
        SiteSettings(prevalence=0.1, slope=0.5),
    ):
        answer = answer_to(6.0, site=calibrated)
        assert (answer.like_this_per_100, answer.like_this_radiographs) == (None, None)


def test_a_mirrored_image_is_answered_with_a_warning() -> None:
    assert answer_to(4.0, mirrored=True, age_years=3).cautions == (Caution.MIRRORED,)


@pytest.mark.parametrize(
    ("limit", "lung_energy", "is_told"),
    [(0.6, 0.59, True), (0.6, 0.6, False), (0.6, None, False), (None, 0.0, False)],
)
def test_evidence_outside_the_lungs_is_warned_of(
    limit: float | None, lung_energy: float | None, is_told: bool
) -> None:
    card = replace(CARD, min_lung_energy=limit)
    cautions = answer_to(4.0, card, lung_energy=lung_energy, age_years=3).cautions
    assert cautions == ((Caution.OUTSIDE_LUNGS,) if is_told else ())


def test_where_nothing_is_assessed_the_lungs_do_not_matter() -> None:
    card = replace(CARD, min_lung_energy=0.6, typicality_limit=0.0)
    assert answer_to(4.0, card, lung_energy=0.1).cautions == ()


def test_what_the_file_rules_out_goes_before_what_the_network_sees() -> None:
    card = replace(CARD, typicality_limit=-2.0)
    result = answer_to(4.0, card, typicality=-3.0, exclusion=NotAssessed.NOT_FRONTAL)
    assert (result.decision, result.reason) == (Decision.NOT_ASSESSED, NotAssessed.NOT_FRONTAL)


def test_what_is_not_typical_is_not_assessed() -> None:
    card = replace(CARD, typicality_limit=-2.0)
    assert answer_to(4.0, card, typicality=-3.0).reason is NotAssessed.UNLIKE_TRAINING
    assert answer_to(4.0, card, typicality=-1.0).typicality == -1.0


@pytest.mark.parametrize("reason", REJECTION_REASONS)
@pytest.mark.parametrize(
    ("weight", "typicality", "is_told"),
    [(0.69, -3.0, False), (0.7, -3.0, True), (0.4, -3.7, False), (0.4, -3.8, True)],
)
def test_a_reason_is_told_only_where_it_stands_out(
    reason: NotAssessed, weight: float, typicality: float, is_told: bool
) -> None:
    card = replace(CARD, typicality_limit=-2.0)
    rest = (1 - weight) / (len(REJECTION_REASONS) - 1)
    doubts = tuple(weight if doubt is reason else rest for doubt in REJECTION_REASONS)
    answer = answer_to(4.0, card, typicality=typicality, doubts=doubts)
    assert answer.reason is (reason if is_told else NotAssessed.UNLIKE_TRAINING)


@pytest.mark.parametrize("reason", REJECTION_REASONS)
def test_what_speaks_most_against_a_chest_x_ray_is_the_reason(reason: NotAssessed) -> None:
    card = replace(CARD, typicality_limit=-2.0)
    doubts = tuple(0.8 if doubt is reason else 0.04 for doubt in REJECTION_REASONS)
    assert answer_to(4.0, card, typicality=-3.0, doubts=doubts).reason is reason
    assert answer_to(4.0, card, typicality=-1.0, doubts=doubts).reason is None


def test_without_a_limit_typicality_is_not_told() -> None:
    assert answer_to(4.0).typicality is None


@pytest.mark.parametrize("logit", [-1e4, 1e4])
def test_no_logit_overflows(logit: float) -> None:
    assert 0 <= answer_to(logit).probability <= 1
