"""Recalibrates a site or undoes its last change, after a question, for one machine and for AWS.

A recalibration is a release of its own: it must be better on patients that it has not seen, a
person approves it and says why, it is a version of the site's settings with a card, and it can be
undone.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from contracts.sites import FIRST_VERSION, SettingsVersion, SiteSettings
from recalibration.gate import MIN_GAIN
from recalibration.site_fit import SiteFit, fit_site
from recalibration.target import RecalibrationError, Target
from storage.recalibrations import write_card
from storage.site_settings import SiteSettingsStore


def recalibrate(target: Target, site: str, *, why: str, confirm: Callable[[str], bool]) -> str:
    """`why` names who approves it and why. Raises RecalibrationError where there are too few films,
    they do not fit the model, or the fit is no better on patients that it has not seen.
    """
    newest = _read_newest(target, site)
    fit = fit_site(target, newest)
    print(f"{site}, model {fit.model_version}, version {newest.number} of its settings")
    print(fit.describe())
    if newest.settings.is_demo:
        print("The prevalence is a demo, and the offset depends on it: state yours first.")
    settings = _change_settings(newest.settings, fit)
    if not why.strip():
        raise RecalibrationError(
            "Nothing was stored: say who approves it and why, by WHY, such as "
            'WHY="Dr. Example: new scanner since Monday".'
        )
    reason = (
        f"Recalibrated on {len(fit.films)} films of children by {fit.model_version}, log loss "
        f"{fit.judgement.before:.3f} to {fit.judgement.after:.3f}; approved: {why.strip()}"
    )
    version = _store(target, newest, settings=settings, reason=reason, confirm=confirm)
    write_card(target.s3, target.facts_bucket, fit.build_card(version, why=why.strip()))
    return _describe_stored(version)


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
    return _describe_stored(
        _store(target, newest, settings=earlier.settings, reason=reason, confirm=confirm)
    )


def _read_newest(target: Target, site: str) -> SettingsVersion:
    newest = SiteSettingsStore(target.s3, target.facts_bucket).read_newest(site)
    if newest is None:
        raise RecalibrationError(f"SITE={site} has no settings yet: no X-ray was screened there.")
    return newest


def _change_settings(settings: SiteSettings, fit: SiteFit) -> SiteSettings:
    """Raises RecalibrationError where the gate refuses the fit."""
    judgement = fit.judgement
    if not judgement.is_better:
        raise RecalibrationError(
            "Refused: on patients that the fit has not seen, the log loss is "
            f"{judgement.after:.4f}, and {judgement.before:.4f} with the values that count now. At "
            f"least {MIN_GAIN} less is asked for."
        )
    try:
        return replace(
            settings, slope=round(fit.fitted.slope, 4), offset=round(fit.fitted.offset, 4)
        )
    except ValueError as error:
        raise RecalibrationError(f"The reviews do not fit the model: {error}.") from error


def _store(
    target: Target,
    newest: SettingsVersion,
    *,
    settings: SiteSettings,
    reason: str,
    confirm: Callable[[str], bool],
) -> SettingsVersion:
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
    return version


def _describe_stored(version: SettingsVersion) -> str:
    return f"Version {version.number} is stored and counts within 30 seconds."


def _format(settings: SiteSettings) -> str:
    return (
        f"prevalence {settings.prevalence:g}, slope {settings.slope:.2f}, "
        f"offset {settings.offset:.2f}, age policy {settings.age_policy}"
        f"{', age required' if settings.requires_age else ''}"
        f"{f', blind share {settings.blind_share:g}' if settings.blind_share else ''}"
        f"{', allows training' if settings.allows_training else ''}"
    )
