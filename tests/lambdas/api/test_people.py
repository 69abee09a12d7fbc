"""Administrators look after the accounts of their own site, and never lock themselves out."""

import time
from http import HTTPStatus
from uuid import uuid4

import pytest

from lambdas import clients, manage_accounts
from tests.lambdas.api.people_calls import ADA, BOSS, act, invite, list_accounts
from tests.lambdas.calls import (
    ADMINISTRATOR,
    DOCTOR,
    SOUTH,
    SOUTH_ADMINISTRATOR,
    Api,
    Aws,
    Context,
    find_user_pool,
)


def test_each_account_tells_its_last_login(aws: Aws, api: Api) -> None:
    invite(api)
    assert api("POST", "/session", claims=ADMINISTRATOR)[0] == HTTPStatus.NO_CONTENT
    accounts = list_accounts(api)
    assert accounts[ADA]["last_login"] is None
    assert accounts[BOSS]["last_login"] is not None


def test_a_role_is_changed_and_an_account_is_locked_and_unlocked(aws: Aws, api: Api) -> None:
    ada = invite(api)
    act(api, f"/{ada}/role", {"role": "administrator"})
    assert list_accounts(api)[ADA]["roles"] == ["administrator"]
    act(api, f"/{ada}/lock")
    assert list_accounts(api)[ADA]["status"] == "locked"
    act(api, f"/{ada}/unlock")
    assert list_accounts(api)[ADA]["status"] == "invited"


@pytest.mark.parametrize("path", ["role", "lock", "unlock"])
def test_another_sites_account_and_the_own_one_are_out_of_reach(
    aws: Aws, api: Api, path: str
) -> None:
    body = {"role": "administrator"} if path == "role" else None
    other = invite(api, "ada@south.example", claims=SOUTH_ADMINISTRATOR)
    assert act(api, f"/{other}/{path}", body)[0] == HTTPStatus.NOT_FOUND
    assert "ada@south.example" not in list_accounts(api)
    own = ADMINISTRATOR["sub"]
    status, problem = act(api, f"/{own}/{path}", body)
    assert (status, "your own account" in problem["detail"]) == (HTTPStatus.CONFLICT, True)
    _, people = api("GET", "/people", claims=SOUTH_ADMINISTRATOR)
    statuses = {each["email"]: each["status"] for each in people["accounts"]}
    assert (statuses["ada@south.example"], list_accounts(api)[BOSS]["status"]) == ("invited",) * 2
    _, people = api("GET", "/people", claims=ADMINISTRATOR)
    assert [(each["act"], each["result"]) for each in people["events"]] == [
        (path if path != "role" else "change_role", "refusal"),
    ]


def test_the_tokens_of_a_locked_account_are_refused_from_then_on(aws: Aws, api: Api) -> None:
    ada = invite(api)

    def format_time(seconds: float) -> str:
        return time.strftime("%a %b %d %H:%M:%S UTC %Y", time.gmtime(seconds))

    def read_status(issued_at: float, subject: str = ada) -> int:
        claims = {**DOCTOR, "sub": subject, "iat": format_time(issued_at), "jti": str(uuid4())}
        return api("GET", "/session", claims=claims)[0]

    now = time.time()
    assert read_status(now - 60) == 204
    act(api, f"/{ada}/lock")
    statuses = [read_status(now - 60), read_status(now + 60), read_status(now - 60, "another")]
    assert statuses == [401, 204, 204]


@pytest.mark.parametrize("change", ["lock", "role", "site", "delete"])
def test_who_is_no_administrator_any_more_does_nothing_with_an_old_token(
    aws: Aws, api: Api, change: str
) -> None:
    """Also while Redis is away, which knows whose sessions were ended."""
    ada = invite(api)
    user = {"UserPoolId": find_user_pool(), "Username": ADMINISTRATOR["sub"]}
    cognito = clients.user_pools()
    if change == "lock":
        cognito.admin_disable_user(**user)
    elif change == "delete":
        cognito.admin_delete_user(**user)
    else:
        group = "administrator" if change == "role" else "siteNorth"
        cognito.admin_remove_user_from_group(**user, GroupName=group)
    status, problem = act(api, f"/{ada}/lock")
    assert (status, "only administrators" in problem["detail"]) == (HTTPStatus.FORBIDDEN, True)
    assert act(api, "", {"email": "eve@north.example", "role": "doctor"})[0] == 403
    assert api("GET", "/people", claims=ADMINISTRATOR)[0] == 403
    assert cognito.admin_get_user(UserPoolId=user["UserPoolId"], Username=ada)["Enabled"]


def test_only_administrators_see_accounts(aws: Aws, api: Api) -> None:
    for claims in (DOCTOR, SOUTH):
        assert api("GET", "/people", claims=claims)[0] == 403


@pytest.mark.parametrize(
    "request_fields",
    [
        {"site": "doctor", "by": ADMINISTRATOR["sub"]},
        {"site": "siteNorth", "by": ADMINISTRATOR["sub"], "act": "invite", "email": ADA},
    ],
    ids=["a role in place of a site", "an invitation without a role"],
)
def test_a_call_that_the_api_never_sends_changes_nothing(
    aws: Aws, api: Api, request_fields: dict[str, str]
) -> None:
    before = list_accounts(api)
    with pytest.raises(ValueError, match=r"site|role"):
        manage_accounts.handler(request_fields, Context())
    assert list_accounts(api) == before
