"""A prediction and the card to an answer: the one place with calibration, thresholds and bands."""

import math

from contracts.answers import Answer, Caution, Decision, NotAssessed, Predictor
from contracts.endpoint import REJECTION_REASONS, Prediction
from contracts.sites import SiteSettings
from screening.card import ModelCard

# A share of fewer validation radiographs than this says too little to be told.
_FEWEST_TO_TELL = 10


def build_answer(
    prediction: Prediction,
    card: ModelCard,
    *,
    predictor: Predictor,
    site: SiteSettings | None = None,
    age_years: int | None = None,
    photographed: bool = False,
    not_for_us: NotAssessed | None = None,
) -> Answer:
    """The answer to a radiograph of a patient of `age_years`, for a site with its settings, unless
    its file says that it is `not_for_us`.
    """
    site = site or SiteSettings()
    logit = prediction.logit / card.temperature + card.shift
    probability = sigmoid(logit)
    outside = age_years is not None and not card.age_years[0] <= age_years <= card.age_years[1]
    withheld = outside and site.withhold_outside_age
    reason = not_for_us or _not_assessed(prediction, card, withheld=withheld)
    cautions = {Caution.AGE_OUTSIDE: outside, Caution.PHOTOGRAPHED: photographed}
    prevalence = site.prevalence or card.prevalence
    return Answer(
        decision=Decision.NOT_ASSESSED if reason else decide(probability, card),
        reason=reason,
        logit=prediction.logit,
        probability=probability,
        shown_probability=probability_at_prevalence(logit, card.prevalence, prevalence),
        prevalence=prevalence,
        site_prevalence=site.prevalence is not None,
        like_this_per_100=pneumonia_per_100(probability, card),
        positive=probability >= card.threshold,
        threshold=card.threshold,
        band=card.band,
        typicality=prediction.typicality if card.typicality_limit is not None else None,
        cautions=tuple(caution for caution, holds in cautions.items() if holds),
        predictor=predictor,
        model_version=card.model_version,
        artefact_sha256=(card.cpu_sha256 if predictor is Predictor.CPU else card.endpoint_sha256),
    )


def decide(probability: float, card: ModelCard) -> Decision:
    """Inside the band, its ends included, nobody should rely on the network alone."""
    low, high = card.band
    if low <= probability <= high:
        return Decision.UNCERTAIN
    return Decision.PNEUMONIA if probability > high else Decision.NO_PNEUMONIA


def probability_at_prevalence(logit: float, validation: float, shown: float) -> float:
    """The probability at another prevalence, by Bayes' rule on the odds (Saerens et al. 2002):
    the evidence, which is the logit less the prior log odds, stays as it is.
    """
    return sigmoid(logit + _log_odds(shown) - _log_odds(validation))


def pneumonia_per_100(probability: float, card: ModelCard) -> int | None:
    """Of 100 validation radiographs with a probability in the same bin, how many had pneumonia."""
    for bin_ in card.reliability:
        if bin_.low <= probability < bin_.high or probability == bin_.high == 1.0:
            if bin_.radiographs < _FEWEST_TO_TELL:
                return None
            return round(100 * bin_.pneumonia / bin_.radiographs)
    return None


def sigmoid(logit: float) -> float:
    """1 / (1 + exp(-logit)), without overflow at either end."""
    if logit >= 0:
        return 1 / (1 + math.exp(-logit))
    return math.exp(logit) / (1 + math.exp(logit))


def _not_assessed(prediction: Prediction, card: ModelCard, *, withheld: bool) -> NotAssessed | None:
    if card.typicality_limit is not None and prediction.typicality < card.typicality_limit:
        doubts = zip(prediction.doubts, REJECTION_REASONS, strict=False)
        return max(doubts, default=(1.0, NotAssessed.NOT_CHEST))[1]
    return NotAssessed.AGE if withheld else None


def _log_odds(share: float) -> float:
    return math.log(share / (1 - share))
