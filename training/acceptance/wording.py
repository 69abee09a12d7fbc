"""The words of the report for metrics, operating points and outcomes."""

from collections.abc import Mapping

from contracts.answers import Decision, NotAssessed
from training.acceptance.answered_films import REJECTED_FILE

POINT_NAMES: Mapping[str, str] = {"card": "as the card says", "site": "with the site's settings"}
# Shares, which are printed in percent.
PERCENT = frozenset(
    {
        "refused",
        "withheld",
        "uncertain",
        "decided",
        "sensitivity",
        "specificity",
        "ppv",
        "npv",
        "accuracy",
        "decided_sensitivity",
        "decided_specificity",
        "ppv_at_site",
        "npv_at_site",
    }
)
METRIC_NAMES: Mapping[str, str] = {
    "refused": "refused (file or image)",
    "withheld": "not answered (age or population)",
    "uncertain": "uncertain",
    "decided": "decided",
    "auc": "AUC",
    "sensitivity": "sensitivity",
    "specificity": "specificity",
    "ppv": "PPV",
    "npv": "NPV",
    "f1": "F1",
    "accuracy": "accuracy",
    "decided_sensitivity": "sensitivity without uncertain films",
    "decided_specificity": "specificity without uncertain films",
    "ppv_at_site": "PPV at the site's prevalence",
    "npv_at_site": "NPV at the site's prevalence",
    "slope": "slope",
    "intercept": "intercept",
    "brier": "Brier score",
    "ece": "calibration error",
}
CALIBRATION = ("slope", "intercept", "brier", "ece")
OUTCOME_NAMES: Mapping[str, str] = {
    REJECTED_FILE: "refused: the file cannot be decoded",
    Decision.PNEUMONIA: "pneumonia",
    Decision.NO_PNEUMONIA: "no pneumonia",
    Decision.UNCERTAIN: "uncertain",
    NotAssessed.NOT_CHEST: "refused: no chest X-ray",
    NotAssessed.NOT_FRONTAL: "refused: no frontal view",
    NotAssessed.BODY_PART: "refused: another part of the body",
    NotAssessed.ORIENTATION: "refused: not upright",
    NotAssessed.QUALITY: "refused: the quality",
    NotAssessed.SEVERAL_FILMS: "refused: several films",
    NotAssessed.SCREENSHOT: "refused: a screenshot",
    NotAssessed.UNLIKE_TRAINING: "refused: unlike the training films",
    NotAssessed.AGE: "not answered: the age is outside of the model's",
    NotAssessed.AGE_DISAGREES: "not answered: the film does not look like the age",
    NotAssessed.AGE_UNCLEAR: "not answered: neither child nor adult clearly",
    NotAssessed.AGE_MISSING: "not answered: the site needs an age",
    NotAssessed.POPULATION_NOT_VALID: "not answered: the model is not valid for the population",
}
