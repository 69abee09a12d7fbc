"""The settings of the site that is tested."""

import json
from pathlib import Path

import pytest

from contracts.serialisation import serialise
from contracts.sites import AgePolicy, SettingsVersion, SiteSettings
from training.acceptance.settings import read_site_settings
from training.data.manifest import DataError

SETTINGS = SiteSettings(prevalence=0.1, slope=0.9, offset=-0.3, age_policy=AgePolicy.SHOW)


def test_a_version_from_the_facts_bucket_is_read(tmp_path: Path) -> None:
    version = SettingsVersion(
        site="siteNorth",
        number=2,
        at="2026-11-29T10:00:00+00:00",
        by="operator",
        reason="Recalibrated",
        settings=SETTINGS,
    )
    (tmp_path / "2.json").write_text(json.dumps(serialise(version)))
    assert read_site_settings(tmp_path / "2.json", {}) == SETTINGS


def test_an_option_counts_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "site.json").write_text(json.dumps({"prevalence": 0.1, "offset": 0.2}))
    settings = read_site_settings(tmp_path / "site.json", {"prevalence": 0.3, "slope": None})
    assert settings == SiteSettings(prevalence=0.3, offset=0.2)


def test_without_any_value_there_is_no_site() -> None:
    assert read_site_settings(None, {"prevalence": None, "slope": None}) is None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "no settings of a site"),
        ("[]", "no settings of a site"),
        ('{"slope": 1.0}', "no settings of a site"),
        ('{"prevalence": 2.0}', "no settings of a site"),
    ],
)
def test_a_file_that_holds_no_settings_is_named(content: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "site.json"
    path.write_text(content)
    with pytest.raises(DataError, match=message) as error:
        read_site_settings(path, {})
    assert str(error.value).startswith(str(path))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read: No such file"):
        read_site_settings(tmp_path / "none.json", {})


def test_an_offset_without_a_prevalence_is_refused() -> None:
    with pytest.raises(DataError, match="Give the site's prevalence as well"):
        read_site_settings(None, {"prevalence": None, "offset": 0.5})
