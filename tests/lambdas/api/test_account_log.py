"""Each act with an account is an entry of the log, also where the act or the log fails."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from unittest.mock import Mock
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from contracts.people import AccountEvent, ActResult
from lambdas import manage_accounts
from lambdas.account_log import AccountLog
from tests.lambdas.api.people_calls import ADA, act, invite, list_accounts
from tests.lambdas.calls import ADMINISTRATOR, DOCTOR, Api, Aws


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
