"""Site and role of a user, from the groups in a Cognito token. Nothing else reads them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from contracts.language import gettext

SITE_GROUP_PATTERN = re.compile(r"site[A-Z0-9][A-Za-z0-9]{0,39}")


class Role(StrEnum):
    DOCTOR = "doctor"
    ADMINISTRATOR = "administrator"


class AccessError(ValueError):
    """The groups of a token do not name exactly one site and at least one role."""


@dataclass(frozen=True, kw_only=True)
class User:
    """`subject` is the token's `sub`; `name` is shown to the user and never logged."""

    subject: str
    name: str
    site: str
    roles: frozenset[Role]


def parse_user(claims: Mapping[str, object]) -> User:
    """The user whom the claims of an ID token identify. Raises AccessError.

    API Gateway's authoriser passes the groups as one string, joined by commas; the token itself
    holds a list.
    """
    groups = _parse_groups(claims.get("cognito:groups", ""))
    sites = [group for group in groups if SITE_GROUP_PATTERN.fullmatch(group)]
    roles = frozenset(Role(group) for group in groups if group in set(Role))
    if claims.get("token_use") != "id":
        raise AccessError(gettext("the token is not an ID token"))
    if len(sites) != 1 or not roles:
        text = gettext("the account must be in one site group and in a role group")
        raise AccessError(text)
    name = str(claims.get("name") or claims.get("email") or claims["sub"])
    return User(subject=str(claims["sub"]), name=name, site=sites[0], roles=roles)


def _parse_groups(claim: object) -> list[str]:
    if isinstance(claim, str):
        return [group.strip() for group in claim.strip("[]").split(",") if group.strip()]
    return [str(group) for group in claim] if isinstance(claim, Iterable) else []
