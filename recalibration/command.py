"""Recalibrates a site or undoes its last change, after a question, for one machine and for AWS."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from contracts.sites import FIRST_VERSION, SettingsVersion, SiteSettings
from recalibration.platt import Calibration, ReviewedFilms
from recalibration.review_labels import MAX_EXAMINED, read_films
from screening.answer import prevalence_shift
from screening.card import parse_card
from storage.models_bucket import ModelsBucket
from storage.site_settings import SiteSettingsStore

MIN_FILMS = 30
MAX_FILMS = 100
MIN_OF_EACH = 5

_CAVEAT = (
    "Both losses are of the same films. Only films that doctors reviewed count, after they had "
    "seen the answer, so other films may differ (verification bias)."
)


class RecalibrationError(Exception):
    """Nothing was stored; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a site's facts and the models lie, and the id of the person who runs the command."""

    s3: Any
    facts_bucket: str
    models_bucket: str
    by: str


def recalibrate(target: Target, site: str, *, confirm: Callable[[str], bool]) -> str:
    """Raises RecalibrationError where there are too few reviews, or they do not fit the model."""
    newest = _read_newest(target, site)
    models = ModelsBucket(target.s3, target.models_bucket)
    card = parse_card(models.read_card(models.read_current_version()))
    films = read_films(target.s3, target.facts_bucket, site=site, card=card, limit=MAX_FILMS)
    positives = sum(film.has_pneumonia for film in films)
    _require_enough(positives, len(films) - positives, model_version=card.model_version)
    shift = prevalence_shift(card.children.prevalence, newest.settings.prevalence)
    reviewed = ReviewedFilms(films=films, shift=shift)
    fitted = reviewed.fit()
    print(f"{site}, model {card.model_version}, version {newest.number} of its settings")
    print(_describe(reviewed, newest.settings, fitted, positives=positives))
    try:
        settings = replace(
            newest.settings, slope=round(fitted.slope, 4), offset=round(fitted.offset, 4)
        )
    except ValueError as error:
        raise RecalibrationError(f"The reviews do not fit the model: {error}.") from error
    reason = f"Recalibrated on {len(films)} reviewed films of children by {card.model_version}"
    return _store(target, newest, settings=settings, reason=reason, confirm=confirm)


def undo(target: Target, site: str, *, confirm: Callable[[str], bool]) -> str:
    """Stores the values before the last change as a new version. Raises RecalibrationError."""
    newest = _read_newest(target, site)
    store = SiteSettingsStore(target.s3, target.facts_bucket)
    earlier = store.read(site, newest.number - 1) if newest.number > FIRST_VERSION else None
    if earlier is None:
        raise RecalibrationError(f"{site} has only one version of its settings.")
    print(f"{site}: version {newest.number} has {_format(newest.settings)}")
    print(f"{site}: version {earlier.number} has {_format(earlier.settings)}")
    reason = f"The values of version {earlier.number} again"
    return _store(target, newest, settings=earlier.settings, reason=reason, confirm=confirm)


def _read_newest(target: Target, site: str) -> SettingsVersion:
    newest = SiteSettingsStore(target.s3, target.facts_bucket).read_newest(site)
    if newest is None:
        raise RecalibrationError(f"SITE={site} has no settings yet: no X-ray was screened there.")
    return newest


def _require_enough(positives: int, negatives: int, *, model_version: str) -> None:
    total = positives + negatives
    if total < MIN_FILMS or min(positives, negatives) < MIN_OF_EACH:
        raise RecalibrationError(
            f"At least {MIN_FILMS} reviewed films of children are needed, with {MIN_OF_EACH} of "
            f"each kind; of the newest {MAX_EXAMINED:,} that {model_version} answered, {total} are "
            f"reviewed: {positives} with pneumonia and {negatives} without."
        )


def _describe(
    reviewed: ReviewedFilms, settings: SiteSettings, fitted: Calibration, *, positives: int
) -> str:
    current = Calibration(slope=settings.slope, offset=settings.offset)
    negatives = len(reviewed.films) - positives
    lines = [
        f"{len(reviewed.films)} reviewed films of children: "
        f"{positives} with pneumonia, {negatives} without",
        "           now     fitted",
        f"slope    {current.slope:6.2f}    {fitted.slope:6.2f}",
        f"offset   {current.offset:6.2f}    {fitted.offset:6.2f}",
        f"log loss {reviewed.log_loss(current):6.3f}    {reviewed.log_loss(fitted):6.3f}",
        _CAVEAT,
    ]
    if settings.is_demo:
        lines.append("The prevalence is a demo, and the offset depends on it: state yours first.")
    return "\n".join(lines)


def _store(
    target: Target,
    newest: SettingsVersion,
    *,
    settings: SiteSettings,
    reason: str,
    confirm: Callable[[str], bool],
) -> str:
    version = SettingsVersion(
        site=newest.site,
        number=newest.number + 1,
        at=datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        by=target.by,
        reason=reason,
        settings=settings,
    )
    if not confirm(f"Store as version {version.number}? Type yes: "):
        raise RecalibrationError("Nothing was stored.")
    if not SiteSettingsStore(target.s3, target.facts_bucket).write(version):
        raise RecalibrationError(
            "Somebody has changed the settings meanwhile. Nothing was stored: start again."
        )
    return f"Version {version.number} is stored and counts within 30 seconds."


def _format(settings: SiteSettings) -> str:
    return (
        f"prevalence {settings.prevalence:g}, slope {settings.slope:.2f}, "
        f"offset {settings.offset:.2f}, age policy {settings.age_policy}"
        f"{', age required' if settings.requires_age else ''}"
        f"{f', blind share {settings.blind_share:g}' if settings.blind_share else ''}"
        f"{', allows training' if settings.allows_training else ''}"
    )
