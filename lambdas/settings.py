"""The environment of the functions, read in this one place."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from contracts.sites import SiteSettings, parse_sites


class SettingsError(Exception):
    """A setting is missing or says something that it cannot."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`endpoint_name` and `models_bucket` are empty where a function has none."""

    stage: str
    facts_bucket: str
    images_bucket: str
    redis_url: str
    redis_secret_arn: str
    models_bucket: str
    endpoint_name: str
    sites: Mapping[str, SiteSettings]


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings; SettingsError names the variable that is missing or wrong."""
    try:
        return Settings(
            stage=stage(environment),
            facts_bucket=environment["FACTS_BUCKET"],
            images_bucket=environment["IMAGES_BUCKET"],
            redis_url=environment["REDIS_URL"],
            redis_secret_arn=environment["REDIS_SECRET_ARN"],
            models_bucket=environment.get("MODELS_BUCKET", ""),
            endpoint_name=environment.get("ENDPOINT_NAME", ""),
            sites=parse_sites(environment.get("SITES") or "{}"),
        )
    except KeyError as error:
        raise SettingsError(f"the variable {error} is not set") from error
    except (ValueError, TypeError) as error:
        raise SettingsError(f"SITES cannot be read: {error}") from error


def stage(environment: Mapping[str, str] = os.environ) -> str:
    """The stage, which each metric carries; SettingsError where it is not set."""
    try:
        return environment["STAGE"]
    except KeyError as error:
        raise SettingsError(f"the variable {error} is not set") from error
