"""Calls by which an administrator looks after accounts."""

from http import HTTPStatus
from typing import Any

from tests.lambdas.calls import ADMINISTRATOR, Api

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
