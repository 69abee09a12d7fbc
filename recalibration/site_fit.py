"""The fit to one site's films: its values, how good it is, and its card."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from contracts.recalibrations import RecalibrationCard
from contracts.sites import SettingsVersion
from recalibration.gate import Judgement, judge
from recalibration.patients import read_patients
from recalibration.platt import Calibration, ReviewedFilms
from recalibration.review_labels import MAX_EXAMINED, LabelledFilm, read_films
from recalibration.target import RecalibrationError, Target
from screening.answer import prevalence_shift
from screening.card import parse_card
from storage.models_bucket import ModelsBucket

MIN_FILMS = 30
MAX_FILMS = 100
MIN_OF_EACH = 5

_CAVEAT = (
    "Only films with a review or an outcome count, and most doctors had seen the answer, so other "
    "films may differ (verification bias)."
)


@dataclass(frozen=True, kw_only=True)
class SiteFit:
    """`current` are the values that count now; `judgement` is of patients not in the fit."""

    model_version: str
    films: Sequence[LabelledFilm]
    patients: int
    current: Calibration
    fitted: Calibration
    judgement: Judgement

    @property
    def positives(self) -> int:
        return sum(each.film.has_pneumonia for each in self.films)

    @property
    def blind_films(self) -> int:
        return sum(each.was_read_blind for each in self.films)

    @property
    def evidence(self) -> dict[str, int]:
        """The number of films by what their label rests on."""
        return dict(sorted(Counter(each.label.source.value for each in self.films).items()))

    def describe(self) -> str:
        before, after = self.judgement.before, self.judgement.after
        lines = [
            f"{len(self.films)} reviewed films of children: "
            f"{self.positives} with pneumonia, {len(self.films) - self.positives} without",
            f"of {self.patients} patients; {self.blind_films} read blind; labels by: "
            + ", ".join(f"{count} {name}" for name, count in self.evidence.items()),
            "           now     fitted",
            f"slope    {self.current.slope:6.2f}    {self.fitted.slope:6.2f}",
            f"offset   {self.current.offset:6.2f}    {self.fitted.offset:6.2f}",
            f"log loss {before:6.3f}    {after:6.3f}  (fitted: each patient by a fit to others)",
            _CAVEAT,
        ]
        return "\n".join(lines)

    def build_card(self, version: SettingsVersion, *, why: str) -> RecalibrationCard:
        return RecalibrationCard(
            site=version.site,
            number=version.number,
            at=version.at,
            by=version.by,
            why=why,
            model_version=self.model_version,
            slope=version.settings.slope,
            offset=version.settings.offset,
            films=len(self.films),
            patients=self.patients,
            films_with_pneumonia=self.positives,
            blind_films=self.blind_films,
            evidence=self.evidence,
            log_loss_before=round(self.judgement.before, 4),
            log_loss_after=round(self.judgement.after, 4),
        )


def fit_site(target: Target, newest: SettingsVersion) -> SiteFit:
    """Raises RecalibrationError where there are too few films with a label."""
    models = ModelsBucket(target.s3, target.models_bucket)
    card = parse_card(models.read_card(models.read_current_version()))
    labelled = read_films(
        target.s3, target.facts_bucket, site=newest.site, card=card, limit=MAX_FILMS
    )
    films = [each.film for each in labelled]
    positives = sum(film.has_pneumonia for film in films)
    _require_enough(positives, len(films) - positives, model_version=card.model_version)
    ids = [each.radiograph_id for each in labelled]
    patients = read_patients(target.s3, target.images_bucket, ids)
    shift = prevalence_shift(card.children.prevalence, newest.settings.prevalence)
    current = Calibration(slope=newest.settings.slope, offset=newest.settings.offset)
    return SiteFit(
        model_version=card.model_version,
        films=labelled,
        patients=len(set(patients)),
        current=current,
        fitted=ReviewedFilms(films=films, shift=shift).fit(),
        judgement=judge(films, patients, shift=shift, current=current),
    )


def _require_enough(positives: int, negatives: int, *, model_version: str) -> None:
    total = positives + negatives
    if total < MIN_FILMS or min(positives, negatives) < MIN_OF_EACH:
        raise RecalibrationError(
            f"At least {MIN_FILMS} reviewed films of children are needed, with {MIN_OF_EACH} of "
            f"each kind; of the newest {MAX_EXAMINED:,} that {model_version} answered, {total} are "
            f"reviewed: {positives} with pneumonia and {negatives} without."
        )
