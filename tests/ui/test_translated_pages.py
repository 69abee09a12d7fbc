"""No page shows a text that cannot be translated: each is rendered in a pseudo-language."""

import json
import re
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from contracts.answers import Caution, Decision, NotAssessed
from contracts.gateway_errors import BUSY, TOO_LARGE
from contracts.record import State
from contracts.rejections import Rejection
from contracts.worklist_filters import Filter
from tests.conftest import ROOT, Golden
from tests.ui.conftest import (
    PAGE,
    PAGE_KEY,
    RADIOGRAPH,
    SUBJECT,
    UNANSWERED,
    SignToken,
    log_in,
    read_form_token,
    with_visitor_cookie,
)
from tests.ui.pseudo_language import (
    CODE,
    PseudoCatalogues,
    PseudoTranslations,
    list_untranslated,
)
from tests.ui.recorded_api import RecordedApi, RecordedResponse
from ui.application import create_app
from ui.auth.session_keys import SessionKeys
from ui.language_choice import LANGUAGE_COOKIE
from ui.settings import Settings

HTMX = {"HX-Request": "true"}
TEMPLATES = sorted((ROOT / "ui" / "templates").rglob("*.html"))
_NO_TEXT = re.compile(
    r"\{% trans\b.*?\{% endtrans %\}|\{% block body_class %\}.*?\{% endblock %\}", re.DOTALL
)
_EXPRESSION = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
# What the recorded API says of patients, files and models, and codes of the field.
DATA = frozenset(
    {"default-0123abcd", "DICOM", "thorax.dcm", "PA", "North", "UTC", "JPEG", "AP", "Nord"}
    | {RADIOGRAPH, "Ada"}
)


@pytest.fixture
def pseudo_app(settings: Settings, keys: SessionKeys, app: Flask, tmp_path: Path) -> Flask:
    pseudo = create_app(settings, keys, page_key=PAGE_KEY, catalogues=PseudoCatalogues(tmp_path))
    pseudo.jinja_env.bytecode_cache = app.jinja_env.bytecode_cache
    return pseudo


class Reader:
    """A doctor or an administrator who reads the pseudo-language."""

    def __init__(self, client: FlaskClient, api: RecordedApi, golden: Golden) -> None:
        self.client, self.api = client, api
        self.fields: dict[str, Any] = golden("radiograph.json")
        client.set_cookie(LANGUAGE_COOKIE, CODE)

    def show(self, **changes: Any) -> None:
        """Reads a film, and the list that has it."""
        fields = self.fields | changes
        self.api.respond(f"GET /v1{PAGE}", RecordedResponse(body=fields))
        self.list(radiographs=[fields])
        for address in (PAGE, "/worklist"):
            self.read(address)

    def list(self, **changes: Any) -> None:
        worklist = {"radiographs": [], "cursor": None, "complete": True} | changes
        self.api.respond("GET /v1/radiographs", RecordedResponse(body=worklist))

    def read(
        self, address: str, *, status: int = 200, headers: dict[str, str] | None = None
    ) -> str:
        response = self.client.get(address, headers=headers or {})
        return self.check(address, response.status_code, response.text, status)

    def send(
        self, address: str, form: dict[str, str], *, status: int = 200, is_htmx: bool = False
    ) -> str:
        form = form | {"csrf_token": read_form_token(self.client)}
        response = self.client.post(address, data=form, headers=HTMX if is_htmx else {})
        return self.check(address, response.status_code, response.text, status)

    def follow(self, address: str, form: dict[str, str]) -> str:
        """Reads the page to which a form leads."""
        form = form | {"csrf_token": read_form_token(self.client)}
        response = self.client.post(address, data=form, follow_redirects=True)
        return self.check(address, response.status_code, response.text, 200)

    def check(self, address: str, status: int, page: str, expected: int) -> str:
        assert status == expected, address
        words = [word for word in list_untranslated(page) if word.strip(".,:;()\u2069") not in DATA]
        assert words == [], address
        return page


@pytest.fixture
def reader(
    pseudo_app: Flask, api: RecordedApi, golden: Golden, sign_token: SignToken, keys: SessionKeys
) -> Reader:
    client = with_visitor_cookie(pseudo_app.test_client())
    log_in(client, {"token": sign_token(name="7")}, keys)
    return Reader(client, api, golden)


@pytest.fixture
def administrator(
    reader: Reader, sign_token: SignToken, keys: SessionKeys, golden: Golden
) -> Reader:
    groups = {"cognito:groups": ["siteNorth", "administrator"]}
    log_in(reader.client, {"token": sign_token(name="7", **groups)}, keys)
    newest = golden("settings_version.json")
    others = [
        newest | {"number": number, "by": by} for number, by in enumerate(("deploy", SUBJECT))
    ]
    versions = {"versions": [newest, *others]}
    reader.api.respond("GET /v1/settings/versions", RecordedResponse(body=versions))
    return reader


def test_a_text_without_a_translation_is_found() -> None:
    wide = PseudoTranslations().gettext("Text")
    page = f'<p title="{wide}">{wide} <bdi>Ada</bdi> and narrow</p><img alt="Image"><br>12 MB'
    assert list_untranslated(page) == ["and", "narrow", "Image", "MB"]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_a_text_outside_of_a_message(template: Path) -> None:
    """Also where no test renders it."""
    source = _EXPRESSION.sub("", _NO_TEXT.sub("", template.read_text()))
    # One template has attributes alone.
    page = source if "<" in source else f"<p {source}>"
    assert list_untranslated(page) == []


@pytest.mark.parametrize("decision", Decision)
def test_a_film_with_an_answer(reader: Reader, decision: Decision) -> None:
    reason = "quality" if decision is Decision.NOT_ASSESSED else None
    answer = reader.fields["answer"] | {"decision": decision, "reason": reason}
    reader.show(answer=answer | {"cautions": list(Caution), "predictor": "endpoint"})
    reader.show(answer=answer | {"site_prevalence": True}, age_years=None, seconds=7200)
    reader.show(answer=answer | {"like_this_per_100": None}, burned_in_annotation=True)


@pytest.mark.parametrize("reason", NotAssessed)
def test_a_film_that_is_not_assessed(reader: Reader, reason: NotAssessed) -> None:
    answer = reader.fields["answer"] | {"decision": "not_assessed", "reason": reason}
    reader.show(answer=answer)


@pytest.mark.parametrize("reason", Rejection)
def test_a_file_that_is_not_accepted(reader: Reader, reason: Rejection) -> None:
    detail = "a PDF" if reason in (Rejection.NOT_A_PICTURE, Rejection.DOCUMENT) else ""
    reader.show(**UNANSWERED, state="rejected", rejection=reason, rejection_detail=detail)


@pytest.mark.parametrize("state", [each for each in State if each is not State.SCREENED])
def test_a_film_without_an_answer(reader: Reader, state: State) -> None:
    reader.show(**UNANSWERED, state=state, age_years=None)
    for polls in (1, 9):
        reader.read(f"{PAGE}?polls={polls}&file_sent=1", headers=HTMX)


def test_a_patient_and_doctors_who_differ(reader: Reader) -> None:
    patient = {"name": "", "patient_id": "", "sex": "F", "accession_number": "7"}
    review = reader.fields["reviews"][0]
    reviews = [
        review | {"by": "another", "finding": "other", "verdict": "neither"},
        review | {"by": "third", "finding": "no_pneumonia", "verdict": "disagree"},
        review | {"by": "fourth", "finding": None, "verdict": "disagree", "reviewer": ""},
    ]
    patient["study_date"] = "2024-03-01"
    reader.show(patient=patient, reviews=reviews, is_differing=True, is_age_corrected=True)
    own = [review | {"settles": ["a"]}, review | {"by": "another", "settles": ["a"]}]
    reader.show(patient=patient | {"sex": "O"}, reviews=own)


def test_the_other_films_of_a_patient(reader: Reader) -> None:
    patient = {"name": "7", "patient_id": "8", "sex": "F", "accession_number": ""}
    own = reader.fields | {"patient": patient | {"study_date": "2024-03-01"}, "reviews": []}
    other_patient = patient | {"name": "", "sex": "M"}
    days = ("2026-04-01", "2024-03-09", "2024-08-01", "2022-01-01", "2024-03-01", "")
    others = [
        own | {"id": f"{number:026}", "patient": other_patient | {"study_date": day}}
        for number, day in enumerate(days)
    ]
    films = {"radiograph": own, "has_patient_id": True, "has_more": True, "complete": False}
    address = f"{PAGE}/patient-films"
    for other_radiographs in (others, others[:0]):
        body = films | {"other_radiographs": other_radiographs}
        for has_id in (True, False):
            answer = RecordedResponse(body=body | {"has_patient_id": has_id})
            reader.api.respond(f"GET /v1{address}", answer)
            reader.read(address)
            reader.read(address, headers=HTMX)
    reader.api.respond(f"GET /v1{address}", RecordedResponse(status=502, body={}))
    reader.read(address, headers=HTMX)
    other = others[0]["id"]
    reader.show(patient=own["patient"])
    reader.api.respond(f"GET /v1{PAGE}", RecordedResponse(body=own))
    reader.api.respond(f"GET /v1/radiographs/{other}", RecordedResponse(body=others[0]))
    batch = RecordedResponse(body={"radiographs": [own, others[0]]})
    reader.api.respond("GET /v1/radiographs/batch", batch)
    reader.read(f"{PAGE}/compare/{other}")


def test_the_review_of_a_film(reader: Reader) -> None:
    reader.show()
    route = f"POST /v1{PAGE}"
    stored = RecordedResponse(body=reader.fields, status=201)
    reader.api.respond(f"{route}/reviews", stored)
    reader.api.respond(f"{route}/withdrawals", RecordedResponse(body=reader.fields))
    reader.send(f"{PAGE}/reviews", {"finding": "pneumonia"}, is_htmx=True)
    reader.send(f"{PAGE}/reviews", {"finding": "other"}, is_htmx=True)
    reader.send(f"{PAGE}/reviews", {"finding": "other"}, status=422)
    reader.send(f"{PAGE}/withdrawals", {"review_id": "nrsgm2tinzxgemzxw6ytboi4ds"}, is_htmx=True)
    reader.api.respond(f"{route}/age", RecordedResponse(body=reader.fields))
    reader.send(f"{PAGE}/age", {"age_years": "4"}, is_htmx=True)
    reader.send(f"{PAGE}/age", {"age_years": "x"}, is_htmx=True, status=422)


@pytest.mark.parametrize("worklist_filter", Filter)
def test_a_list(reader: Reader, worklist_filter: str) -> None:
    counts = {"counts": dict.fromkeys(Filter, 1000), "counted_at": 5, "added": 2}
    address = f"/worklist?filter={worklist_filter}"
    for films, cursor in (([], None), ([], "c1"), ([reader.fields], "c1")):
        worklist = {"radiographs": films, "cursor": cursor, "has_newer": bool(films)}
        reader.list(**worklist, complete=False, counts=counts)
        reader.read(address)
        reader.read(f"{address}&from=2026-11-01")
    for query in ("from=x", "to=x", "from=2026-11-02&to=2026-11-01"):
        reader.read(f"{address}&{query}", status=422)


def test_new_films_and_rows(reader: Reader) -> None:
    reader.show()
    counts = {"counts": {"all": 3}, "counted_at": 5, "added": 1}
    for added in (0, 1, 2):
        body = RecordedResponse(body=counts | {"added": added})
        reader.api.respond("GET /v1/radiographs/counts", body)
        reader.read("/rows?since=5&additions=7", headers=HTMX)
    batch = RecordedResponse(body={"radiographs": [reader.fields]})
    reader.api.respond("GET /v1/radiographs/batch", batch)
    reader.read(f"/rows?screening={RADIOGRAPH}", headers=HTMX)
    reader.read(f"/uploads/rows?ids={RADIOGRAPH}", headers=HTMX)


def test_a_search(reader: Reader) -> None:
    search = {"id": "a" * 26, "file_name": "12"}
    for films, cursor in (([], None), ([], "c1"), ([reader.fields], None), ([reader.fields], "c")):
        found = {"radiographs": films, "cursor": cursor, "complete": True, "search": search}
        reader.api.respond("POST /v1/radiographs/search", RecordedResponse(body=found))
        reader.send("/worklist/search", {"file_name": "12"}, is_htmx=True)
        reader.send("/worklist/search?from=2026-11-01", {"file_name": "12"}, is_htmx=True)
    gone = RecordedResponse(status=404, body={"detail": "gone"})
    found = {"radiographs": [], "cursor": None, "complete": True}
    reader.api.respond("GET /v1/radiographs", gone, RecordedResponse(body=found))
    reader.read(f"/worklist?search={'a' * 26}")


def test_the_uploads(reader: Reader, golden: Golden) -> None:
    reader.read("/")
    reader.api.respond(
        "POST /v1/radiographs", RecordedResponse(body=golden("created.json"), status=201)
    )
    form = {"file_name": "thorax.dcm", "bytes": "5", "idempotency_key": "k"}
    reader.send("/uploads", form)
    reader.send("/uploads", form | {"age_years": "x"}, status=422)


def test_the_model(reader: Reader, golden: Golden) -> None:
    reader.read("/model")
    version = golden("settings_version.json")
    version["settings"] |= {"is_demo": True, "slope": 1.5}
    reader.api.respond("GET /v1/settings", RecordedResponse(body=version))
    card = json.loads((ROOT / "models" / "model_card.json").read_text())
    card["data"] = None
    reader.api.respond("GET /v1/model", RecordedResponse(body=card | {"model_version": "7"}))
    reader.read("/model")


def test_help_and_errors(reader: Reader) -> None:
    reader.read("/help")
    reader.read("/nowhere", status=404)
    for status in (403, 404, 409, 413, 500, 502, 503):
        reader.api.respond(f"GET /v1{PAGE}", RecordedResponse(status=status, body={}))
        reader.read(PAGE, status=status)
        reader.read(PAGE, status=status, headers=HTMX)
    for error in (BUSY, TOO_LARGE):
        answer = RecordedResponse(status=429, body={"detail": error.detail})
        reader.api.respond(f"GET /v1{PAGE}", answer)
        reader.read(PAGE, status=429)
    response = reader.client.post("/settings")
    reader.check("/settings", response.status_code, response.text, 400)


def test_the_login(reader: Reader, pseudo_app: Flask) -> None:
    reader.client = with_visitor_cookie(pseudo_app.test_client())
    reader.client.set_cookie(LANGUAGE_COOKIE, CODE)
    for end in ("", "idle", "limit", "token"):
        reader.read(f"/login?expired={end}")
    reader.read("/login/finish")
    reader.read("/login/callback", status=HTTPStatus.BAD_REQUEST)


def test_the_pages_of_administrators(administrator: Reader, golden: Golden) -> None:
    administrator.read("/settings")
    for name in ("slope", "offset", "prevalence_percent", "replaces"):
        form = {"replaces": "2", "prevalence_percent": "7", "slope": "1", "offset": "0"}
        administrator.send("/settings", form | {name: "x", "age_policy": "show"}, status=422)
        extreme = {"slope": "9", "offset": "9", "prevalence_percent": "0"}.get(name, "1")
        sent = form | {name: extreme, "age_policy": "show" if name != "replaces" else "x"}
        administrator.send("/settings", sent, status=422)
    for complete in (True, False):
        body = golden("site_overview.json") | {"complete": complete}
        administrator.api.respond("GET /v1/overview", RecordedResponse(body=body))
        administrator.read("/overview")
    administrator.show()


def test_the_audit_trail_and_the_deletion_of_a_film(administrator: Reader) -> None:
    api, answer = administrator.api, administrator.fields["answer"]
    no_score = answer | {"decision": "not_assessed", "reason": "quality"}
    event = {"at": "2026-11-23T08:00:00.000Z", "by": "7", "bytes": 5, "sha256": "12"}
    events = [
        event | {"sequence": number, **fields}
        for number, fields in enumerate(
            (
                {"kind": "created", "by": ""},
                {"kind": "received", "by": SUBJECT},
                {"kind": "screened", "answer": answer, "settings_version": 2},
                {"kind": "screened", "answer": no_score},
                {"kind": "rejected", "rejection": "empty"},
                {"kind": "failed"},
                {"kind": "reviewed", "finding": "pneumonia", "verdict": "agree"},
                {"kind": "reviewed", "finding": "other", "is_adjudication": True},
                {"kind": "reviewed", "verdict": "disagree"},
                {"kind": "review_withdrawn"},
                {"kind": "age_corrected", "answer": answer, "age_years": 4},
                {"kind": "deleted", "deletion_reason": "duplicate"},
                {"kind": "deleted"},
                {"kind": "of-a-later-release"},
            ),
            start=1,
        )
    ]
    trail = {"radiograph_id": RADIOGRAPH, "openings_from": "2026-11-01", "events": events}
    for openings in ([], [{"at": event["at"], "by": "7", "name": ""}]):
        rest = {"openings": openings, "complete": False, "has_earlier_openings": True}
        api.respond(f"GET /v1{PAGE}/audit", RecordedResponse(body=trail | rest))
        administrator.read(f"{PAGE}/audit")
        administrator.read(f"{PAGE}/audit?until=2026-11-20")
    administrator.show()
    administrator.read(f"{PAGE}/deletion")
    administrator.read(f"{PAGE}/deletion?reason=duplicate")
    administrator.send(f"{PAGE}/deletion", {"reason": "none"}, status=422)
    deletion = {"at": event["at"], "by": SUBJECT, "reason": "duplicate"}
    for fields in (deletion, deletion | {"by": "7"}, deletion | {"by": "7", "reason": None}):
        gone = administrator.fields | UNANSWERED | {"state": "deleted", "deletion": fields}
        for has_files_left in (True, False):
            body = gone | {"has_files_left": has_files_left, "reviews": []}
            api.respond(f"GET /v1{PAGE}", RecordedResponse(body=body))
            administrator.read(PAGE)


def test_the_people_of_a_site(administrator: Reader) -> None:
    account = {"id": "7", "email": "7@8.9", "created_at": "2026-11-23T08:00:00.000Z"}
    accounts = [
        account | {"id": each, "roles": roles, "status": status}
        for each, roles, status in (
            (SUBJECT, ["administrator"], "active"),
            ("7", ["doctor"], "invited"),
            ("8", [], "locked"),
        )
    ]
    event = {"at": account["created_at"], "by": "7", "account": "7", "role": "doctor"}
    acts = ("invite", "change_role", "lock", "unlock", "of-a-later-release")
    events = [
        event | {"act": act, "result": result}
        for act in acts
        for result in ("open", "success", "refusal", "of-a-later-release")
    ]
    events.append(event | {"act": "lock", "account": "1"})
    for rest in ([], events):
        body = {"accounts": accounts, "events": rest}
        administrator.api.respond("GET /v1/people", RecordedResponse(body=body))
        administrator.read("/people")
    form = {"email": "7@8.9a", "role": "doctor"}
    administrator.send("/people", form | {"role": "x"}, status=422)
    administrator.send("/people", form | {"email": "x"}, status=422)
    refusal = RecordedResponse(status=409, body={"detail": ""})
    administrator.api.respond("POST /v1/people", refusal)
    administrator.follow("/people", {"email": "a@b.example", "role": "doctor"})
    change = RecordedResponse(status=201, body={"account": "7", "has_password": True})
    administrator.api.respond("POST /v1/people", change)
    administrator.follow("/people", {"email": "a@b.example", "role": "doctor"})
    administrator.api.respond("POST /v1/people", RecordedResponse(status=502, body={}))
    administrator.follow("/people", {"email": "a@b.example", "role": "doctor"})
