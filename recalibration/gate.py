"""Judges a fit on patients that it has not seen, by cross-validation."""

from collections.abc import Sequence
from dataclasses import dataclass

from recalibration.platt import Calibration, Film, ReviewedFilms

FOLDS = 10
# In nats. So few films cannot tell a smaller gain from none: with any gain as enough, a third to
# more than a half of the fits passed where nothing had moved, and with this one 5 to 10 %
# (`benchmarks.recalibration_gain`).
MIN_GAIN = 0.005


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """Mean log losses in nats: with the values that count now, and of fits to other patients."""

    before: float
    after: float

    @property
    def is_better(self) -> bool:
        return self.before - self.after >= MIN_GAIN


def judge(
    films: Sequence[Film], patients: Sequence[str], *, shift: float, current: Calibration
) -> Judgement:
    """`patients` names the patient of each film; `shift` is that of `ReviewedFilms`.

    The films of each tenth of the patients are measured by a fit to the films of the others.
    """
    order = {patient: index for index, patient in enumerate(dict.fromkeys(patients))}
    folds = [order[patient] % FOLDS for patient in patients]
    total = 0.0
    for fold in sorted(set(folds)):
        rest = [film for film, each in zip(films, folds, strict=True) if each != fold]
        members = [film for film, each in zip(films, folds, strict=True) if each == fold]
        fitted = ReviewedFilms(films=rest, shift=shift).fit()
        total += ReviewedFilms(films=members, shift=shift).log_loss(fitted) * len(members)
    before = ReviewedFilms(films=films, shift=shift).log_loss(current)
    return Judgement(before=before, after=total / len(films))
