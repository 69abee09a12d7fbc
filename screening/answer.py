"""Turns a prediction into an answer: calibration, prevalence, threshold, band and reasons.

Pure arithmetic on the numbers of the model card; no other module applies them.
"""

import math

from contracts.answers import Answer, Caution, Decision, NotAssessed, Predictor
from contracts.endpoint import REJECTION_REASONS, Prediction
from contracts.sites import AgePolicy, SiteSettings
from screening.card import ModelCard

# With fewer validation radiographs in a bin, the share with pneumonia is too uncertain to show.
_MIN_RADIOGRAPHS_PER_BIN = 10
# The strongest rejection reason is told from this weight on (all weights add up to 1), or where the
# in-distribution score is so far under its limit. Of 166 refused upright films of adults, 8 are
# then told to lie on their side (before, 90 were) and 6 to show no chest (43). Of films that were
# turned, still 99 % of the training set and 98 % of adults are told a reason, and of images without
# a chest 85 %. Measured on training and adult films, not on the test set.
_CLEAR_DOUBT = 0.7
_FAR_OUT = 1.75


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
    settings = site or SiteSettings(prevalence=card.prevalence)
    model_log_odds = calibrate(prediction.logit, card)
    logit = settings.slope * model_log_odds + settings.offset
    probability = sigmoid(logit)
    youngest, oldest = card.age_years
    is_outside_age = age_years is not None and not youngest <= age_years <= oldest
    is_withheld = is_outside_age and settings.age_policy != AgePolicy.SHOW
    reason = exclusion or _reason_not_assessed(prediction, card, is_withheld=is_withheld)
    cautions = {
        Caution.AGE_OUTSIDE: is_outside_age and not is_withheld,
        Caution.PHOTOGRAPHED: photographed,
        Caution.MIRRORED: mirrored,
    }
    return Answer(
        decision=Decision.NOT_ASSESSED if reason else decide(probability, card),
        reason=reason,
        logit=prediction.logit,
        probability=probability,
        shown_probability=probability_at_prevalence(logit, card.prevalence, settings.prevalence),
        prevalence=settings.prevalence,
        site_prevalence=site is not None,
        like_this_per_100=pneumonia_per_100(sigmoid(model_log_odds), card),
        positive=probability >= card.threshold,
        threshold=card.threshold,
        band=card.band,
        typicality=prediction.typicality if card.typicality_limit is not None else None,
        cautions=tuple(caution for caution, applies in cautions.items() if applies),
        predictor=predictor,
        model_version=card.model_version,
        artefact_sha256=(card.cpu_sha256 if predictor is Predictor.CPU else card.endpoint_sha256),
    )


def calibrate(logit: float, card: ModelCard) -> float:
    """Returns the log odds at the prevalence of the validation set, before a site's calibration."""
    return logit / card.temperature + card.shift


def decide(probability: float, card: ModelCard) -> Decision:
    """Returns the decision for a calibrated probability.

    The uncertain band includes both of its ends: there, nobody should rely on the network alone.
    """
    low, high = card.band
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


def pneumonia_per_100(probability: float, card: ModelCard) -> int | None:
    """Returns how many of 100 validation radiographs in the same probability bin had pneumonia.

    None where the bin holds too few radiographs.
    """
    for bin_ in card.reliability:
        if bin_.low <= probability < bin_.high or probability == bin_.high == 1.0:
            if bin_.radiographs < _MIN_RADIOGRAPHS_PER_BIN:
                return None
            return round(100 * bin_.pneumonia / bin_.radiographs)
    return None


def sigmoid(logit: float) -> float:
    """Returns 1 / (1 + exp(-logit)) without overflow at either end."""
    if logit >= 0:
        return 1 / (1 + math.exp(-logit))
    return math.exp(logit) / (1 + math.exp(logit))


def _reason_not_assessed(
    prediction: Prediction, card: ModelCard, *, is_withheld: bool
) -> NotAssessed | None:
    """Returns the rejection reason of an out-of-distribution image where one stands out, else
    that it is unlike the training set; the age for any other image.
    """
    if card.typicality_limit is not None and prediction.typicality < card.typicality_limit:
        # A model without rejection reasons gives an empty tuple.
        reasons = zip(prediction.doubts, REJECTION_REASONS, strict=False)
        weight, reason = max(reasons, default=(0.0, NotAssessed.UNLIKE_TRAINING))
        is_far_out = prediction.typicality < card.typicality_limit - _FAR_OUT
        return reason if weight >= _CLEAR_DOUBT or is_far_out else NotAssessed.UNLIKE_TRAINING
    return NotAssessed.AGE if is_withheld else None


def _log_odds(probability: float) -> float:
    return math.log(probability / (1 - probability))
