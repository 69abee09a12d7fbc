"""The answers to a set of films at one operating point, as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from contracts.answers import Answer, Decision
from contracts.sites import SiteSettings
from screening.card import ModelCard
from training.acceptance.screen_films import ScreenedFilm
from training.value_types import Labels, Members, Probabilities

REJECTED_FILE = "file_rejected"
DECISIONS = (Decision.PNEUMONIA, Decision.NO_PNEUMONIA)


@dataclass(frozen=True, eq=False, kw_only=True)
class AnsweredFilms:
    """All arrays are (n,), in the order of the films; an answer is None where a file is rejected.

    `probabilities` are those to which the threshold applies, and `shown_probabilities` what doctors
    would read if the site had stated the prevalence of these films; both are NaN where there is no
    assessment. `is_positive` counts uncertain films by their side of the threshold. `is_refused` is
    true where the file or the image is the reason why nothing is assessed, `is_withheld` where it
    is the age. `outcomes` names the decision, or the reason why there is none.
    """

    films: NDArray[np.object_]
    answers: NDArray[np.object_]
    labels: Labels
    probabilities: Probabilities
    shown_probabilities: Probabilities
    is_positive: Members
    is_decided: Members
    is_refused: Members
    is_withheld: Members
    outcomes: NDArray[np.str_]

    @property
    def is_assessed(self) -> Members:
        return ~(self.is_refused | self.is_withheld)

    @property
    def patients(self) -> list[str]:
        return [film.patient for film in self.films]

    def select(self, members: Members | NDArray[np.int64]) -> "AnsweredFilms":
        """Returns the films at the indices, or those that are true."""
        return AnsweredFilms(**{name: array[members] for name, array in vars(self).items()})


def answer_films(
    films: Sequence[ScreenedFilm], card: ModelCard, site: SiteSettings | None
) -> AnsweredFilms:
    """Answers each film as the product does, at the settings of the site or by the card alone."""
    answers = [film.answer(card, site) for film in films]
    labels = np.array([film.film.pneumonia for film in films], np.int64)
    assessed = [answer if answer and answer.is_assessed else None for answer in answers]
    is_assessed = np.array([answer is not None for answer in assessed])
    is_refused = np.array([answer is None or answer.is_unusable for answer in answers])
    shown = np.full(len(films), np.nan)
    if len(np.unique(labels[is_assessed])) == 2:
        shown = _show_at(float(labels[is_assessed].mean()), films, card, site=site)
    return AnsweredFilms(
        films=_as_objects(films),
        answers=_as_objects(answers),
        labels=labels,
        probabilities=np.array([each.probability if each else np.nan for each in assessed]),
        shown_probabilities=np.where(is_assessed, shown, np.nan),
        is_positive=np.array([bool(each and each.positive) for each in assessed]),
        is_decided=np.array([bool(each and each.decision in DECISIONS) for each in assessed]),
        is_refused=is_refused,
        is_withheld=~is_assessed & ~is_refused,
        outcomes=np.array([_name_outcome(answer) for answer in answers]),
    )


def _show_at(
    prevalence: float,
    films: Sequence[ScreenedFilm],
    card: ModelCard,
    *,
    site: SiteSettings | None,
) -> Probabilities:
    """Returns the probabilities that the page would show at another stated prevalence."""
    settings = SiteSettings(prevalence=prevalence)
    if site is not None:
        settings = replace(site, prevalence=prevalence)
    answers = [film.answer(card, settings) for film in films]
    return np.array([answer.shown_probability if answer else np.nan for answer in answers])


def _as_objects(values: Sequence[ScreenedFilm | Answer | None]) -> NDArray[np.object_]:
    array = np.empty(len(values), np.object_)
    array[:] = values
    return array


def _name_outcome(answer: Answer | None) -> str:
    if answer is None:
        return REJECTED_FILE
    return str(answer.decision if answer.is_assessed else answer.reason)
