"""The canary's account gets a second factor of its own, and logs in with it."""

import base64
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber
from moto import mock_aws

from canary.login import (
    Account,
    AppClient,
    LoginError,
    compute_code,
    log_in,
    parse_account,
    register,
)
from contracts.canary import CANARY_EMAIL, CANARY_SITE

# Appendix B of RFC 6238, whose codes have two digits more.
SEED = base64.b32encode(b"12345678901234567890").decode()
ACCOUNT = Account(email=CANARY_EMAIL, password="a password", totp_seed=SEED)
CHALLENGE = {
    "ChallengeName": "SOFTWARE_TOKEN_MFA",
    "Session": "s" * 20,
    "ChallengeParameters": {"USER_ID_FOR_SRP": "a-user"},
}
TOKENS = {"AuthenticationResult": {"IdToken": "a token"}}


@pytest.mark.parametrize(
    ("at", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_a_code_is_that_of_the_standard(at: int, code: str) -> None:
    assert compute_code(SEED, at) == code


def test_a_seed_of_cognito_has_no_padding() -> None:
    assert len(compute_code("A" * 52, 0)) == 6


@pytest.mark.parametrize("text", ["aB3" * 20, "{}", '{"email": "x"}', ""])
def test_a_secret_without_an_account_is_none(text: str) -> None:
    assert parse_account(text) is None
    assert parse_account(ACCOUNT.to_json()) == ACCOUNT


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[AppClient]:
    """A user pool of moto whose logins need a second factor, and which checks the codes."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("MOTO_COGNITO_IDP_USER_POOL_ENABLE_TOTP", "true")
    with mock_aws():
        cognito: Any = boto3.client("cognito-idp", region_name="us-east-1")
        pool = cognito.create_user_pool(PoolName="users", UsernameAttributes=["email"])
        pool_id = pool["UserPool"]["Id"]
        cognito.set_user_pool_mfa_config(
            UserPoolId=pool_id,
            SoftwareTokenMfaConfiguration={"Enabled": True},
            MfaConfiguration="ON",
        )
        for group in (CANARY_SITE, "doctor", "administrator"):
            cognito.create_group(UserPoolId=pool_id, GroupName=group)
        app = cognito.create_user_pool_client(
            UserPoolId=pool_id,
            ClientName="canary",
            ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"],
        )
        yield AppClient(
            user_pools=cognito, pool_id=pool_id, client_id=app["UserPoolClient"]["ClientId"]
        )


def test_the_account_is_registered_and_logs_in_with_its_second_factor(client: AppClient) -> None:
    account = register(client)
    groups = client.user_pools.admin_list_groups_for_user(
        UserPoolId=client.pool_id, Username=CANARY_EMAIL
    )["Groups"]
    assert {each["GroupName"] for each in groups} == {CANARY_SITE, "doctor", "administrator"}
    # moto asks for the code only of users who prefer it; Cognito asks of all with one factor.
    client.user_pools.admin_set_user_mfa_preference(
        UserPoolId=client.pool_id,
        Username=CANARY_EMAIL,
        SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True},
    )
    assert log_in(client, account).count(".") == 2


def test_a_second_registration_replaces_the_account(client: AppClient) -> None:
    first, second = register(client), register(client)
    assert first.password != second.password
    with pytest.raises(client.user_pools.exceptions.NotAuthorizedException):
        log_in(client, first)


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    cognito = boto3.client(
        "cognito-idp", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    monkeypatch.setattr("canary.login.time.sleep", lambda seconds: None)
    with Stubber(cognito) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def build_client(stub: Stubber) -> AppClient:
    return AppClient(user_pools=stub.client, pool_id="us-east-1_pool", client_id="canary")


def add_answer(stub: Stubber, response: dict[str, Any]) -> None:
    """Cognito takes its own name of the user in an answer, not the address."""
    expected = {
        "UserPoolId": "us-east-1_pool",
        "ClientId": "canary",
        "ChallengeName": "SOFTWARE_TOKEN_MFA",
        "Session": CHALLENGE["Session"],
        "ChallengeResponses": {"USERNAME": "a-user", "SOFTWARE_TOKEN_MFA_CODE": ANY},
    }
    stub.add_response("admin_respond_to_auth_challenge", response, expected)


@pytest.mark.parametrize("error", ["CodeMismatchException", "ExpiredCodeException"])
def test_a_code_that_another_login_has_used_is_followed_by_the_next(
    stub: Stubber, error: str
) -> None:
    stub.add_response("admin_initiate_auth", CHALLENGE)
    stub.add_client_error("admin_respond_to_auth_challenge", error)
    stub.add_response("admin_initiate_auth", CHALLENGE)
    add_answer(stub, TOKENS)
    assert log_in(build_client(stub), ACCOUNT) == "a token"


def test_a_code_that_is_always_refused_ends_the_login(stub: Stubber) -> None:
    for _ in range(2):
        stub.add_response("admin_initiate_auth", CHALLENGE)
        stub.add_client_error("admin_respond_to_auth_challenge", "CodeMismatchException")
    with pytest.raises(LoginError, match="refuses the code of the second factor"):
        log_in(build_client(stub), ACCOUNT)


def test_a_login_that_asks_for_something_else_says_for_what(stub: Stubber) -> None:
    stub.add_response(
        "admin_initiate_auth", {**CHALLENGE, "ChallengeName": "NEW_PASSWORD_REQUIRED"}
    )
    with pytest.raises(LoginError, match="the login asks for NEW_PASSWORD_REQUIRED"):
        log_in(build_client(stub), ACCOUNT)
