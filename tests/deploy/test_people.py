"""People are invited into a role and a site that there are."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from deploy.errors import DeployError
from deploy.people import invite
from tests.deploy.conftest import Known

WHO = {"email": "doctor@north.example", "role": "doctor", "site": "siteNorth"}


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Known]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        cognito = boto3.client("cognito-idp", region_name="us-east-1")
        pool = cognito.create_user_pool(PoolName="users", UsernameAttributes=["email"])
        pool_id = pool["UserPool"]["Id"]
        for group in ("doctor", "administrator", "siteNorth"):
            cognito.create_group(UserPoolId=pool_id, GroupName=group)
        yield Known(
            number="111122223333",
            region="us-east-1",
            session=None,
            clients={"cognito-idp": cognito},
            said={"UserPool": pool_id},
        )


def groups(account: Known) -> list[str]:
    listed: Any = account.client("cognito-idp").admin_list_groups_for_user(
        UserPoolId=account.said["UserPool"], Username=WHO["email"]
    )
    return sorted(group["GroupName"] for group in listed["Groups"])


def test_somebody_new_is_invited_into_role_and_site(account: Known) -> None:
    said = invite(account, stage="dev", **WHO)
    assert said == "doctor@north.example was sent an invitation; role doctor, site siteNorth."
    assert groups(account) == ["doctor", "siteNorth"]


def test_somebody_known_is_given_the_groups(account: Known) -> None:
    invite(account, stage="dev", **WHO)
    assert invite(account, stage="dev", **{**WHO, "role": "administrator"}).startswith(
        "doctor@north.example was there"
    )
    assert groups(account) == ["administrator", "doctor", "siteNorth"]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"role": "nurse"}, "ROLE=nurse is not one of: doctor, administrator."),
        ({"site": "siteSouth"}, "SITE=siteSouth is not one of: siteNorth."),
        ({"site": "doctor"}, "SITE=doctor is not one of: siteNorth."),
    ],
)
def test_a_group_that_is_not_there_is_named_with_those_that_are(
    account: Known, wrong: dict[str, str], says: str
) -> None:
    with pytest.raises(DeployError, match=says):
        invite(account, stage="dev", **{**WHO, **wrong})
