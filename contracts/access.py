"""Who asks: site and role, read from the groups of a Cognito token in this one place."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

SITE_GROUP_PATTERN = re.compile(r"site[A-Z0-9][A-Za-z0-9]{0,39}")


class Role(StrEnum):
    DOCTOR = "doctor"
    ADMINISTRATOR = "administrator"


class AccessError(ValueError):
    """A token whose groups do not name exactly one site and at least one role."""


@dataclass(frozen=True, kw_only=True)
class User:
    """`subject` is the token's `sub`; `name` is shown to the user and never logged."""

    subject: str
    name: str
    site: str
    roles: frozenset[Role]


def parse_user(claims: Mapping[str, object]) -> User:
    """The user of an ID token's claims, as API Gateway's authoriser hands them on (strings, groups
    joined by commas) or as they stand in the token (a list). Raises AccessError.
    """
    groups = _groups(claims.get("cognito:groups", ""))
    sites = [group for group in groups if SITE_GROUP_PATTERN.fullmatch(group)]
    roles = frozenset(Role(group) for group in groups if group in set(Role))
    if claims.get("token_use") != "id":
        raise AccessError("the token is not an ID token")
    if len(sites) != 1 or not roles:
        raise AccessError("the account must be in one site group and in a role group")
    name = str(claims.get("name") or claims.get("email") or claims["sub"])
    return User(subject=str(claims["sub"]), name=name, site=sites[0], roles=roles)


def _groups(claim: object) -> list[str]:
    if isinstance(claim, str):
        return [group.strip() for group in claim.strip("[]").split(",") if group.strip()]
    return [str(group) for group in claim] if isinstance(claim, Iterable) else []
