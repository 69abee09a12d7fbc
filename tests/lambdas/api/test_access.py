"""Calls every route with every role, for the user's own site and for another site.

The routes come from the API itself, so that a new route without a rule fails.
"""

import json
from itertools import product
from typing import Any
from uuid import uuid4

import pytest

from contracts.access import Role
from lambdas.api.handler import app
from reliability.attack.access_rules import (
    ADMINISTRATORS,
    BAD_GROUPS,
    BODIES,
    BOTH,
    DOCTORS,
    RULES,
)
from tests.lambdas.calls import DOCTOR, Api, Aws, screen_phantom


@pytest.fixture(autouse=True)
def sites(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both sites have settings."""
    settings = {"prevalence": 0.1}
    monkeypatch.setenv("SITES", json.dumps({"siteNorth": settings, "siteSouth": settings}))


def claims(site: str, roles: frozenset[Role]) -> dict[str, str]:
    groups = ",".join([site, *sorted(roles)])
    return {**DOCTOR, "cognito:groups": groups, "jti": str(uuid4())}


def call(
    api: Api, route: tuple[str, str], radiograph: str, user: dict[str, str]
) -> tuple[int, Any]:
    method, path = route
    return api(
        method,
        path.removeprefix("/v1").replace("{radiograph}", radiograph),
        body=BODIES.get(path) if method == "POST" else None,
        key="a-key" if method == "POST" else None,
        claims=user,
    )


def test_every_route_has_a_rule() -> None:
    schema = json.loads(app.get_openapi_json_schema())
    routes = {
        (method.upper(), path) for path, methods in schema["paths"].items() for method in methods
    }
    assert routes == RULES.keys()
    assert all(rules.keys() == {DOCTORS, ADMINISTRATORS, BOTH} for rules in RULES.values())


@pytest.mark.parametrize(
    ("route", "roles"),
    list(product(RULES, (DOCTORS, ADMINISTRATORS, BOTH))),
    ids=lambda part: " ".join(sorted(part) if isinstance(part, frozenset) else part),
)
def test_a_role_gets_what_the_rule_says(
    aws: Aws, api: Api, route: tuple[str, str], roles: frozenset[Role]
) -> None:
    radiograph = screen_phantom(aws, api)
    own, *other = RULES[route][roles]
    assert call(api, route, radiograph, claims("siteNorth", roles))[0] == own
    for status in other:
        assert call(api, route, radiograph, claims("siteSouth", roles))[0] == status


def test_lists_and_searches_hold_the_own_site_alone(aws: Aws, api: Api) -> None:
    screen_phantom(aws, api)
    for method, path in RULES:
        if "/radiographs" not in path or "{radiograph}" in path:
            continue
        _, body = call(api, (method, path), "", claims("siteSouth", BOTH))
        if isinstance(body, bytes):  # A file: `test_files` looks for rows in it.
            continue
        if path.endswith("/counts"):
            assert not any(body["counts"].values()), (method, path)
            continue
        views = [body["radiograph"]] if "radiograph" in body else body["radiographs"]
        assert all(view["state"] == "awaiting_upload" for view in views), (method, path)


@pytest.mark.parametrize("route", RULES, ids=" ".join)
@pytest.mark.parametrize(
    "changes",
    [
        *({"cognito:groups": groups} for groups in BAD_GROUPS),
        {"token_use": "access"},
    ],
    ids=str,
)
def test_who_has_no_one_site_and_role_gets_nothing(
    api: Api, route: tuple[str, str], changes: dict[str, str]
) -> None:
    status, problem = call(api, route, "a" * 26, {**DOCTOR, **changes})
    assert (status, "administrator" in problem["detail"]) == (403, True)
