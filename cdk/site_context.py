"""Reads and validates the settings of each hospital site."""

from collections.abc import Mapping
from dataclasses import fields as fields_of
from typing import Any

from cdk.configuration_error import ConfigurationError, UnknownSettingError
from contracts.access import SITE_GROUP_PATTERN
from contracts.canary import CANARY_SITE
from contracts.serialisation import parse
from contracts.sites import SiteSettings

_ALLOWED = '{"siteNorth": {"prevalence": 0.1, "age_policy": "withhold"}}'


def parse_sites(value: Any) -> Mapping[str, SiteSettings]:
    """At least one site, and each states its prevalence. Raises ConfigurationError."""
    if not isinstance(value, Mapping) or not value:
        raise ConfigurationError("sites", value, f"sites as in {_ALLOWED}")
    if not all(SITE_GROUP_PATTERN.fullmatch(name) for name in value):
        raise ConfigurationError("sites", value, f"names as in {_ALLOWED}")
    if CANARY_SITE in value:
        names = f"other names than {CANARY_SITE}, whose films are removed after a day"
        raise ConfigurationError("sites", CANARY_SITE, names)
    return {name: _parse_site(name, fields) for name, fields in value.items()}


def _parse_site(name: str, fields: Any) -> SiteSettings:
    if isinstance(fields, Mapping):
        if "withhold_outside_age" in fields:
            new_name = f"for {name}, its new name 'age_policy' with the value withhold or show"
            old_value = fields["withhold_outside_age"]
            raise ConfigurationError("withhold_outside_age", old_value, new_name)
        if fields.get("prevalence") is None:
            share = f"for {name}, the share of pneumonia among its X-rays, between 0 and 1"
            raise ConfigurationError("prevalence", None, share)
        names = [field.name for field in fields_of(SiteSettings)]
        for key in fields:
            if key not in names:
                raise UnknownSettingError(key, names, place=name)
    try:
        return parse(SiteSettings, fields)
    except ValueError as error:
        raise ConfigurationError(name, fields, f"settings as in {_ALLOWED}") from error
