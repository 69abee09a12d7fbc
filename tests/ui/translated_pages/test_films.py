"""Each page of a film can be translated as a whole."""

import pytest

from contracts.answers import Caution, Decision, NotAssessed
from contracts.record import State
from contracts.rejections import Rejection
from tests.ui.conftest import (
    PAGE,
    UNANSWERED,
)
from tests.ui.recorded_api import RecordedResponse
from tests.ui.translated_pages.conftest import HTMX, Reader


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
