"""Fits a site's slope and offset to its reviewed films: Platt scaling with priors towards none, and
with labels of which some are wrong.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

# The standard deviations of the Gaussian priors around a slope of 1 and an offset of 0. Machines
# that the model had not seen moved the mean log odds of healthy films by 0.9, so an offset of 0.5
# is usual and one of 1 is rare. A slope of 0.5 to 1.5 is two standard deviations: 30 to 100 films,
# most of them far from the threshold, tell little about it.
SLOPE_DEVIATION = 0.25
OFFSET_DEVIATION = 0.5
# The share of labels that the likelihood takes as wrong, of either class. Without it, one wrong
# label of a film of which the model is sure outweighs all others: with 5 % of wrong labels fits did
# harm on average, and with 0.1 here they do not, while right labels help about as much
# (`benchmarks.recalibration_gain`; docs/reference.md has the figures).
WRONG_LABELS = 0.1

_MAX_STEPS = 100
_TOLERANCE = 1e-10


@dataclass(frozen=True, kw_only=True)
class Film:
    """A reviewed film: the model's log odds for it, and what its doctor says."""

    log_odds: float
    has_pneumonia: bool


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """The site's log odds are `slope` times those of the model plus `offset`."""

    slope: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True, kw_only=True)
class ReviewedFilms:
    """`shift` leads from the prevalence of the model's log odds to that of the site: the films are
    as frequent as there, and the offset must not count the prevalence a second time.

    A film with probability p is labelled ill with WRONG_LABELS + (1 - 2 * WRONG_LABELS) * p, the
    likelihood of label noise in Bootkrajang and Kabán, "Label-noise robust logistic regression and
    its applications" (ECML PKDD 2012), with equal and fixed rates.
    """

    films: Sequence[Film]
    shift: float

    def log_loss(self, calibration: Calibration) -> float:
        """The mean over the films, in nats; at most -log(WRONG_LABELS) = 2.3 for one film."""
        return self._total_loss(calibration) / len(self.films)

    def objective(self, calibration: Calibration) -> float:
        """The negative logarithm of the posterior, but for a constant."""
        slope = (calibration.slope - 1) / SLOPE_DEVIATION
        offset = calibration.offset / OFFSET_DEVIATION
        return self._total_loss(calibration) + (slope**2 + offset**2) / 2

    def fit(self) -> Calibration:
        """The maximum of the posterior that Fisher scoring finds from none."""
        current = Calibration()
        for _ in range(_MAX_STEPS):
            before, current = current, self._follow(current, self._scoring_step(current))
            change = abs(current.slope - before.slope), abs(current.offset - before.offset)
            if max(change) < _TOLERANCE:
                break
        return current

    def _follow(self, current: Calibration, step: Calibration) -> Calibration:
        """Halves the step until the objective does not rise."""
        size = 1.0
        while size > _TOLERANCE:
            candidate = Calibration(
                slope=current.slope + size * step.slope, offset=current.offset + size * step.offset
            )
            if self.objective(candidate) <= self.objective(current):
                return candidate
            size /= 2
        return current

    def _scoring_step(self, at: Calibration) -> Calibration:
        """Minus the gradient, divided by the Fisher information: Newton's step with the expected
        second derivatives, which are positive where the objective is not convex.
        """
        by_slope, by_offset = SLOPE_DEVIATION**-2, OFFSET_DEVIATION**-2
        gradient_slope, gradient_offset = (at.slope - 1) * by_slope, at.offset * by_offset
        by_both = 0.0
        for film in self.films:
            probability = _logistic(self._site_log_odds(film, at))
            label = _label_probability(probability)
            rise = (1 - 2 * WRONG_LABELS) * probability * (1 - probability)
            error = (label - film.has_pneumonia) * rise / (label * (1 - label))
            weight = rise**2 / (label * (1 - label))
            gradient_slope += error * film.log_odds
            gradient_offset += error
            by_slope += weight * film.log_odds**2
            by_both += weight * film.log_odds
            by_offset += weight
        determinant = by_slope * by_offset - by_both**2
        return Calibration(
            slope=(by_both * gradient_offset - by_offset * gradient_slope) / determinant,
            offset=(by_both * gradient_slope - by_slope * gradient_offset) / determinant,
        )

    def _total_loss(self, calibration: Calibration) -> float:
        total = 0.0
        for film in self.films:
            label = _label_probability(_logistic(self._site_log_odds(film, calibration)))
            total -= math.log(label if film.has_pneumonia else 1 - label)
        return total

    def _site_log_odds(self, film: Film, calibration: Calibration) -> float:
        return calibration.slope * film.log_odds + calibration.offset + self.shift


def _label_probability(probability: float) -> float:
    """That the label says ill, of a film that is ill with `probability`."""
    return WRONG_LABELS + (1 - 2 * WRONG_LABELS) * probability


def _logistic(log_odds: float) -> float:
    """1 / (1 + exp(-log_odds)) without overflow."""
    smaller = math.exp(-abs(log_odds))
    return (1.0 if log_odds >= 0 else smaller) / (1 + smaller)
