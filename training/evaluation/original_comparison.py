"""Compares models with the original system by the figures that it stated, at two thresholds."""

from collections.abc import Sequence

import numpy as np

from training.evaluation.bootstrap import bootstrap, percentile_interval
from training.evaluation.decision_rates import decision_rates, rates_at_prevalence
from training.evaluation.markdown import format_table, wrap
from training.value_types import Labels, Logits, Members, Metrics

# As the original system stated them, in its own words: recall is sensitivity, precision PPV. On
# which images is not known.
STATED = {"accuracy": 0.903, "ppv": 0.897, "sensitivity": 0.912, "f1": 0.904}
# Precision and F1 rise with the share of pneumonia. The stated figures contradict each other but
# for a share of about a half: 1 - accuracy = share x (1 - recall + recall x (1 / precision - 1)).
BALANCED = 0.5
# Its threshold is not known: 0.5 of the sigmoid, the default of Keras's binary accuracy.
_ORIGINAL_LOGIT = 0.0

_COLUMNS = {"accuracy": "accuracy", "ppv": "precision", "sensitivity": "recall", "f1": "F1"}
_RESAMPLES, _SEED = 2000, 20261130


def format_comparison(
    models: Sequence[tuple[str, Logits, Members]], labels: Labels, *, patients: Sequence[str]
) -> str:
    """Returns the section for models by version, raw logits and decisions at the card's threshold.

    Raw logits and decisions are (n,), as `labels` and `patients` are.
    """
    rows = []
    for version, logits, is_positive in models:
        decisions = {
            "of the card": is_positive,
            "0.5, not calibrated": logits >= _ORIGINAL_LOGIT,
        }
        for name, decision in decisions.items():
            rows.append([version, name, *_format_rates(labels, decision, patients=patients)])
    stated = [f"{STATED[name]:.3f}" for name in _COLUMNS]
    rows.append(["the original system, as stated", "", *stated, *stated[:2], stated[3]])
    head = ["model", "threshold", *_COLUMNS.values()]
    head += [f"{_COLUMNS[name]}, balanced" for name in ("accuracy", "ppv", "f1")]
    note = (
        "Balanced: for as many films with pneumonia as without. The stated figures agree with one "
        f"another for that share only; here it is {float(labels.mean()):.1%}. On which images they "
        "were measured is not known, and neither is its threshold: that of an uncalibrated sigmoid "
        "at 0.5 is a guess. Intervals are 95 % bootstrap percentiles over patients."
    )
    return f"{wrap(note)}\n\n{format_table(head, rows)}"


def _format_rates(labels: Labels, is_positive: Members, *, patients: Sequence[str]) -> list[str]:
    samples = bootstrap(
        lambda sample: _compute(labels[sample], is_positive[sample]),
        labels,
        patients=patients,
        resamples=_RESAMPLES,
        seed=_SEED,
    )
    return [
        _format_value(value, [sample[name] for sample in samples])
        for name, value in _compute(labels, is_positive).items()
    ]


def _compute(labels: Labels, is_positive: Members) -> Metrics:
    rates = decision_rates(labels, is_positive)
    balanced = rates_at_prevalence(rates, BALANCED)
    return {
        **{name: rates[name] for name in _COLUMNS},
        **{f"balanced_{name}": balanced[name] for name in ("accuracy", "ppv", "f1")},
    }


def _format_value(value: float, samples: Sequence[float]) -> str:
    if np.isnan(value):
        return ""
    low, high = percentile_interval(samples)
    return f"{value:.3f} ({low:.3f}-{high:.3f})"
