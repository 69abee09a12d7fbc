"""A prediction becomes an answer by the numbers of the model card."""

from dataclasses import replace

import pytest

from contracts.answers import Answer, Caution, Decision, NotAssessed, Predictor
from contracts.endpoint import REJECTION_REASONS, Prediction
from contracts.sites import AgePolicy, SiteSettings
from screening.answer import build_answer, pneumonia_per_100, probability_at_prevalence, sigmoid
from screening.card import ModelCard, ReliabilityBin

CARD = ModelCard(
    model_version="test-1",
    attention_size=14,
    cpu_path="cpu.tflite",
    cpu_sha256="c" * 64,
    endpoint_sha256="e" * 64,
    temperature=2.0,
    shift=0.0,
    threshold=0.5,
    band=(0.4, 0.6),
    prevalence=0.75,
    reliability=(
        ReliabilityBin(low=0.0, high=0.5, radiographs=40, pneumonia=4),
        ReliabilityBin(low=0.5, high=0.9, radiographs=9, pneumonia=5),
        ReliabilityBin(low=0.9, high=1.0, radiographs=200, pneumonia=190),
    ),
    typicality_limit=None,
    age_years=(1, 5),
)
SHOWS = SiteSettings(prevalence=0.1, age_policy=AgePolicy.SHOW)


def answer_to(
    logit: float,
    card: ModelCard = CARD,
    *,
    typicality: float = -1.0,
    doubts: tuple[float, ...] = (),
    site: SiteSettings | None = None,
    age_years: int | None = None,
    photographed: bool = False,
    mirrored: bool = False,
    exclusion: NotAssessed | None = None,
) -> Answer:
    prediction = Prediction(
        logit=logit,
        typicality=typicality,
        attention=((0.0,),),
        model_version="test-1",
        doubts=doubts,
    )
    return build_answer(
        prediction,
        card,
        predictor=Predictor.CPU,
        site=site,
        age_years=age_years,
        photographed=photographed,
        mirrored=mirrored,
        exclusion=exclusion,
    )


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
    assert answer_to(2.0, replace(CARD, shift=-1.5)).probability == pytest.approx(sigmoid(-0.5))


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


def test_of_100_like_this_is_about_the_score_and_not_the_site() -> None:
    site = SiteSettings(prevalence=0.1, offset=-4.0)
    assert answer_to(6.0, site=site).like_this_per_100 == answer_to(6.0).like_this_per_100 == 95


@pytest.mark.parametrize("age", [None, 1, 5])
@pytest.mark.parametrize("policy", AgePolicy)
def test_an_age_inside_is_answered(age: int | None, policy: AgePolicy) -> None:
    site = SiteSettings(prevalence=0.1, age_policy=policy)
    result = answer_to(4.0, site=site, age_years=age)
    assert (result.decision, result.cautions) == (Decision.PNEUMONIA, ())


@pytest.mark.parametrize("site", [None, SiteSettings(prevalence=0.1)])
def test_an_age_outside_is_withheld(site: SiteSettings | None) -> None:
    result = answer_to(4.0, site=site, age_years=6)
    assert (result.decision, result.reason) == (Decision.NOT_ASSESSED, NotAssessed.AGE)
    assert result.cautions == ()


def test_a_site_may_show_the_answer_outside_the_ages_with_a_caution() -> None:
    result = answer_to(4.0, site=SHOWS, photographed=True, age_years=40)
    assert result.cautions == (Caution.AGE_OUTSIDE, Caution.PHOTOGRAPHED)
    assert result.decision is Decision.PNEUMONIA


def test_a_mirrored_image_is_answered_with_a_warning() -> None:
    assert answer_to(4.0, mirrored=True).cautions == (Caution.MIRRORED,)


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
    rest = (1 - weight) / 2
    doubts = tuple(weight if doubt is reason else rest for doubt in REJECTION_REASONS)
    answer = answer_to(4.0, card, typicality=typicality, doubts=doubts)
    assert answer.reason is (reason if is_told else NotAssessed.UNLIKE_TRAINING)


@pytest.mark.parametrize("reason", REJECTION_REASONS)
def test_what_speaks_most_against_a_chest_x_ray_is_the_reason(reason: NotAssessed) -> None:
    card = replace(CARD, typicality_limit=-2.0)
    doubts = tuple(0.8 if doubt is reason else 0.1 for doubt in REJECTION_REASONS)
    assert answer_to(4.0, card, typicality=-3.0, doubts=doubts).reason is reason
    assert answer_to(4.0, card, typicality=-1.0, doubts=doubts).reason is None


def test_without_a_limit_typicality_is_not_told() -> None:
    assert answer_to(4.0).typicality is None


@pytest.mark.parametrize(
    ("probability", "per_100"), [(0.2, 10), (0.7, None), (0.95, 95), (1.0, 95), (-0.1, None)]
)
def test_of_100_like_this_needs_enough_to_tell(probability: float, per_100: int | None) -> None:
    assert pneumonia_per_100(probability, CARD) == per_100


@pytest.mark.parametrize("logit", [-1e4, 1e4])
def test_no_logit_overflows(logit: float) -> None:
    assert 0 <= answer_to(logit).probability <= 1
