"""The names of all settings, and the check that context holds no other name."""

from collections.abc import Mapping
from typing import Any

from cdk.configuration_error import RepeatedSettingError, UnknownSettingError

SETTINGS = (
    "alarm_email",
    "alarm_page_addresses",
    "alarm_ticket_addresses",
    "api_gateway_role",
    "certificate_arn",
    "container_image",
    "deletion_protection",
    "domain_name",
    "endpoint",
    "endpoint_instances",
    "facts_retention_days",
    "hospital_cidrs",
    "instance_type",
    "monthly_budget",
    "private_cidrs",
    "public_cidrs",
    "region",
    "runbook_url",
    "sites",
    "threat_protection",
    "time_zone",
    "training",
    "training_cidrs",
    "vpc_cidr",
    "zones",
)
# CDK's command line keeps these two beside the settings. All its other names have a colon.
_NAMES_OF_CDK = frozenset({"acknowledged-issue-numbers", "cli-telemetry"})


def check_names(context: Mapping[str, Any], *, stages: frozenset[str]) -> None:
    """Raises UnknownSettingError for a misspelt setting, which would have no effect.

    `context` is all context: the settings for both stages, and an object for each stage.
    """
    names = {*SETTINGS, "stage", *stages}
    for name in context:
        if name not in names and not _is_of_cdk(name):
            raise UnknownSettingError(name, names)
    for stage in sorted(stages & context.keys()):
        if isinstance(context[stage], Mapping):
            for name in context[stage]:
                if name not in SETTINGS:
                    raise UnknownSettingError(name, SETTINGS, place=stage)


def check_repetition(context: Mapping[str, Any], *, stage: str, file: Mapping[str, Any]) -> None:
    """Raises RepeatedSettingError if `file` has for both stages what `stage` sets itself.

    Only then is a value beside the stage's object one that is given by hand, which wins.
    """
    settings = context.get(stage)
    for name in settings if isinstance(settings, Mapping) else ():
        if file.get(name) is not None and file[name] == context.get(name):
            raise RepeatedSettingError(name, stage=stage)


def _is_of_cdk(name: str) -> bool:
    return ":" in name or name.startswith("@") or name in _NAMES_OF_CDK
