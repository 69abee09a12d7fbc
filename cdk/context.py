"""Reads one setting after another from CDK context, and says in words which value is wrong."""

import re
from collections.abc import Mapping
from ipaddress import IPv4Network
from typing import Any, TypedDict
from zoneinfo import available_timezones

from constructs import Node

from cdk import serving
from contracts.access import SITE_GROUP_PATTERN
from contracts.sites import SiteSettings

SETTINGS = (
    "alarm_email",
    "certificate_arn",
    "domain_name",
    "endpoint",
    "endpoint_instances",
    "facts_retention_days",
    "hospital_cidrs",
    "instance_type",
    "private_cidrs",
    "public_cidrs",
    "region",
    "sites",
    "threat_protection",
    "time_zone",
    "vpc_cidr",
    "zones",
)
# Instances with one NVIDIA GPU that the TensorFlow Serving container runs on: it uses one, and the
# alarm on its load reckons with one.
_GPU_INSTANCE = re.compile(r"ml\.(g4dn|g5|g6)\.(2|4|8|16)?xlarge")
_GPU_ALLOWED = "ml.g4dn, ml.g5 and ml.g6 from xlarge to 16xlarge without 12xlarge"
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_NETWORKS = "IPv4 networks, such as 10.0.1.0/24, and not all addresses"
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_CERTIFICATE = re.compile(r"arn:aws[a-z-]*:acm:(?P<region>[a-z0-9-]+):\d{12}:certificate/[\w-]+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
# Object Lock takes up to 100 years.
_MOST_DAYS = 36_500


class ConfigurationError(Exception):
    """A context value that no stage can be built from: its key, its value, and what is allowed."""

    def __init__(self, key: str, value: object, allowed: str) -> None:
        said = "not set" if value in (None, "") else f"'{value}'"
        super().__init__(f"Context '{key}' is {said}; allowed are: {allowed}.")


class Domain(TypedDict):
    domain_name: str
    certificate_arn: str


class Network(TypedDict):
    vpc_cidr: str
    public_cidrs: tuple[str, ...]
    private_cidrs: tuple[str, ...]


class Context:
    """Each method gives one setting or its default; all raise ConfigurationError."""

    def __init__(self, node: Node, stage: str) -> None:
        self._node = node
        self._stage = stage
        own = node.try_get_context(stage)
        if not isinstance(own, Mapping | None):
            raise ConfigurationError(stage, own, "an object of settings")
        self._own: Mapping[str, Any] = own or {}

    def refuse_unknown(self) -> None:
        """A misspelt setting would otherwise be left out in silence."""
        for key in self._own:
            if key not in SETTINGS:
                raise ConfigurationError(self._stage, key, ", ".join(SETTINGS))

    def region(self, default: str) -> str:
        return self._text("region", default, _REGION, "names of AWS regions, such as us-east-1")

    def email(self) -> str:
        return self._text("alarm_email", "", _EMAIL, "an e-mail address")

    def time_zone(self, default: str) -> str:
        zone = str(self._value("time_zone", default))
        if zone not in available_timezones():
            raise ConfigurationError("time_zone", zone, "IANA time zones, such as Europe/Berlin")
        return zone

    def endpoint(self, default: str, *, region: str) -> str:
        """The instance type; empty where `endpoint` is `none`."""
        wanted = self._value("endpoint", "gpu" if default else "none")
        if wanted not in ("gpu", "none"):
            raise ConfigurationError("endpoint", wanted, "gpu, none")
        instance = str(self._value("instance_type", default or "ml.g4dn.xlarge"))
        if not _GPU_INSTANCE.fullmatch(instance):
            raise ConfigurationError(
                "instance_type", instance, f"types with one GPU: {_GPU_ALLOWED}"
            )
        if wanted == "gpu" and serving.registry(region) is None:
            allowed = "for an endpoint, regions where AWS keeps TensorFlow Serving's container"
            raise ConfigurationError("region", region, allowed)
        return instance if wanted == "gpu" else ""

    def instances(self, default: tuple[int, int]) -> tuple[int, int]:
        given = self._list("endpoint_instances", tuple(map(str, default)))
        if not all(part.isdecimal() for part in given) or len(given) != len(default):
            raise ConfigurationError("endpoint_instances", given, "the fewest and the most: 1,2")
        fewest, most = (int(part) for part in given)
        if not 1 <= fewest <= most:
            raise ConfigurationError("endpoint_instances", given, "at least 1, and the most last")
        return fewest, most

    def facts_retention_days(self, *, required: bool) -> int:
        given = self._value("facts_retention_days", "" if required else "0")
        least = 1 if required else 0
        if not str(given).isdecimal() or not least <= int(given) <= _MOST_DAYS:
            allowed = f"days under Object Lock, {least} to {_MOST_DAYS}"
            raise ConfigurationError("facts_retention_days", given, allowed)
        return int(given)

    def flag(self, key: str, default: bool) -> bool:
        given = str(self._value(key, default)).lower()
        if given not in ("true", "false"):
            raise ConfigurationError(key, given, "true, false")
        return given == "true"

    def sites(self, default: Mapping[str, SiteSettings]) -> Mapping[str, SiteSettings]:
        given = self._value("sites", None)
        if given is None:
            return default
        allowed = '{"siteNorth": {"prevalence": 0.1, "withhold_outside_age": false}}'
        try:
            sites = {name: SiteSettings(**chosen) for name, chosen in given.items()}
        except (AttributeError, TypeError, ValueError) as error:
            raise ConfigurationError("sites", given, f"sites as in {allowed}") from error
        if not sites or not all(SITE_GROUP_PATTERN.fullmatch(name) for name in sites):
            raise ConfigurationError("sites", given, f"names as in {allowed}")
        return sites

    def domain(self, *, region: str) -> Domain:
        """Both or neither, and the certificate in the stage's region."""
        name = self._text("domain_name", "", _DOMAIN, "a domain such as xray.example.org")
        allowed = f"the ARN of an issued certificate in {region}"
        certificate = self._text("certificate_arn", "", _CERTIFICATE, allowed)
        found = _CERTIFICATE.fullmatch(certificate)
        if name and (not found or found["region"] != region):
            raise ConfigurationError("certificate_arn", certificate, f"{allowed}, for {name}")
        return Domain(domain_name=name, certificate_arn=certificate if name else "")

    def zones(self, *, region: str) -> tuple[str, ...]:
        """None, or two of the region's."""
        given = self._list("zones", ())
        wrong = [zone for zone in given if not re.fullmatch(rf"{region}[a-z]", zone)]
        if given and (wrong or len(set(given)) != 2 or len(given) != 2):
            raise ConfigurationError("zones", given, f"two zones, such as {region}a,{region}b")
        return given

    def networks(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        given = self._list(key, default)
        for cidr in given:
            _network(key, cidr)
        return given

    def network(self, vpc: str, public: tuple[str, ...], private: tuple[str, ...]) -> Network:
        """The VPC with two public and two private subnets inside it that do not overlap."""
        whole = _network("vpc_cidr", str(self._value("vpc_cidr", vpc)))
        taken: list[IPv4Network] = []

        def subnets(key: str, default: tuple[str, ...]) -> tuple[str, ...]:
            cidrs = self.networks(key, default)
            if len(cidrs) != 2:
                raise ConfigurationError(key, cidrs, "two networks, one for each zone")
            for cidr in map(IPv4Network, cidrs):
                if not cidr.subnet_of(whole) or any(cidr.overlaps(other) for other in taken):
                    raise ConfigurationError(key, cidr, f"networks in {whole} that do not overlap")
                taken.append(cidr)
            return cidrs

        return Network(
            vpc_cidr=str(whole),
            public_cidrs=subnets("public_cidrs", public),
            private_cidrs=subnets("private_cidrs", private),
        )

    def _value(self, key: str, default: object) -> Any:
        for given in (self._own.get(key), self._node.try_get_context(key)):
            if given is not None:
                return given
        return default

    def _text(self, key: str, default: str, form: re.Pattern[str], allowed: str) -> str:
        given = self._value(key, default)
        if given != default and not (isinstance(given, str) and form.fullmatch(given)):
            raise ConfigurationError(key, given, allowed)
        return str(given)

    def _list(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """A JSON list, or as `-c` gives it: parts between commas."""
        given = self._value(key, default)
        parts = given.split(",") if isinstance(given, str) else given
        return tuple(str(part).strip() for part in parts if str(part).strip())


def _network(key: str, cidr: str) -> IPv4Network:
    try:
        network = IPv4Network(cidr)
    except ValueError as error:
        raise ConfigurationError(key, cidr, _NETWORKS) from error
    # No VPC and no address list of the firewall takes all addresses.
    if not network.prefixlen:
        raise ConfigurationError(key, cidr, _NETWORKS)
    return network
