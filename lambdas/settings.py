"""Reads the settings of the functions from their environment, in this one place."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from contracts.endpoint_hours import EndpointHours, parse_endpoint_hours
from contracts.sites import SiteSettings, parse_sites


class SettingsError(Exception):
    """A setting is missing or has a wrong value."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`endpoint_name`, `models_bucket` and the names of functions are empty where a function has
    none. `locks_facts`: the facts bucket has Object Lock. `endpoint_hours` is None where the
    endpoint is always there.
    """

    stage: str
    facts_bucket: str
    images_bucket: str
    redis_url: str
    redis_secret_arn: str
    record_key_arn: str
    search_key_arn: str
    models_bucket: str
    endpoint_name: str
    sites: Mapping[str, SiteSettings]
    deletion_function: str = ""
    accounts_function: str = ""
    locks_facts: bool = False
    endpoint_hours: EndpointHours | None = None


@dataclass(frozen=True, kw_only=True)
class CanarySettings:
    """The page's address, and where the canary's account is; `client_id` is its own app client.
    The function that registers the account has neither `public_url` nor the two last.
    """

    user_pool_id: str
    client_id: str
    secret_arn: str
    public_url: str
    page_key_arn: str
    registration_function: str


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Raises SettingsError, which names the variable that is missing or wrong."""
    try:
        return Settings(
            stage=read_stage(environment),
            facts_bucket=environment["FACTS_BUCKET"],
            images_bucket=environment["IMAGES_BUCKET"],
            redis_url=environment["REDIS_URL"],
            redis_secret_arn=environment["REDIS_SECRET_ARN"],
            record_key_arn=environment["RECORD_KEY_ARN"],
            search_key_arn=environment["SEARCH_KEY_ARN"],
            models_bucket=environment.get("MODELS_BUCKET", ""),
            endpoint_name=environment.get("ENDPOINT_NAME", ""),
            sites=parse_sites(environment.get("SITES") or "{}"),
            deletion_function=environment.get("DELETION_FUNCTION", ""),
            accounts_function=environment.get("ACCOUNTS_FUNCTION", ""),
            locks_facts=environment.get("LOCKS_FACTS") == "yes",
            endpoint_hours=parse_endpoint_hours(environment.get("ENDPOINT_HOURS", "")),
        )
    except KeyError as error:
        raise SettingsError(f"the variable {error} is not set") from error
    except (ValueError, TypeError) as error:
        raise SettingsError(f"SITES or ENDPOINT_HOURS cannot be read: {error}") from error


def read_user_pool(environment: Mapping[str, str] = os.environ) -> str:
    """The id of the user pool. Raises SettingsError where it is not set."""
    try:
        return environment["USER_POOL_ID"]
    except KeyError as error:
        raise SettingsError(f"the variable {error} is not set") from error


def read_canary_settings(environment: Mapping[str, str] = os.environ) -> CanarySettings:
    """Raises SettingsError, which names the variable that is missing."""
    try:
        return CanarySettings(
            user_pool_id=environment["USER_POOL_ID"],
            client_id=environment["CANARY_CLIENT_ID"],
            secret_arn=environment["CANARY_SECRET_ARN"],
            public_url=environment.get("PUBLIC_URL", ""),
            page_key_arn=environment.get("PAGE_KEY_ARN", ""),
            registration_function=environment.get("REGISTRATION_FUNCTION", ""),
        )
    except KeyError as error:
        raise SettingsError(f"the variable {error} is not set") from error


def read_stage(environment: Mapping[str, str] = os.environ) -> str:
    """The stage, a dimension of each metric. Raises SettingsError where it is not set."""
    try:
        return environment["STAGE"]
    except KeyError as error:
        raise SettingsError(f"the variable {error} is not set") from error
