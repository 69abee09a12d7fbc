"""One review of each doctor stands; it is replaced and withdrawn by facts, and told apart."""

import json
from typing import Any

import pytest

from contracts import keys
from contracts.metrics import Metric
from local.log_metrics import parse_metrics
from tests.lambdas.calls import (
    ADMINISTRATOR,
    DOCTOR,
    PNG,
    SOUTH,
    Api,
    Aws,
    list_worklist,
    run_screening,
    screen_phantom,
)

COLLEAGUE = {**DOCTOR, "sub": "another-doctor"}


def review(api: Api, radiograph: str, finding: str, **options: Any) -> tuple[int, Any]:
    body = {"finding": finding, "note": options.pop("note", "")}
    return api("POST", f"/radiographs/{radiograph}/reviews", body=body, **options)


def withdraw(api: Api, radiograph: str, review_id: str, **options: Any) -> tuple[int, Any]:
    body = {"review_id": review_id}
    return api("POST", f"/radiographs/{radiograph}/withdrawals", body=body, **options)


def findings(view: Any) -> list[str]:
    return [each["finding"] for each in view["reviews"]]


def test_a_review_replaces_the_doctors_own_and_no_other(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api)
    review(api, radiograph, "pneumonia", note="Left.")
    review(api, radiograph, "other", claims=COLLEAGUE)
    status, view = review(api, radiograph, "no_pneumonia")
    assert (status, findings(view)) == (201, ["other", "no_pneumonia"])
    assert view["reviews"][-1]["note"] == ""
    assert aws.fact_kinds(radiograph)[3:] == ["reviewed"] * 3


@pytest.mark.parametrize("key", [None, "another-key"])
def test_an_identical_review_is_ignored(aws: Aws, api: Api, key: str | None) -> None:
    radiograph = screen_phantom(aws, api)
    review(api, radiograph, "pneumonia", note="Left.")
    status, view = review(api, radiograph, "pneumonia", note="Left.", key=key)
    assert (status, len(view["reviews"])) == (200, 1)
    assert review(api, radiograph, "pneumonia", note="Right.", key=key)[0] == 201
    assert aws.fact_kinds(radiograph)[3:] == ["reviewed", "reviewed"]


def test_a_withdrawal_restores_the_review_before(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api)
    review(api, radiograph, "pneumonia", note="Left.")
    _, view = review(api, radiograph, "other", note="A mass.")
    status, view = withdraw(api, radiograph, view["reviews"][0]["review_id"])
    assert (status, findings(view), view["reviews"][0]["note"]) == (200, ["pneumonia"], "Left.")
    _, view = withdraw(api, radiograph, view["reviews"][0]["review_id"])
    assert view["reviews"] == []
    assert aws.fact_kinds(radiograph)[3:] == ["reviewed"] * 2 + ["review_withdrawn"] * 2
    [listed] = list_worklist(api).radiographs
    assert listed.reviews == ()


def test_the_same_withdrawal_twice_is_one(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api)
    _, view = review(api, radiograph, "pneumonia")
    review_id = view["reviews"][0]["review_id"]
    assert [withdraw(api, radiograph, review_id)[0] for _ in range(2)] == [200, 200]
    assert aws.fact_kinds(radiograph)[3:] == ["reviewed", "review_withdrawn"]


def test_a_request_that_comes_late_restores_no_review(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api)
    _, view = review(api, radiograph, "pneumonia", key="k1")
    withdraw(api, radiograph, view["reviews"][0]["review_id"])
    status, view = review(api, radiograph, "pneumonia", key="k1")
    assert (status, view["reviews"]) == (200, [])


@pytest.mark.parametrize(
    ("claims", "status"), [(COLLEAGUE, 404), (ADMINISTRATOR, 403), (SOUTH, 404)]
)
def test_only_its_doctor_withdraws_a_review(
    aws: Aws, api: Api, claims: dict[str, str], status: int
) -> None:
    radiograph = screen_phantom(aws, api)
    _, view = review(api, radiograph, "pneumonia")
    review_id = view["reviews"][0]["review_id"]
    assert withdraw(api, radiograph, review_id, claims=claims)[0] == status
    assert aws.fact_kinds(radiograph)[-1] == "reviewed"


def test_a_review_that_was_replaced_is_not_withdrawn(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api)
    _, view = review(api, radiograph, "pneumonia")
    review(api, radiograph, "other")
    status, problem = withdraw(api, radiograph, view["reviews"][0]["review_id"])
    assert (status, "replaced or withdrawn" in problem["detail"]) == (404, True)


def test_a_withdrawal_before_an_answer_is_refused(api: Api) -> None:
    assert withdraw(api, api.create(), "any")[0] == 409


def test_the_metric_counts_agreement(
    aws: Aws, api: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    radiograph = screen_phantom(aws, api)
    review(api, radiograph, "cannot_tell")
    metrics = parse_metrics(capsys.readouterr().out.splitlines())
    [dimensions] = [each.dimensions for each in metrics if each.name == Metric.REVIEWED]
    assert dimensions["verdict"] == "neither"


@pytest.mark.parametrize("finding", ["pneumonia", "no_pneumonia", "cannot_tell", "other"])
def test_a_film_that_is_not_assessed_takes_each_finding_as_a_label(
    aws: Aws, api: Api, finding: str
) -> None:
    radiograph = api.create("ramp")
    aws.upload(radiograph, PNG)
    run_screening(radiograph)
    _, view = api("GET", f"/radiographs/{radiograph}")
    assert view["answer"]["decision"] == "not_assessed"
    status, view = review(api, radiograph, finding)
    assert (status, findings(view), view["reviews"][0]["verdict"]) == (201, [finding], "neither")


@pytest.mark.parametrize("finding", ["pneumonia", "no_pneumonia"])
def test_a_film_with_an_uncertain_answer_takes_a_finding_as_a_label(
    aws: Aws, api: Api, finding: str
) -> None:
    radiograph = screen_phantom(aws, api, age_years=3)
    key = keys.fact(radiograph, 3)
    fact = aws.facts(radiograph)[-1]
    fact["answer"]["decision"] = "uncertain"
    aws.s3.put_object(Bucket="facts", Key=key, Body=json.dumps(fact))
    aws.redis.flushall()
    aws.s3.delete_object(Bucket="pictures", Key=keys.identity(radiograph))
    status, view = review(api, radiograph, finding)
    assert (status, view["answer"]["decision"]) == (201, "uncertain")
    assert (findings(view), view["reviews"][0]["verdict"]) == ([finding], "neither")
