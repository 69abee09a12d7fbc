"""Users are invited with a role and a site that exist."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from deploy.errors import DeployError
from deploy.people import invite
from tests.deploy.stubbed_account import FakeAccount

USER = {"email": "doctor@north.example", "role": "doctor", "site": "siteNorth"}


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAccount]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        cognito = boto3.client("cognito-idp", region_name="us-east-1")
        pool = cognito.create_user_pool(PoolName="users", UsernameAttributes=["email"])
        pool_id = pool["UserPool"]["Id"]
        for group in ("doctor", "administrator", "siteNorth", "siteCanary"):
            cognito.create_group(UserPoolId=pool_id, GroupName=group)
        yield FakeAccount(
            number="111122223333",
            region="us-east-1",
            session=None,
            clients={"cognito-idp": cognito},
            stage_outputs={"UserPool": pool_id},
        )


def groups(account: FakeAccount) -> list[str]:
    response: Any = account.client("cognito-idp").admin_list_groups_for_user(
        UserPoolId=account.stage_outputs["UserPool"], Username=USER["email"]
    )
    return sorted(group["GroupName"] for group in response["Groups"])


def test_somebody_new_is_invited_into_role_and_site(account: FakeAccount) -> None:
    sentence = invite(account, stage="dev", **USER)
    assert sentence == "doctor@north.example was sent an invitation; role doctor, site siteNorth."
    assert groups(account) == ["doctor", "siteNorth"]


def test_somebody_known_is_given_the_groups(account: FakeAccount) -> None:
    invite(account, stage="dev", **USER)
    assert invite(account, stage="dev", **{**USER, "role": "administrator"}).startswith(
        "doctor@north.example was there"
    )
    assert groups(account) == ["administrator", "doctor", "siteNorth"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"role": "nurse"}, "ROLE=nurse is not one of: doctor, administrator."),
        ({"site": "siteSouth"}, "SITE=siteSouth is not one of: siteNorth."),
        ({"site": "doctor"}, "SITE=doctor is not one of: siteNorth."),
    ],
)
def test_a_group_that_is_not_there_is_named_with_those_that_are(
    account: FakeAccount, changes: dict[str, str], message: str
) -> None:
    with pytest.raises(DeployError, match=message):
        invite(account, stage="dev", **{**USER, **changes})
