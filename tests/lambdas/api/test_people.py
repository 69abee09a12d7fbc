"""Administrators look after the accounts of their own site, and never lock themselves out."""

import json
import time
from collections.abc import Callable
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from contracts.people import AccountEvent, ActResult
from lambdas import clients, manage_accounts
from lambdas.account_log import AccountLog
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

ADA = "ada@north.example"
BOSS = "admin@north.example"


def act(
    api: Api, path: str, body: Any = None, *, claims: dict[str, str] = ADMINISTRATOR
) -> tuple[int, Any]:
    return api("POST", f"/people{path}", body=body, claims=claims)


def invite(
    api: Api,
    email: str = ADA,
    role: str = "doctor",
    *,
    claims: dict[str, str] = ADMINISTRATOR,
) -> str:
    """Returns the account's id."""
    status, change = act(api, "", {"email": email, "role": role}, claims=claims)
    assert status == HTTPStatus.CREATED, change
    return str(change["account"])


def list_accounts(api: Api) -> dict[str, Any]:
    status, people = api("GET", "/people", claims=ADMINISTRATOR)
    assert status == HTTPStatus.OK, people
    return {each["email"]: each for each in people["accounts"]}


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


def test_each_act_is_an_entry_that_names_ids_alone(aws: Aws, api: Api) -> None:
    ada = invite(api)
    act(api, f"/{ada}/role", {"role": "administrator"})
    act(api, f"/{ada}/lock")
    _, people = api("GET", "/people", claims=ADMINISTRATOR)
    events = [(each["act"], each["role"], each["account"], each["by"]) for each in people["events"]]
    by = ADMINISTRATOR["sub"]
    assert events == [
        ("lock", None, ada, by),
        ("change_role", "administrator", ada, by),
        ("invite", "doctor", ada, by),
    ]
    for entry in aws.s3.list_objects_v2(Bucket="facts", Prefix="accounts/siteNorth/")["Contents"]:
        content = aws.s3.get_object(Bucket="facts", Key=entry["Key"])["Body"].read()
        assert b"example" not in content + entry["Key"].encode()


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


@pytest.fixture
def break_function(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes the accounts function fail after a method has done its work."""

    def break_after(method: str) -> None:
        function = getattr(manage_accounts.SiteAccounts, method)

        def fail(*arguments: Any, **options: Any) -> None:
            function(*arguments, **options)
            raise TimeoutError

        monkeypatch.setattr(manage_accounts.SiteAccounts, method, fail)

    return break_after


def test_a_list_that_fails_fails_no_act(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(manage_accounts.SiteAccounts, "list_all", None)
        ada = invite(api)
        assert act(api, f"/{ada}/lock")[0] == HTTPStatus.OK
        assert api("GET", "/people", claims=ADMINISTRATOR)[0] == HTTPStatus.SERVICE_UNAVAILABLE
    assert list_accounts(api)[ADA]["status"] == "locked"


@pytest.mark.parametrize("name", ["invite", "lock"])
def test_an_act_without_an_answer_is_an_entry_and_not_repeated(
    aws: Aws, api: Api, break_function: Callable[[str], None], name: str
) -> None:
    """503 would be repeated by the page. The sessions end, since the lock may have been done."""
    ada = invite(api)
    break_function("invite" if name == "invite" else "set_lock")
    body = {"email": "bo@north.example", "role": "doctor"}
    response = act(api, "", body) if name == "invite" else act(api, f"/{ada}/lock")
    assert response[0] == HTTPStatus.BAD_GATEWAY and "may have been made" in response[1]["detail"]
    _, people = api("GET", "/people", claims=ADMINISTRATOR)
    events = [(each["act"], each["result"]) for each in people["events"]]
    assert events == [(name, "open"), ("invite", "success")]
    claims = {**DOCTOR, "sub": ada, "jti": str(uuid4())}
    assert api("GET", "/session", claims=claims)[0] == (401 if name == "lock" else 204)


def test_a_lock_ends_the_sessions_where_its_result_cannot_be_stored(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = invite(api)
    add = AccountLog.add

    def add_intention(log: AccountLog, site: str, event: AccountEvent) -> None:
        if event.result is not ActResult.OPEN:
            raise ClientError({"Error": {"Code": "SlowDown"}}, "PutObject")
        add(log, site, event)

    monkeypatch.setattr(AccountLog, "add", add_intention)
    assert act(api, f"/{ada}/lock")[0] == HTTPStatus.OK
    assert api("GET", "/session", claims={**DOCTOR, "sub": ada, "jti": str(uuid4())})[0] == 401
    _, people = api("GET", "/people", claims=ADMINISTRATOR)
    assert [each["result"] for each in people["events"]] == ["open", "success"]


def test_nothing_is_done_where_the_log_takes_no_entry(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = invite(api)
    error = ClientError({"Error": {"Code": "SlowDown"}}, "PutObject")
    with monkeypatch.context() as patch:
        patch.setattr(AccountLog, "add", Mock(side_effect=error))
        assert act(api, f"/{ada}/lock")[0] == HTTPStatus.SERVICE_UNAVAILABLE
    assert list_accounts(api)[ADA]["status"] == "invited"


@pytest.mark.parametrize("content", [b"no JSON", b"{}", b"[" * 100_000])
def test_an_entry_that_cannot_be_read_is_left_out(aws: Aws, api: Api, content: bytes) -> None:
    invite(api)
    [_, first] = aws.s3.list_objects_v2(Bucket="facts", Prefix="accounts/siteNorth/")["Contents"]
    _, people = api("GET", "/people", claims=ADMINISTRATOR)
    assert people["complete"]
    aws.s3.put_object(Bucket="facts", Key=f"{first['Key']}-later", Body=content)
    status, people = api("GET", "/people", claims=ADMINISTRATOR)
    assert (status, people["complete"]) == (HTTPStatus.OK, False)
    assert [each["act"] for each in people["events"]] == ["invite"]


def test_no_text_but_an_id_comes_into_the_log(aws: Aws, api: Api) -> None:
    assert act(api, "/Ada Lovelace/lock")[0] == HTTPStatus.NOT_FOUND
    _, people = api("GET", "/people", claims=ADMINISTRATOR)
    assert people["events"] == []


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
