"""The rates of yes-or-no decisions against labels."""

import numpy as np

from training.value_types import Labels, Members, Metrics


def decision_rates(labels: Labels, is_positive: Members) -> Metrics:
    """Returns sensitivity (recall), specificity, both predictive values (`ppv` is precision), F1
    and accuracy; NaN where nothing can be counted.
    """
    is_ill = labels == 1
    is_right = is_positive == is_ill
    true_positives = int(np.sum(is_positive & is_ill))
    return {
        "sensitivity": share(is_right[is_ill]),
        "specificity": share(is_right[~is_ill]),
        "ppv": share(is_right[is_positive]),
        "npv": share(is_right[~is_positive]),
        "f1": divide(2 * true_positives, 2 * true_positives + int(np.sum(~is_right))),
        "accuracy": share(is_right),
    }


def rates_at_prevalence(rates: Metrics, prevalence: float) -> Metrics:
    """Returns the rates of films of which `prevalence` have pneumonia, by Bayes' rule: sensitivity
    and specificity stay.
    """
    sensitivity, specificity = rates["sensitivity"], rates["specificity"]
    right_ill, right_healthy = prevalence * sensitivity, (1 - prevalence) * specificity
    missed, false_positive = prevalence - right_ill, 1 - prevalence - right_healthy
    return {
        "sensitivity": sensitivity,
        "specificity": specificity,
        "ppv": divide(right_ill, right_ill + false_positive),
        "npv": divide(right_healthy, right_healthy + missed),
        "f1": divide(2 * right_ill, 2 * right_ill + missed + false_positive),
        "accuracy": right_ill + right_healthy,
    }


def share(values: Members) -> float:
    """Returns the share that is true; NaN for none."""
    return divide(float(np.sum(values)), len(values))


def divide(numerator: float, denominator: float) -> float:
    """Returns NaN for a denominator of 0."""
    return numerator / denominator if denominator else np.nan
