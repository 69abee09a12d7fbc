"""The API answers any JSON, query and key of any account with a status below 500."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.lambdas.calls import DOCTOR, SOUTH, Api, Aws

REQUEST_FIELDS = ["file_name", "bytes", "age_years", "finding", "note"]
SETTINGS_FIELDS = ["replaces", "restores", "prevalence", "slope", "offset", "age_policy", "reason"]
NAMES = st.sampled_from([*REQUEST_FIELDS, *SETTINGS_FIELDS, "\ud800", "", "a"])
NUMBERS = st.integers() | st.floats() | st.sampled_from([10**400, -1, 0, 120.0])
TEXTS = st.text(max_size=20) | st.sampled_from(["agree", "\ud800", "\0", "a" * 3000])
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda values: st.lists(values, max_size=3) | st.dictionaries(NAMES, values, max_size=3),
    max_leaves=5,
)
BODIES = VALUES | st.dictionaries(NAMES, VALUES, max_size=5)
ACCOUNTS = {
    "doctor": DOCTOR,
    "another site": SOUTH,
    "administrator": {**DOCTOR, "cognito:groups": "siteNorth,administrator"},
    "no role": {**DOCTOR, "cognito:groups": "siteNorth"},
    "two sites": {**DOCTOR, "cognito:groups": "siteNorth,siteSouth,doctor"},
    "access token": {**DOCTOR, "token_use": "access"},
}
SETTINGS = ["/settings/versions", "/settings/restore"]
ADDRESSES = ["/radiographs", "/radiographs/search", "/radiographs/ID", "/radiographs/ID/reviews"]


@pytest.mark.parametrize("account", ACCOUNTS)
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    method=st.sampled_from(["GET", "POST", "PUT"]),
    address=st.sampled_from([*ADDRESSES, "/model", "/settings", *SETTINGS, "/" + "x" * 300]),
    body=st.none() | BODIES,
    query=st.dictionaries(
        st.sampled_from(["wait", "filter", "cursor", "x"]),
        TEXTS | st.sampled_from(["NaN", "1e400", "all"]),
        max_size=2,
    ),
    key=st.none() | TEXTS,
)
def test_no_request_is_an_error_of_the_api(
    aws: Aws,
    api: Api,
    account: str,
    method: str,
    address: str,
    body: Any,
    query: dict[str, str],
    key: str | None,
) -> None:
    path = address.replace("ID", "mzxw6ytboi4dsnrsgm2tinzxge")
    status, _ = api(
        method, path, body=json.dumps(body), query=query, key=key, claims=ACCOUNTS[account]
    )
    assert 200 <= status < 500
    if account in ("no role", "two sites", "access token"):
        assert status >= 400
