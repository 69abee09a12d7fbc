"""A corrected age is a fact, and the answer follows from it without another prediction."""

import json
from typing import Any

import pytest

from lambdas.api.services import services
from tests.lambdas.calls import ADMINISTRATOR, DOCTOR, SOUTH, Api, Aws, read_view, screen_phantom
from tests.lambdas.conflicts import OtherWriter

COLLEAGUE = {**DOCTOR, "sub": "another-doctor"}


def correct(api: Api, radiograph: str, age: Any, **options: Any) -> tuple[int, Any]:
    return api("POST", f"/radiographs/{radiograph}/age", body={"age_years": age}, **options)


def test_an_age_outside_withholds_the_answer_and_back(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api)
    first = read_view(api, radiograph)["answer"]
    assert "age_unknown" in first["cautions"]
    status, view = correct(api, radiograph, 10)
    assert (status, view["age_years"], view["is_age_corrected"]) == (201, 10, True)
    assert (view["answer"]["decision"], view["answer"]["reason"]) == ("not_assessed", "age")
    assert view["answer"]["logit"] == first["logit"]
    status, view = correct(api, radiograph, 3, claims=COLLEAGUE)
    cautions = [caution for caution in first["cautions"] if caution != "age_unknown"]
    assert view["answer"] == {**first, "cautions": cautions}
    _, view = correct(api, radiograph, None)
    assert view["answer"] == first
    assert aws.fact_kinds(radiograph)[3:] == ["age_corrected"] * 3
    assert read_view(api, radiograph) == view


def test_the_same_age_again_is_no_fact(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api, age_years=3)
    assert correct(api, radiograph, 3)[0] == 200
    assert aws.fact_kinds(radiograph)[-1] == "screened"


def test_a_review_keeps_its_finding_and_is_compared_anew(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api, age_years=3)
    decision = read_view(api, radiograph)["answer"]["decision"]
    path = f"/radiographs/{radiograph}/reviews"
    _, view = api("POST", path, body={"finding": decision})
    assert view["reviews"][0]["verdict"] == "agree"
    _, view = correct(api, radiograph, 40)
    assert (view["reviews"][0]["finding"], view["reviews"][0]["verdict"]) == (decision, "neither")


def test_the_settings_that_count_now_apply(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    sites = {"siteNorth": {"prevalence": 0.1, "age_policy": "show"}}
    monkeypatch.setenv("SITES", json.dumps(sites))
    radiograph = screen_phantom(aws, api, age_years=3)
    change = {"replaces": 1, "prevalence": 0.3, "age_policy": "show"}
    api("POST", "/settings/versions", body=change, claims=ADMINISTRATOR)
    _, view = correct(api, radiograph, 10)
    assert (view["answer"]["prevalence"], view["answer"]["cautions"]) == (0.3, ["age_outside"])
    assert aws.facts(radiograph)[-1]["settings_version"] == 2


def test_two_corrections_at_once_are_both_facts(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api)
    OtherWriter(aws.s3, key_end="000004.json", write=lambda: correct(api, radiograph, 4))
    _, view = correct(api, radiograph, 5)
    assert [fact.get("age_years") for fact in aws.facts(radiograph)[3:]] == [4, 5]
    assert view["age_years"] == 5


@pytest.mark.parametrize("age", [-1, 121, 3.5, "3", True])
def test_an_age_that_is_none_is_refused(aws: Aws, api: Api, age: Any) -> None:
    status, problem = correct(api, screen_phantom(aws, api), age)
    assert (status, "age_years" in problem["detail"]) == (422, True)


@pytest.mark.parametrize(("claims", "status"), [(ADMINISTRATOR, 403), (SOUTH, 404)])
def test_only_doctors_of_the_site_correct_an_age(
    aws: Aws, api: Api, claims: dict[str, str], status: int
) -> None:
    radiograph = screen_phantom(aws, api)
    assert correct(api, radiograph, 3, claims=claims)[0] == status
    assert aws.fact_kinds(radiograph)[-1] == "screened"


def test_before_an_answer_there_is_nothing_to_correct(api: Api) -> None:
    assert correct(api, api.create(), 3)[0] == 409


def test_without_the_card_of_its_model_nothing_is_stored(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api)
    version = read_view(api, radiograph)["answer"]["model_version"]
    card = f"models/{version}/model_card.json"
    content = aws.s3.get_object(Bucket="models", Key=card)["Body"].read()
    aws.s3.delete_object(Bucket="models", Key=card)
    try:
        assert correct(api, radiograph, 3)[0] == 503
    finally:
        aws.s3.put_object(Bucket="models", Key=card, Body=content)
    assert aws.facts(radiograph)[-1]["kind"] == "screened"


def test_the_settings_of_the_deployment_apply_where_the_site_has_none_yet(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A film that was screened before the site had settings."""
    radiograph = screen_phantom(aws, api, age_years=3)
    assert read_view(api, radiograph)["answer"]["prevalence"] == 0.5
    monkeypatch.setenv("SITES", json.dumps({"siteNorth": {"prevalence": 0.1}}))
    services.cache_clear()
    status, view = correct(api, radiograph, 4)
    assert (status, view["answer"]["prevalence"]) == (201, 0.1)
