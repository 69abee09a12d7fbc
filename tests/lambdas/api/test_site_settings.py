"""Administrators change the settings of their site in versions, and undo a change by another."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.lambdas.calls import ADMINISTRATOR, CHEST, SOUTH, Api, Aws, run_screening

CHANGE = {
    "replaces": 1,
    "prevalence": 0.2,
    "slope": 1.1,
    "offset": -0.3,
    "age_policy": "show",
    "requires_age": True,
}


@pytest.fixture(autouse=True)
def sites(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITES", '{"siteNorth": {"prevalence": 0.1, "is_demo": true}}')


def change(api: Api, **fields: Any) -> tuple[int, Any]:
    body = {**CHANGE, **fields}
    return api("POST", "/settings/versions", body=body, claims=ADMINISTRATOR)


def restore(api: Api, **body: int) -> tuple[int, Any]:
    return api("POST", "/settings/restore", body=body, claims=ADMINISTRATOR)


def test_a_doctor_sees_the_values_of_the_deploy_as_version_1(api: Api) -> None:
    status, version = api("GET", "/settings")
    assert (status, version["number"], version["by"]) == (200, 1, "deploy")
    assert version["settings"]["prevalence"] == 0.1
    assert version["settings"]["is_demo"] is True


def test_a_change_is_a_version_with_its_author(api: Api) -> None:
    status, version = change(api, reason="Winter")
    assert (status, version["number"], version["reason"]) == (201, 2, "Winter")
    assert version["by"] == ADMINISTRATOR["sub"]
    assert version["settings"] == {
        "prevalence": 0.2,
        "slope": 1.1,
        "offset": -0.3,
        "age_policy": "show",
        "requires_age": True,
        "is_demo": False,
        "blind_share": 0.0,
        "allows_training": False,
    }
    assert api("GET", "/settings")[1] == version


def test_a_change_of_other_values_keeps_blind_readings_and_consent(api: Api) -> None:
    """As from the page of a release before, which does not send them."""
    assert change(api, blind_share=0.03, allows_training=True)[0] == 201
    status, version = change(api, replaces=2, prevalence=0.3)
    assert (status, version["settings"]["blind_share"]) == (201, 0.03)
    assert version["settings"]["allows_training"] is True
    assert change(api, replaces=2, prevalence=0.3) == (200, version)
    _, withdrawn = change(api, replaces=3, blind_share=0, allows_training=False)
    assert withdrawn["settings"]["blind_share"] == 0
    assert withdrawn["settings"]["allows_training"] is False


def test_a_change_counts_for_the_next_answer(aws: Aws, api: Api) -> None:
    change(api)
    radiograph = api.create(age_years=10)
    aws.upload(radiograph, CHEST)
    run_screening(radiograph)
    answer = api("GET", f"/radiographs/{radiograph}")[1]["answer"]
    assert (answer["prevalence"], answer["cautions"]) == (0.2, ["age_outside"])
    assert aws.facts(radiograph)[-1]["settings_version"] == 2


def test_undo_writes_the_earlier_values_as_a_new_version(api: Api) -> None:
    change(api)
    status, version = restore(api, replaces=2, restores=1)
    assert (status, version["number"]) == (201, 3)
    assert version["reason"] == "The values of version 1 again"
    _, history = api("GET", "/settings/versions", claims=ADMINISTRATOR)
    assert [each["number"] for each in history["versions"]] == [3, 2, 1]
    assert history["versions"][0]["settings"] == history["versions"][2]["settings"]


def test_of_two_writers_one_is_refused(api: Api) -> None:
    def write(prevalence: float) -> int:
        return change(api, prevalence=prevalence)[0]

    api("GET", "/settings")
    with ThreadPoolExecutor(2) as pool:
        statuses = list(pool.map(write, (0.3, 0.4)))
    assert sorted(statuses) == [201, 409]


@pytest.mark.parametrize("replaces", [1, 3])
def test_a_change_of_another_version_than_the_newest_is_refused(api: Api, replaces: int) -> None:
    change(api)
    status, problem = change(api, replaces=replaces, prevalence=0.5)
    assert (status, "Nothing was stored" in problem["detail"]) == (409, True)
    assert restore(api, replaces=replaces, restores=1)[0] == 409


def test_the_same_request_twice_is_one_version(api: Api) -> None:
    _, first = change(api)
    assert change(api) == (200, first)


def test_an_unknown_version_cannot_be_used_again(api: Api) -> None:
    assert restore(api, replaces=1, restores=7)[0] == 404


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"prevalence": 0}, "prevalence: Input should be greater than 0"),
        ({"prevalence": 1}, "prevalence: Input should be less than 1"),
        ({"prevalence": "0.2"}, "prevalence: Input should be a valid number"),
        ({"slope": 0}, "slope: Input should be greater than or equal to 0.25"),
        ({"slope": 5}, "slope: Input should be less than or equal to 4"),
        ({"offset": -4.5}, "offset: Input should be greater than or equal to -4"),
        ({"age_policy": "hide"}, "age_policy: Input should be 'withhold' or 'show'"),
        ({"blind_share": 0.06}, "blind_share: Input should be less than or equal to 0.05"),
        ({"blind_share": True}, "blind_share: Input should be a valid number"),
        ({"reason": "x" * 201}, "reason: String should have at most 200 characters"),
        ({"reason": "a\nb"}, "reason: has a character that cannot be shown"),
    ],
)
def test_a_value_outside_its_limits_is_refused_in_words(
    api: Api, fields: dict[str, Any], words: str
) -> None:
    status, problem = change(api, **fields)
    assert (status, words in problem["detail"]) == (422, True), problem["detail"]


def test_a_site_outside_the_deploy_has_no_settings(api: Api) -> None:
    status, problem = api("GET", "/settings", claims=SOUTH)
    assert (status, "the deploy states" in problem["detail"]) == (404, True)
