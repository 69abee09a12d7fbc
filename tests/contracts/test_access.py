"""Site and role come from the groups of a token, and from nothing else."""

from typing import Any

import pytest

from contracts.access import AccessError, Role, parse_user

CLAIMS = {"sub": "5f0c", "email": "doctor@north.example", "token_use": "id"}


@pytest.mark.parametrize(
    "groups", ["siteNorth,doctor", "[siteNorth, doctor]", ["siteNorth", "doctor"]]
)
def test_groups_come_as_a_list_or_joined(groups: Any) -> None:
    user = parse_user({**CLAIMS, "cognito:groups": groups})
    assert (user.site, user.roles) == ("siteNorth", frozenset({Role.DOCTOR}))


@pytest.mark.parametrize(
    "groups", ["", "doctor", "siteNorth", "siteNorth,siteSouth,doctor", "site../x,doctor", "site"]
)
def test_one_site_and_a_role_are_required(groups: str) -> None:
    with pytest.raises(AccessError):
        parse_user({**CLAIMS, "cognito:groups": groups})


def test_an_access_token_is_refused() -> None:
    with pytest.raises(AccessError):
        parse_user({**CLAIMS, "token_use": "access", "cognito:groups": "siteNorth,doctor"})
