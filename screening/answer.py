"""Turns a prediction into an answer: calibration, prevalence, threshold, band and reasons.

Pure arithmetic on the numbers of the model card; no other module applies them.
"""

import math
from dataclasses import dataclass

from contracts.answers import (
    AGE_REASONS,
    Answer,
    Caution,
    Decision,
    NotAssessed,
    Population,
    Predictor,
)
from contracts.endpoint import REJECTION_REASONS, Prediction
from contracts.sites import AgePolicy, SiteSettings
from screening.card import ModelCard
from screening.errors import ModelError
from screening.evidence import count_like_this
from screening.populations import PopulationCard, choose_population

# The reasons that a site may overrule. An age that does not fit the film may be another patient's,
# and one that is missing can be entered: there, nobody knows whose numbers apply.
_SITE_CHOICES = frozenset({NotAssessed.AGE, NotAssessed.POPULATION_NOT_VALID})
# The cautions that do not depend on the age or on the reason.
_FILE_CAUTIONS = frozenset({Caution.PHOTOGRAPHED, Caution.MIRRORED})

# The strongest rejection reason is told from this weight on (all weights add up to 1), or where the
# in-distribution score is so far under its limit. Of 3,450 images that were made from validation
# films in order to be rejected, the detector of joint-0f2cfb82 lets 2 pass, and gives no reason
# for 1.
_CLEAR_DOUBT = 0.7
_FAR_OUT = 1.75


@dataclass(frozen=True, kw_only=True)
class _Evidence:
    """What an answer rests on beside the age and the site: the network's output, the reason for
    which nothing is assessed at any age, and the cautions of the file.
    """

    logit: float
    typicality: float | None
    adult: float | None
    lung_energy: float | None
    reason: NotAssessed | None
    cautions: tuple[Caution, ...]
    predictor: Predictor


def build_answer(
    prediction: Prediction,
    card: ModelCard,
    *,
    predictor: Predictor,
    site: SiteSettings | None = None,
    age_years: int | None = None,
    photographed: bool = False,
    mirrored: bool = False,
    exclusion: NotAssessed | None = None,
) -> Answer:
    """Returns the answer for one radiograph at a site, or at the prevalence of the validation set.

    `age_years` is the patient's age where the file gives it. `exclusion` is the reason for which
    the file's tags rule out an assessment; it comes before any reason that the network gives.
    """
    cautions = {Caution.PHOTOGRAPHED: photographed, Caution.MIRRORED: mirrored}
    evidence = _Evidence(
        logit=prediction.logit,
        typicality=prediction.typicality if card.typicality_limit is not None else None,
        adult=prediction.adult,
        lung_energy=prediction.lung_energy,
        reason=exclusion or _find_rejection(prediction, card),
        cautions=tuple(caution for caution, applies in cautions.items() if applies),
        predictor=predictor,
    )
    return _answer(evidence, card, site=site, age_years=age_years)


def build_answer_at_age(
    answer: Answer, card: ModelCard, *, site: SiteSettings | None, age_years: int | None
) -> Answer:
    """Returns the answer that follows from another age and the same prediction.

    `card` is of the model version that gave `answer`. Raises ModelError for another version.
    """
    if card.model_version != answer.model_version:
        raise ModelError(f"{answer.model_version} gave the answer, not {card.model_version}")
    evidence = _Evidence(
        logit=answer.logit,
        typicality=answer.typicality,
        adult=answer.adult,
        lung_energy=answer.lung_energy,
        reason=None if answer.reason in AGE_REASONS else answer.reason,
        cautions=tuple(caution for caution in answer.cautions if caution in _FILE_CAUTIONS),
        predictor=answer.predictor,
    )
    return _answer(evidence, card, site=site, age_years=age_years)


def _answer(
    evidence: _Evidence, card: ModelCard, *, site: SiteSettings | None, age_years: int | None
) -> Answer:
    population, age_reason = choose_population(
        card.populations,
        age_years=age_years,
        adult=evidence.adult,
        min_log_odds=card.min_adult_log_odds,
    )
    settings = site or SiteSettings(prevalence=population.prevalence)
    model_log_odds = calibrate(evidence.logit, population)
    like_this = count_like_this(sigmoid(model_log_odds), population, prevalence=settings.prevalence)
    slope, offset = _find_site_calibration(settings, population)
    if (slope, offset) != (1.0, 0.0):
        like_this = None  # The validation set says nothing of a score that the site calibrates.
    logit = slope * model_log_odds + offset
    probability = sigmoid(logit)
    is_shown = age_reason in _SITE_CHOICES and settings.age_policy == AgePolicy.SHOW
    reason = evidence.reason
    if reason is None and not is_shown:
        reason = age_reason
    if reason is None and age_years is None and settings.requires_age:
        reason = NotAssessed.AGE_MISSING
    cautions = {
        Caution.AGE_OUTSIDE: is_shown and reason is None,
        Caution.AGE_UNKNOWN: age_years is None and reason is None,
        **dict.fromkeys(evidence.cautions, True),
        Caution.OUTSIDE_LUNGS: reason is None and _is_outside_lungs(evidence.lung_energy, card),
    }
    return Answer(
        decision=Decision.NOT_ASSESSED if reason else decide(probability, population),
        reason=reason,
        logit=evidence.logit,
        probability=probability,
        shown_probability=probability_at_prevalence(
            logit, population.prevalence, settings.prevalence
        ),
        prevalence=settings.prevalence,
        site_prevalence=site is not None,
        like_this_per_100=like_this.per_100 if like_this else None,
        positive=probability >= population.threshold,
        threshold=population.threshold,
        band=population.band,
        typicality=evidence.typicality,
        cautions=tuple(caution for caution, applies in cautions.items() if applies),
        predictor=evidence.predictor,
        model_version=card.model_version,
        artefact_sha256=(
            card.cpu_sha256 if evidence.predictor is Predictor.CPU else card.endpoint_sha256
        ),
        population=population.name,
        like_this_radiographs=like_this.radiographs if like_this else None,
        adult=evidence.adult,
        lung_energy=evidence.lung_energy,
    )


def calibrate(logit: float, population: PopulationCard) -> float:
    """Returns the log odds at the prevalence of the validation set, before a site's calibration."""
    return logit / population.temperature + population.shift


def decide(probability: float, population: PopulationCard) -> Decision:
    """Returns the decision for a calibrated probability.

    The uncertain band includes both of its ends: there, nobody should rely on the network alone.
    """
    low, high = population.band
    if low <= probability <= high:
        return Decision.UNCERTAIN
    return Decision.PNEUMONIA if probability > high else Decision.NO_PNEUMONIA


def probability_at_prevalence(logit: float, validation: float, site: float) -> float:
    """Returns the probability at the prevalence `site`, where `logit` is calibrated at the
    prevalence `validation`.

    Bayes' rule on the odds (Saerens et al. 2002): the evidence, which is the logit minus the prior
    log odds, does not depend on the prevalence.
    """
    return sigmoid(logit + prevalence_shift(validation, site))


def prevalence_shift(validation: float, site: float) -> float:
    """Returns what is added to log odds at one prevalence for those at the other."""
    return _log_odds(site) - _log_odds(validation)


def sigmoid(logit: float) -> float:
    """Returns 1 / (1 + exp(-logit)) without overflow at either end."""
    if logit >= 0:
        return 1 / (1 + math.exp(-logit))
    return math.exp(logit) / (1 + math.exp(logit))


def _find_site_calibration(
    settings: SiteSettings, population: PopulationCard
) -> tuple[float, float]:
    """Returns the site's slope and offset for children, and none for adults.

    They are fitted to films of children, which say nothing of an adult's score.
    """
    if population.name is not Population.CHILD:
        return 1.0, 0.0
    return settings.slope, settings.offset


def _find_rejection(prediction: Prediction, card: ModelCard) -> NotAssessed | None:
    """Returns the rejection reason of an out-of-distribution image where one stands out, else that
    it is unlike the training set; None for any other image.
    """
    if card.typicality_limit is not None and prediction.typicality < card.typicality_limit:
        # A model without rejection reasons gives an empty tuple.
        reasons = zip(prediction.doubts, REJECTION_REASONS, strict=False)
        weight, reason = max(reasons, default=(0.0, NotAssessed.UNLIKE_TRAINING))
        is_far_out = prediction.typicality < card.typicality_limit - _FAR_OUT
        return reason if weight >= _CLEAR_DOUBT or is_far_out else NotAssessed.UNLIKE_TRAINING
    return None


def _is_outside_lungs(lung_energy: float | None, card: ModelCard) -> bool:
    if lung_energy is None or card.min_lung_energy is None:
        return False
    return lung_energy < card.min_lung_energy


def _log_odds(probability: float) -> float:
    return math.log(probability / (1 - probability))
