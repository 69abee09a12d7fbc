"""Each page of administrators can be translated as a whole."""

from typing import Any

from tests.conftest import Golden
from tests.ui.conftest import (
    PAGE,
    RADIOGRAPH,
    SUBJECT,
    UNANSWERED,
)
from tests.ui.recorded_api import RecordedResponse
from tests.ui.translated_pages.conftest import Reader


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
    account: dict[str, Any] = {
        "id": "7",
        "email": "7@8.9",
        "created_at": "2026-11-23T08:00:00.000Z",
    }
    accounts = [
        account | {"id": each, "roles": roles, "status": status, "last_login": last_login}
        for each, roles, status, last_login in (
            (SUBJECT, ["administrator"], "active", account["created_at"]),
            ("7", ["doctor"], "invited", None),
            ("8", [], "locked", None),
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
