"""The settings of a site have limits, and stored versions pass between releases."""

import json
from typing import Any

import pytest

from contracts.later_values import is_unknown
from contracts.serialisation import parse, serialise
from contracts.sites import (
    AgePolicy,
    SettingsVersion,
    SiteSettings,
    parse_settings_version,
    parse_sites,
)

VERSION = SettingsVersion(
    site="siteNorth",
    number=2,
    at="2026-11-28T16:00:00.000Z",
    by="5f0c1f6e-8a35-4c1f-9a1c-2f6d2b9f1c11",
    reason="Winter",
    settings=SiteSettings(prevalence=0.3, slope=1.2, offset=-0.4, age_policy=AgePolicy.SHOW),
)


@pytest.mark.parametrize(
    "fields",
    [
        *({"prevalence": value} for value in (0.0, 1.0, -0.1, float("nan"))),
        *({"prevalence": 0.1, "slope": value} for value in (0.0, 0.2, 4.1, -1.0, float("nan"))),
        *({"prevalence": 0.1, "offset": value} for value in (4.1, -4.1, float("inf"))),
    ],
)
def test_a_value_outside_its_limits_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=" is "):
        SiteSettings(**fields)


def test_a_site_without_a_prevalence_is_refused() -> None:
    with pytest.raises(ValueError, match="prevalence"):
        parse_sites('{"siteNorth": {}}')


def test_by_default_nothing_is_calibrated_and_other_ages_are_withheld() -> None:
    [settings] = parse_sites('{"siteNorth": {"prevalence": 0.1}}').values()
    assert (settings.slope, settings.offset) == (1.0, 0.0)
    assert settings.age_policy is AgePolicy.WITHHOLD


def test_a_version_survives_its_storage() -> None:
    assert parse_settings_version(json.dumps(serialise(VERSION))) == VERSION


def test_a_version_of_a_later_release_is_read() -> None:
    fields: dict[str, Any] = serialise(VERSION)
    fields["settings"] |= {"age_policy": "ask", "ward": "emergency"}
    version = parse_settings_version(json.dumps({**fields, "signature": "x"}))
    assert is_unknown(version.settings.age_policy)
    assert version.settings.prevalence == 0.3


def test_a_version_without_its_number_is_refused() -> None:
    fields = serialise(VERSION)
    del fields["number"]
    with pytest.raises(ValueError, match="number"):
        parse(SettingsVersion, fields, accept_later=True)
