"""What the gate says of a challenger: one check for each measure and group of films."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.stats import norm

from training.comparison.power import films_needed

# Fewer seeds than these say nothing about how much chance is in a recipe's figures.
MIN_SEEDS = 3
# The calibration error of few films is above that of many, so its spread does not tell how many.
_BIASED = frozenset({"calibration_error"})


class Judgement(StrEnum):
    """HOLDS: the interval of the change is within the margin. OPEN: the change is, and its interval
    is not, so that more films would be needed. WORSE: the change is beyond the margin.
    """

    HOLDS = "holds"
    OPEN = "open"
    WORSE = "worse"


@dataclass(frozen=True, kw_only=True)
class Check:
    """One measure on one group of films. `fall` is how much worse the challenger is, and `error`
    its standard error, 0 for what is no sample. `films` is None for what has no films.
    """

    measure: str
    films_name: str
    films: int | None
    baseline: float
    challenger: float
    fall: float
    error: float
    margin: float

    @property
    def judgement(self) -> Judgement:
        if not self.fall <= self.margin:
            return Judgement.WORSE
        highest = self.fall + float(norm.ppf(0.975)) * self.error
        return Judgement.HOLDS if highest <= self.margin else Judgement.OPEN

    @property
    def films_needed(self) -> int | None:
        """How many films would show a fall as large as the margin, by the spread seen here."""
        if not self.films or not self.error or self.measure in _BIASED:
            return None
        return films_needed(self.margin, spread=self.error * float(np.sqrt(self.films)))


@dataclass(frozen=True, kw_only=True)
class GateResult:
    """`refusals` are sentences about what is no measure: the population, the exports, the films."""

    challenger: str
    baseline: str
    seeds: int
    checks: Sequence[Check]
    refusals: Sequence[str]

    @property
    def passed(self) -> bool:
        return not self.refusals and not self.list_checks(Judgement.WORSE)

    def list_checks(self, judgement: Judgement) -> list[Check]:
        return [check for check in self.checks if check.judgement is judgement]
