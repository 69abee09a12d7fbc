"""An invitation makes an account of one site, once, and completes one that was interrupted."""

import json
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any

import pytest

from lambdas import clients
from tests.lambdas.api.people_calls import ADA, BOSS, act, invite, list_accounts
from tests.lambdas.calls import ADMINISTRATOR, SOUTH_ADMINISTRATOR, Api, Aws, find_user_pool


def test_a_person_is_invited_with_site_and_role(aws: Aws, api: Api) -> None:
    ada = invite(api)
    invite(api, "eve@north.example", "administrator")
    accounts = list_accounts(api)
    assert [*accounts] == [ADA, BOSS, "eve@north.example"]
    assert accounts["eve@north.example"]["roles"] == ["administrator"]
    assert (accounts[ADA]["roles"], accounts[ADA]["status"]) == (["doctor"], "invited")
    groups = clients.user_pools().admin_list_groups_for_user(
        UserPoolId=find_user_pool(), Username=ada
    )["Groups"]
    assert {group["GroupName"] for group in groups} == {"doctor", "siteNorth"}


def test_an_address_with_a_site_is_not_invited_again(aws: Aws, api: Api) -> None:
    invite(api)
    for claims in (ADMINISTRATOR, SOUTH_ADMINISTRATOR):
        body = {"email": ADA, "role": "administrator"}
        status, problem = act(api, "", body, claims=claims)
        assert (status, "already" in problem["detail"]) == (HTTPStatus.CONFLICT, True)
    assert list_accounts(api)[ADA]["roles"] == ["doctor"]


@pytest.fixture
def second_invitations(aws: Aws) -> list[str]:
    """The addresses that got an invitation again. moto creates a second user instead, so this
    answers in its place.
    """
    addresses: list[str] = []

    def answer(params: Any, **_: Any) -> Any:
        request = json.loads(params["body"])
        if request.get("MessageAction") != "RESEND":
            return None
        addresses.append(request["Username"])
        return SimpleNamespace(status_code=200), {"User": {"Username": "", "Attributes": []}}

    events = clients.user_pools().meta.events
    events.register("before-call.cognito-identity-provider.AdminCreateUser", answer)
    return addresses


def create_user(*groups: str, password: bool = False) -> dict[str, str]:
    cognito, pool = clients.user_pools(), {"UserPoolId": find_user_pool()}
    name = cognito.admin_create_user(**pool, Username=ADA)["User"]["Username"]
    user = pool | {"Username": name}
    for group in groups:
        cognito.admin_add_user_to_group(**user, GroupName=group)
    if password:
        cognito.admin_set_user_password(**user, Password="Correct-horse-1", Permanent=True)
    return user


def test_an_invitation_that_was_interrupted_is_completed(
    aws: Aws, api: Api, second_invitations: list[str]
) -> None:
    create_user()
    _, change = act(api, "", {"email": ADA, "role": "doctor"})
    assert (change["has_password"], second_invitations) == (False, [ADA])
    assert list_accounts(api)[ADA]["roles"] == ["doctor"]


def test_an_account_without_a_site_is_taken_in_with_one_role(
    aws: Aws, api: Api, second_invitations: list[str]
) -> None:
    create_user("administrator", password=True)
    _, change = act(api, "", {"email": ADA, "role": "doctor"})
    assert (change["has_password"], second_invitations) == (True, [])
    assert list_accounts(api)[ADA]["roles"] == ["doctor"]


def test_a_locked_account_is_not_taken_in(aws: Aws, api: Api) -> None:
    clients.user_pools().admin_disable_user(**create_user(password=True))
    status, problem = act(api, "", {"email": ADA, "role": "doctor"})
    assert (status, "is locked" in problem["detail"]) == (HTTPStatus.CONFLICT, True)
    assert ADA not in list_accounts(api)


def test_an_invitation_is_sent_again_until_the_first_login(
    aws: Aws, api: Api, second_invitations: list[str]
) -> None:
    ada = invite(api)
    assert invite(api) == ada
    assert second_invitations == [ADA]
    clients.user_pools().admin_set_user_password(
        UserPoolId=find_user_pool(), Username=ada, Password="Correct-horse-1", Permanent=True
    )
    assert act(api, "", {"email": ADA, "role": "doctor"})[0] == HTTPStatus.CONFLICT
    assert second_invitations == [ADA]


@pytest.mark.parametrize("email", ["", "ada", "ada@north", "a b@north.example", "a@b.c\n", "@b.c"])
def test_what_is_no_address_is_refused(aws: Aws, api: Api, email: str) -> None:
    assert act(api, "", {"email": email, "role": "doctor"})[0] == 422
