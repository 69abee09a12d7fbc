"""Fits a site's slope and offset to its reviewed films: Platt scaling with priors towards none."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

# The standard deviations of the Gaussian priors around a slope of 1 and an offset of 0. Machines
# that the model had not seen moved the mean log odds of healthy films by 0.9, so an offset of 0.5
# is usual and one of 1 is rare. A slope of 0.5 to 1.5 is two standard deviations: 30 to 100 films,
# most of them far from the threshold, tell little about it.
SLOPE_DEVIATION = 0.25
OFFSET_DEVIATION = 0.5

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
    """

    films: Sequence[Film]
    shift: float

    def log_loss(self, calibration: Calibration) -> float:
        """The mean over the films, in nats."""
        return self._total_loss(calibration) / len(self.films)

    def objective(self, calibration: Calibration) -> float:
        """The negative logarithm of the posterior, but for a constant."""
        slope = (calibration.slope - 1) / SLOPE_DEVIATION
        offset = calibration.offset / OFFSET_DEVIATION
        return self._total_loss(calibration) + (slope**2 + offset**2) / 2

    def fit(self) -> Calibration:
        """The maximum of the posterior, by Newton's method: the objective is strictly convex."""
        current = Calibration()
        for _ in range(_MAX_STEPS):
            step = self._newton_step(current)
            current = self._follow(current, step)
            if max(abs(step.slope), abs(step.offset)) < _TOLERANCE:
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

    def _newton_step(self, at: Calibration) -> Calibration:
        """Minus the gradient, divided by the matrix of second derivatives."""
        by_slope, by_offset = SLOPE_DEVIATION**-2, OFFSET_DEVIATION**-2
        gradient_slope, gradient_offset = (at.slope - 1) * by_slope, at.offset * by_offset
        by_both = 0.0
        for film in self.films:
            probability = math.exp(-_softplus(-self._site_log_odds(film, at)))
            error, weight = probability - film.has_pneumonia, probability * (1 - probability)
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
        return sum(
            _softplus(-log_odds if film.has_pneumonia else log_odds)
            for film in self.films
            for log_odds in (self._site_log_odds(film, calibration),)
        )

    def _site_log_odds(self, film: Film, calibration: Calibration) -> float:
        return calibration.slope * film.log_odds + calibration.offset + self.shift


def _softplus(value: float) -> float:
    """log(1 + exp(value)) without overflow."""
    return max(value, 0.0) + math.log1p(math.exp(-abs(value)))
