"""The page answers any request of anybody with less than 500: random queries, headers and forms."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder

from tests.ui.conftest import RADIOGRAPH

ADDRESSES = st.sampled_from(
    [
        "/",
        "/login",
        "/login/start",
        "/login/callback",
        "/login/window",
        "/login/frame",
        "/login/finish",
        "/login/session",
        "/logout",
        "/uploads",
        "/worklist",
        "/worklist/search",
        f"/radiographs/{RADIOGRAPH}",
        "/rows",
        "/uploads/rows",
        f"/radiographs/{RADIOGRAPH}/reviews",
        f"/radiographs/{RADIOGRAPH}/audit",
        "/help",
        "/model",
        "/overview",
        "/settings",
        "/people",
        "/people/any/role",
        "/settings/restore",
        "/no-such-page",
    ]
)
BAD_URLS = st.sampled_from(["http://[bad", "//[", "http://a:b:c", "\\\\x", "javascript:0", "/%ff"])
TEXTS = BAD_URLS | st.text(max_size=30)
HEADER_TEXTS = BAD_URLS | st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=30)
RAW_QUERIES = st.sampled_from(["next=%ff", "cursor=%00", "q=%ed%a0%80", "=&&=", "%", "next[]=1"])
NAMES = st.sampled_from(
    [
        "next",
        "expired",
        "filter",
        "cursor",
        "page",
        "q",
        "file_name",
        "bytes",
        "age_years",
        "wait",
        "idempotency_key",
        "finding",
        "replaces",
        "restores",
        "prevalence_percent",
        "slope",
        "offset",
        "age_policy",
        "note",
        "state",
        "code",
        "check",
        "error",
        "file_sent",
        "polls",
        "screening",
        "upload",
        "csrf_token",
    ]
)
HEADERS = st.sampled_from(
    [
        *("HX-Request", "HX-Current-URL", "Referer", "Origin", "Cookie", "Accept", "X-CSRFToken"),
        "Sec-Fetch-Mode",
    ]
)


@pytest.fixture(params=["visitor", "doctor"])
def person(request: pytest.FixtureRequest) -> FlaskClient:
    client: FlaskClient = request.getfixturevalue(request.param)
    return client


@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    method=st.sampled_from(["GET", "POST"]),
    address=ADDRESSES,
    query=st.dictionaries(NAMES, TEXTS, max_size=3) | RAW_QUERIES,
    headers=st.dictionaries(HEADERS, HEADER_TEXTS, max_size=3),
    form=st.dictionaries(NAMES, TEXTS, max_size=4),
)
@example("GET", "/login", {"next": "http://[bad"}, {}, {})
@example("GET", "/login/start", {"next": "http://[bad"}, {}, {})
@example("GET", "/worklist", {}, {"HX-Request": "1", "HX-Current-URL": "http://[bad"}, {})
@example("POST", "/uploads", {}, {"Referer": "http://[bad"}, {})
def test_no_request_is_an_error_of_the_page(
    app: Flask,
    person: FlaskClient,
    method: str,
    address: str,
    query: dict[str, str] | str,
    headers: dict[str, str],
    form: dict[str, str],
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    builder = EnvironBuilder(
        path=address, method=method, query_string=query, headers=list(headers.items()), data=form
    )
    status = person.open(builder).status_code
    assert status < 500 or status in (502, 503, 504)
