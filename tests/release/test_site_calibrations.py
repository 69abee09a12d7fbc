"""Calibrations that were fitted to another model are named at a promotion, and listed."""

from collections.abc import Iterator

import pytest

from contracts.model_pointer import ModelPointer
from contracts.recalibrations import RecalibrationCard
from contracts.sites import SettingsVersion, SiteSettings
from release.site_calibrations import describe_outdated
from release.stage_account import find_stage
from storage.recalibrations import write_card
from storage.site_settings import SiteSettingsStore
from tests.release.stage import ENVIRONMENT, Stage, start_stage

SITE, OLD, NEW = "siteNorth", "default-00000001", "default-00000002"
_AT = "2026-11-29T08:00:00.000Z"


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """A site was recalibrated for OLD, which answered before NEW."""
    with pytest.MonkeyPatch.context() as monkeypatch, start_stage(monkeypatch) as stage:
        for version in (OLD, NEW):
            stage.put_version(version)
        stage.write_pointer(ModelPointer(model_version=NEW, previous=OLD))
        _store(stage, 1, SiteSettings(prevalence=0.2))
        _store(stage, 2, SiteSettings(prevalence=0.2, slope=0.9, offset=0.5))
        write_card(stage.client("s3"), ENVIRONMENT.facts_bucket, CARD)
        yield stage


CARD = RecalibrationCard(
    site=SITE,
    number=2,
    at=_AT,
    by="operator",
    why="Dr. Example: new scanner",
    model_version=OLD,
    slope=0.9,
    offset=0.5,
    films=60,
    patients=58,
    films_with_pneumonia=20,
    blind_films=3,
    evidence={"open": 60},
    log_loss_before=0.133,
    log_loss_after=0.12,
)


def _store(stage: Stage, number: int, settings: SiteSettings) -> None:
    version = SettingsVersion(
        site=SITE, number=number, at=_AT, by="deploy", reason="a test", settings=settings
    )
    assert SiteSettingsStore(stage.client("s3"), ENVIRONMENT.facts_bucket).write(version)


def test_a_calibration_of_another_version_is_named(stage: Stage) -> None:
    [sentence] = describe_outdated(find_stage("dev"), NEW)
    assert f"{SITE} has slope 0.90 and offset 0.50 of {OLD}, and they still count." in sentence
    assert list(describe_outdated(find_stage("dev"), OLD)) == []


def test_versions_lists_the_recalibrations(stage: Stage) -> None:
    result = stage.run("versions")
    assert result.returncode == 0, result.stderr
    table = result.stdout.split("Recalibrations in dev")[1]
    [row] = [line for line in table.splitlines() if SITE in line]
    cells = [cell.strip() for cell in row.strip("│").split("│")]
    assert cells == [SITE, "2", OLD, "counts", "60", "0.133 to 0.120", f"{_AT[:10]} {CARD.why}"]


def test_a_rollback_names_what_was_fitted_to_the_other_version(stage: Stage) -> None:
    """It runs last: values that an administrator typed afterwards are nobody's fit."""
    stage.write_pointer(ModelPointer(model_version=OLD, previous=NEW))
    result = stage.run("promote", "--back")
    assert result.returncode == 0, result.stderr
    assert f"of {OLD}, and they still count" in result.stdout
    _store(stage, 3, SiteSettings(prevalence=0.2, slope=1.1))
    assert list(describe_outdated(find_stage("dev"), NEW)) == []
