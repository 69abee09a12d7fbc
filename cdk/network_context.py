"""Reads and validates the networks of a stage: its VPC and subnets, and networks of others.

All functions raise ConfigurationError.
"""

from collections.abc import Sequence
from ipaddress import IPv4Network
from typing import TypedDict

from cdk.configuration_error import ConfigurationError

_NETWORKS = "IPv4 networks, such as 10.0.1.0/24, and not all addresses"
# What AWS allows for a VPC and for a subnet (VPC user guide, "IP addressing").
_VPC_PREFIXES = range(16, 29)
_VPC_NETWORKS = "networks from /16 to /28, such as 10.0.0.0/16, that are not reserved"


class Network(TypedDict):
    vpc_cidr: str
    private_cidrs: tuple[str, ...]
    public_cidrs: tuple[str, ...]
    training_cidrs: tuple[str, ...]


def check_networks(key: str, cidrs: Sequence[str]) -> None:
    for cidr in cidrs:
        _parse_network(key, cidr)


def parse_vpc(cidr: str) -> IPv4Network:
    return _parse_vpc_network("vpc_cidr", cidr)


def check_subnets(vpc: IPv4Network, **subnets: tuple[str, ...]) -> None:
    """Two subnets of each kind lie inside the VPC and do not overlap."""
    used: list[IPv4Network] = []
    for key, cidrs in subnets.items():
        check_networks(key, cidrs)
        if len(cidrs) != 2:
            raise ConfigurationError(key, cidrs, "two networks, one for each zone")
        for network in (_parse_vpc_network(key, cidr) for cidr in cidrs):
            if not network.subnet_of(vpc) or any(map(network.overlaps, used)):
                raise ConfigurationError(key, network, f"networks in {vpc} that do not overlap")
            used.append(network)


def _parse_network(key: str, cidr: str) -> IPv4Network:
    try:
        network = IPv4Network(cidr)
    except ValueError as error:
        raise ConfigurationError(key, cidr, _NETWORKS) from error
    # Neither a VPC nor an IP set of the firewall accepts a network of all addresses.
    if not network.prefixlen:
        raise ConfigurationError(key, cidr, _NETWORKS)
    return network


def _parse_vpc_network(key: str, cidr: str) -> IPv4Network:
    network = _parse_network(key, cidr)
    is_reserved = network.is_loopback or network.is_link_local or network.is_multicast
    if network.prefixlen not in _VPC_PREFIXES or is_reserved:
        raise ConfigurationError(key, cidr, _VPC_NETWORKS)
    return network
