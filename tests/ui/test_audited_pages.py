"""`make audit-ui` audits each page of the product."""

from collections import defaultdict
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.exceptions import NotFound

from benchmarks.audit_ui.states import list_states
from tests.ui.conftest import RADIOGRAPH

# They answer with a redirect, a part of a page or a file.
NO_PAGES = {
    "files.report",
    "files.table",
    "language.script_texts",
    "login.frame",
    "login.state",
    "login.window",
    "reviews.page",
    "rows.changed",
    "static",
    "uploads.rows",
}


def test_each_page_is_audited(app: Flask) -> None:
    adapter = app.url_map.bind("localhost")
    endpoints = set()
    for state in list_states(defaultdict(lambda: RADIOGRAPH)):
        try:
            endpoints.add(adapter.match(urlsplit(state.path).path)[0])
        except NotFound:
            assert state.name == "error"
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert endpoints == pages - NO_PAGES
