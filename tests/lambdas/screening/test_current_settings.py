"""A site's settings follow their newest version, and stay where it cannot be read."""

from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

from contracts import keys
from contracts.metrics import Metric
from contracts.sites import DEPLOY, SettingsVersion, SiteSettings
from lambdas.screening.current_settings import CurrentSettings
from storage.site_settings import SiteSettingsStore
from tests.lambdas.calls import Aws
from tests.lambdas.s3_calls import S3Calls
from tests.lambdas.screening.clock import Clock

NORTH = "siteNorth"
DEPLOYED = SiteSettings(prevalence=0.1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(aws: Aws) -> SiteSettingsStore:
    return SiteSettingsStore(aws.s3, "facts")


@pytest.fixture
def current(store: SiteSettingsStore, clock: Clock) -> CurrentSettings:
    return CurrentSettings(store, deployed={NORTH: DEPLOYED}, clock=clock)


def write_next(store: SiteSettingsStore, prevalence: float) -> None:
    newest = store.read_newest(NORTH)
    assert newest is not None
    settings = replace(newest.settings, prevalence=prevalence)
    assert store.write(replace(newest, number=newest.number + 1, settings=settings))


def read(current: CurrentSettings) -> SettingsVersion:
    version = current.get(NORTH)
    assert version is not None
    return version


def test_the_values_of_the_deploy_are_version_1(
    current: CurrentSettings, store: SiteSettingsStore
) -> None:
    version = read(current)
    assert (version.number, version.by, version.settings) == (1, DEPLOY, DEPLOYED)
    assert store.read(NORTH, 1) == version


def test_a_later_deploy_changes_no_version(
    current: CurrentSettings, store: SiteSettingsStore
) -> None:
    version = read(current)
    later = CurrentSettings(store, deployed={NORTH: SiteSettings(prevalence=0.5)})
    assert read(later) == version


def test_a_new_version_counts_after_thirty_seconds(
    current: CurrentSettings, store: SiteSettingsStore, clock: Clock, aws: Aws
) -> None:
    read(current)
    write_next(store, 0.2)
    clock.seconds = 29
    calls = S3Calls(aws.s3)
    assert read(current).number == 1
    assert calls.names == []
    clock.seconds = 31
    assert read(current).settings.prevalence == 0.2


def test_the_newest_of_many_versions_counts(
    current: CurrentSettings, store: SiteSettingsStore, clock: Clock
) -> None:
    read(current)
    for number in range(2, 13):
        write_next(store, number / 100)
    clock.seconds = 31
    assert read(current).number == 12


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff"])
def test_a_version_that_cannot_be_read_leaves_the_last_one(
    content: bytes,
    current: CurrentSettings,
    clock: Clock,
    aws: Aws,
    capsys: pytest.CaptureFixture[str],
) -> None:
    version = read(current)
    aws.s3.put_object(Bucket="facts", Key=keys.site_settings(NORTH, 2), Body=content)
    clock.seconds = 31
    assert read(current) == version
    assert f'"{Metric.SETTINGS_UNREAD}":[1' in capsys.readouterr().out


def test_without_any_readable_version_there_are_no_settings(
    current: CurrentSettings, aws: Aws
) -> None:
    aws.s3.put_object(Bucket="facts", Key=keys.site_settings(NORTH, 1), Body=b"{}")
    with pytest.raises(ValueError, match="SettingsVersion"):
        current.get(NORTH)


def test_without_the_bucket_there_are_no_settings(aws: Aws) -> None:
    current = CurrentSettings(SiteSettingsStore(aws.s3, "missing"), deployed={NORTH: DEPLOYED})
    with pytest.raises(ClientError):
        current.get(NORTH)


def test_a_site_outside_the_deploy_has_no_settings(current: CurrentSettings) -> None:
    assert current.get("siteWest") is None


def test_a_number_is_written_once(current: CurrentSettings, store: SiteSettingsStore) -> None:
    version = read(current)
    other = replace(version, settings=SiteSettings(prevalence=0.9))
    assert not store.write(other)
    assert store.read_newest_first(NORTH, limit=5) == [version]
