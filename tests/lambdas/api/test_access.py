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
from tests.lambdas.calls import DOCTOR, Api, Aws, screen_phantom

# The status that a route returns to each role: first for a radiograph of the own site, then for one
# of another site, which is as if it did not exist. A route without a radiograph has one status.
DOCTORS, ADMINISTRATORS = frozenset({Role.DOCTOR}), frozenset({Role.ADMINISTRATOR})
BOTH = DOCTORS | ADMINISTRATORS
RULES: dict[tuple[str, str], dict[frozenset[Role], tuple[int, ...]]] = {
    ("POST", "/v1/radiographs"): {DOCTORS: (201,), ADMINISTRATORS: (201,), BOTH: (201,)},
    ("GET", "/v1/radiographs"): {DOCTORS: (200,), ADMINISTRATORS: (200,), BOTH: (200,)},
    ("POST", "/v1/radiographs/search"): {DOCTORS: (200,), ADMINISTRATORS: (200,), BOTH: (200,)},
    ("GET", "/v1/radiographs/{radiograph}"): {
        DOCTORS: (200, 404),
        ADMINISTRATORS: (200, 404),
        BOTH: (200, 404),
    },
    ("POST", "/v1/radiographs/{radiograph}/reviews"): {
        DOCTORS: (201, 404),
        ADMINISTRATORS: (403, 403),
        BOTH: (201, 404),
    },
    ("GET", "/v1/session"): {DOCTORS: (204,), ADMINISTRATORS: (204,), BOTH: (204,)},
    ("POST", "/v1/logout"): {DOCTORS: (204,), ADMINISTRATORS: (204,), BOTH: (204,)},
    ("GET", "/v1/model"): {DOCTORS: (200,), ADMINISTRATORS: (200,), BOTH: (200,)},
}
BODIES: dict[str, Any] = {
    "/v1/radiographs": {"file_name": "thorax.png", "bytes": 1000},
    "/v1/radiographs/search": {"file_name": "thorax"},
    "/v1/radiographs/{radiograph}/reviews": {"verdict": "agree"},
}


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
        views = [body["radiograph"]] if "radiograph" in body else body["radiographs"]
        assert all(view["state"] == "awaiting_upload" for view in views), (method, path)


@pytest.mark.parametrize("route", RULES, ids=" ".join)
@pytest.mark.parametrize(
    "changes",
    [
        {"cognito:groups": ""},
        {"cognito:groups": "doctor"},
        {"cognito:groups": "siteNorth"},
        {"cognito:groups": "siteNorth,siteSouth,doctor"},
        {"cognito:groups": "siteNorth,Doctor"},
        {"cognito:groups": "sitenorth,doctor"},
        {"token_use": "access"},
    ],
    ids=str,
)
def test_who_has_no_one_site_and_role_gets_nothing(
    api: Api, route: tuple[str, str], changes: dict[str, str]
) -> None:
    status, problem = call(api, route, "a" * 26, {**DOCTOR, **changes})
    assert (status, "administrator" in problem["detail"]) == (403, True)
