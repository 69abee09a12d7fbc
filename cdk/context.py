"""Reads and validates the settings in CDK context."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict
from zoneinfo import available_timezones

from constructs import Node

from cdk import serving
from cdk.configuration_error import ConfigurationError
from cdk.network_context import Network, check_networks, check_subnets, parse_vpc
from cdk.site_context import parse_sites
from contracts.sites import SiteSettings

# Instances with one NVIDIA GPU that the TensorFlow Serving container supports: it uses one GPU, and
# the alarm on GPU load assumes one.
_GPU_INSTANCE = re.compile(r"ml\.(g4dn|g5|g6)\.(2|4|8|16)?xlarge")
_GPU_ALLOWED = "ml.g4dn, ml.g5 and ml.g6 from xlarge to 16xlarge without 12xlarge"
# The value of `endpoint` with which a GPU answers by day only.
_SCHEDULE = "schedule"
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_CERTIFICATE = re.compile(r"arn:aws[a-z-]*:acm:(?P<region>[a-z0-9-]+):\d{12}:certificate/[\w-]+")
_EMAIL = re.compile(r"[^@\s/]+@[^@\s/]+\.[^@\s/]+")
# Without a password, which SNS would show as stars.
_WEBHOOK = re.compile(r"https://[^\s/@]+(/\S*)?")
# What nobody can delete by accident. `data` is for a first deploy whose service stack failed.
PROTECTION_LEVELS = ("none", "data", "all")
# Object Lock allows up to 100 years.
_MAX_RETENTION_DAYS = 36_500


class Domain(TypedDict):
    domain_name: str
    certificate_arn: str


class AlarmAddresses(TypedDict):
    alarm_email: str
    alarm_page_addresses: tuple[str, ...]
    alarm_ticket_addresses: tuple[str, ...]


class Context:
    """Each method returns one setting or its default; all raise ConfigurationError.

    A value beside the stage's object goes before one in it: it is given by hand for a single run
    (`setting_names.check_repetition`).
    """

    def __init__(self, node: Node, stage: str) -> None:
        self._node = node
        self._stage = stage
        settings = node.try_get_context(stage)
        if not isinstance(settings, Mapping | None):
            raise ConfigurationError(stage, settings, "an object of settings")
        self._stage_settings: Mapping[str, Any] = settings or {}

    def region(self, default: str) -> str:
        return self._text("region", default, _REGION, "names of AWS regions, such as us-east-1")

    def alarms(self, *, required: bool) -> AlarmAddresses:
        """Who is told of alarms. Where `required`, only `alarm_email: none` leaves anybody out."""
        pages, tickets = map(self._addresses, ("alarm_page_addresses", "alarm_ticket_addresses"))
        email = self._value("alarm_email", "")
        allowed = "an e-mail address, or none if nobody is to be told of alarms"
        is_address = isinstance(email, str) and _EMAIL.fullmatch(email)
        is_optional = not required or (pages and tickets)
        if not (is_address or email == "none" or (is_optional and email == "")):
            raise ConfigurationError("alarm_email", email, allowed)
        return AlarmAddresses(
            alarm_email=str(email) if is_address else "",
            alarm_page_addresses=pages,
            alarm_ticket_addresses=tickets,
        )

    def _addresses(self, key: str) -> tuple[str, ...]:
        """Each once, because a topic has an address once."""
        addresses = tuple(dict.fromkeys(self._list(key, ())))
        for address in addresses:
            if not (_EMAIL.fullmatch(address) or _WEBHOOK.fullmatch(address)):
                allowed = "e-mail addresses, and addresses of webhooks that begin with https://"
                raise ConfigurationError(key, address, allowed)
        return addresses

    def runbook_url(self) -> str:
        """Without the slash at its end."""
        allowed = "an address that begins with https://, of the folder docs/runbooks"
        return self._text("runbook_url", "", _WEBHOOK, allowed).rstrip("/")

    def monthly_budget(self) -> int:
        value = str(self._value("monthly_budget", "0"))
        if not value.isdecimal():
            raise ConfigurationError("monthly_budget", value, "whole US dollars, 0 for no budget")
        return int(value)

    def sets_gateway_role(self) -> bool:
        """Whether the deploy sets the role by which API Gateway writes logs in the account."""
        choice = self._value("api_gateway_role", "own")
        if choice not in ("own", "account"):
            raise ConfigurationError("api_gateway_role", choice, "own, account")
        return bool(choice == "own")

    def time_zone(self, default: str) -> str:
        zone = str(self._value("time_zone", default))
        if zone not in available_timezones():
            raise ConfigurationError("time_zone", zone, "IANA time zones, such as Europe/Berlin")
        return zone

    def endpoint(self, default: str, *, region: str) -> str:
        """The instance type; empty where `endpoint` is `none`."""
        endpoint = self._value("endpoint", "gpu" if default else "none")
        if endpoint not in ("gpu", _SCHEDULE, "none"):
            raise ConfigurationError("endpoint", endpoint, f"gpu, {_SCHEDULE}, none")
        instance = str(self._value("instance_type", default or "ml.g4dn.xlarge"))
        if not _GPU_INSTANCE.fullmatch(instance):
            raise ConfigurationError(
                "instance_type", instance, f"types with one GPU: {_GPU_ALLOWED}"
            )
        if endpoint != "none" and serving.registry(region) is None:
            allowed = "for an endpoint, regions where AWS keeps TensorFlow Serving's container"
            raise ConfigurationError("region", region, allowed)
        return instance if endpoint != "none" else ""

    def is_endpoint_scheduled(self) -> bool:
        return bool(self._value("endpoint", "") == _SCHEDULE)

    def container_image(self, default: str) -> str:
        allowed = f"a tag such as {serving.DEFAULT_IMAGE}, or a digest: sha256:... (64 hex digits)"
        return self._text("container_image", default, serving.IMAGE, allowed)

    def instances(self, default: tuple[int, int]) -> tuple[int, int]:
        value = self._list("endpoint_instances", tuple(map(str, default)))
        if not all(part.isdecimal() for part in value) or len(value) != len(default):
            raise ConfigurationError("endpoint_instances", value, "the fewest and the most: 1,2")
        minimum, maximum = (int(part) for part in value)
        if not 1 <= minimum <= maximum:
            raise ConfigurationError("endpoint_instances", value, "at least 1, and the most last")
        return minimum, maximum

    def facts_retention_days(self, *, required: bool) -> int:
        value = self._value("facts_retention_days", "" if required else "0")
        minimum = 1 if required else 0
        if not str(value).isdecimal() or not minimum <= int(value) <= _MAX_RETENTION_DAYS:
            allowed = f"days under Object Lock, {minimum} to {_MAX_RETENTION_DAYS}"
            raise ConfigurationError("facts_retention_days", value, allowed)
        return int(value)

    def deletion_protection(self, default: str) -> str:
        level = self._value("deletion_protection", default)
        if level not in PROTECTION_LEVELS:
            raise ConfigurationError("deletion_protection", level, ", ".join(PROTECTION_LEVELS))
        return str(level)

    def flag(self, key: str, default: bool) -> bool:
        value = str(self._value(key, default)).lower()
        if value not in ("true", "false"):
            raise ConfigurationError(key, value, "true, false")
        return value == "true"

    def sites(self) -> Mapping[str, SiteSettings]:
        return parse_sites(self._value("sites", None))

    def domain(self, *, region: str) -> Domain:
        """Domain and certificate, both or neither; the certificate is in the stage's region."""
        name = self._text("domain_name", "", _DOMAIN, "a domain such as xray.example.org")
        allowed = f"the ARN of an issued certificate in {region}"
        certificate = self._text("certificate_arn", "", _CERTIFICATE, allowed)
        match = _CERTIFICATE.fullmatch(certificate)
        if name and (not match or match["region"] != region):
            raise ConfigurationError("certificate_arn", certificate, f"{allowed}, for {name}")
        return Domain(domain_name=name, certificate_arn=certificate if name else "")

    def zones(self, *, region: str) -> tuple[str, ...]:
        """Two zones of the region, or none."""
        value = self._list("zones", ())
        wrong = [zone for zone in value if not re.fullmatch(rf"{region}[a-z]", zone)]
        if value and (wrong or len(set(value)) != 2 or len(value) != 2):
            raise ConfigurationError("zones", value, f"two zones, such as {region}a,{region}b")
        return value

    def networks(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        value = self._list(key, default)
        check_networks(key, value)
        return value

    def network(self, vpc: str, *, trains: bool, **defaults: tuple[str, ...]) -> Network:
        """The VPC and its subnets. A stage that does not train has the private ones only."""
        vpc_range = parse_vpc(str(self._value("vpc_cidr", vpc)))
        keys = [key for key in defaults if trains or key == "private_cidrs"]
        subnets = {key: self._list(key, defaults[key]) for key in keys}
        check_subnets(vpc_range, **subnets)
        cidrs = {**defaults, **subnets}
        return Network(
            vpc_cidr=str(vpc_range),
            private_cidrs=cidrs["private_cidrs"],
            public_cidrs=cidrs["public_cidrs"],
            training_cidrs=cidrs["training_cidrs"],
        )

    def _value(self, key: str, default: object) -> Any:
        for value in (self._node.try_get_context(key), self._stage_settings.get(key)):
            if value is not None:
                return value
        return default

    def _text(self, key: str, default: str, form: re.Pattern[str], allowed: str) -> str:
        value = self._value(key, default)
        if value != default and not (isinstance(value, str) and form.fullmatch(value)):
            raise ConfigurationError(key, value, allowed)
        return str(value)

    def _list(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """A JSON list, or the form of `-c`: parts separated by commas."""
        value = self._value(key, default)
        if not isinstance(value, str | Sequence):
            raise ConfigurationError(key, value, "a list, or text with commas between its parts")
        parts = value.split(",") if isinstance(value, str) else value
        return tuple(str(part).strip() for part in parts if str(part).strip())
