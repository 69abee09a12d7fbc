"""Where two doctors differ, a third one or an administrator settles it; names are shown."""

from typing import Any

import pytest

from contracts import keys
from tests.lambdas.calls import ADMINISTRATOR, DOCTOR, Api, Aws, list_worklist, screen_phantom

ADA = {**DOCTOR, "sub": "ada", "name": "Ada Nord"}
BEN = {**DOCTOR, "sub": "ben", "name": "Ben Süd"}
EVA = {**DOCTOR, "sub": "eva", "name": "Eva West"}
HEAD = {**ADMINISTRATOR, "sub": "head", "name": "The Head"}


def review(
    api: Api, radiograph: str, finding: str, claims: dict[str, str], *, settles: bool = False
) -> tuple[int, Any]:
    body = {"finding": finding, "settles": settles}
    return api("POST", f"/radiographs/{radiograph}/reviews", body=body, claims=claims)


@pytest.fixture
def radiograph(aws: Aws, api: Api) -> str:
    """Ada finds pneumonia on it, and Ben does not."""
    radiograph = screen_phantom(aws, api)
    review(api, radiograph, "pneumonia", ADA)
    review(api, radiograph, "no_pneumonia", BEN)
    return radiograph


def list_differing(api: Api) -> list[str]:
    """By the list, whose tab has the same count."""
    page = list_worklist(api, filter="differing")
    ids = [view.id for view in page.radiographs]
    assert page.counts is not None
    assert page.counts.counts["differing"] == len(ids)
    return ids


def differs(api: Api, radiograph: str) -> Any:
    return api("GET", f"/radiographs/{radiograph}")[1]["is_differing"]


def test_reviews_have_names_also_where_redis_is_empty(aws: Aws, api: Api, radiograph: str) -> None:
    for _ in range(2):
        _, view = api("GET", f"/radiographs/{radiograph}")
        assert [each["reviewer"] for each in view["reviews"]] == ["Ada Nord", "Ben Süd"]
        aws.redis.flushall()


def test_no_fact_has_a_name(aws: Aws, radiograph: str) -> None:
    assert "Nord" not in str(aws.facts(radiograph))
    assert "Nord" in str(aws.cached_record(radiograph))
    entry: Any = aws.redis.hget(keys.redis_radiograph(radiograph), "entry")
    assert b"Nord" not in entry


def test_an_account_without_a_name_or_an_address_is_unnamed(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api)
    claims = {name: claim for name, claim in DOCTOR.items() if name != "email"}
    _, view = review(api, radiograph, "pneumonia", claims)
    assert view["reviews"][0]["reviewer"] == ""


def test_doctors_who_differ_are_listed(api: Api, radiograph: str) -> None:
    assert differs(api, radiograph)
    assert list_differing(api) == [radiograph]
    review(api, radiograph, "pneumonia", BEN)
    assert not differs(api, radiograph)
    assert list_differing(api) == []


@pytest.mark.parametrize("claims", [EVA, HEAD], ids=["a third doctor", "an administrator"])
def test_a_third_person_settles(
    aws: Aws, api: Api, radiograph: str, claims: dict[str, str]
) -> None:
    status, view = review(api, radiograph, "pneumonia", claims, settles=True)
    assert (status, view["is_differing"], list_differing(api)) == (201, False, [])
    settled = [each["review_id"] for each in view["reviews"][:2]]
    assert view["reviews"][2]["settles"] == settled
    assert aws.facts(radiograph)[-1]["settles"] == settled


@pytest.mark.parametrize("claims", [EVA, HEAD])
def test_a_withdrawn_adjudication_settles_nothing(
    api: Api, radiograph: str, claims: dict[str, str]
) -> None:
    _, view = review(api, radiograph, "pneumonia", claims, settles=True)
    body = {"review_id": view["reviews"][-1]["review_id"]}
    path = f"/radiographs/{radiograph}/withdrawals"
    assert api("POST", path, body=body, claims=claims)[0] == 200
    assert list_differing(api) == [radiograph]


def test_a_review_of_a_third_doctor_settles_nothing_by_itself(api: Api, radiograph: str) -> None:
    _, view = review(api, radiograph, "pneumonia", EVA)
    assert view["is_differing"]
    assert review(api, radiograph, "pneumonia", EVA, settles=True)[0] == 409


@pytest.mark.parametrize(
    ("claims", "settles", "finding", "status"),
    [
        (ADA, True, "no_pneumonia", 409),
        (EVA, True, "cannot_tell", 422),
        (HEAD, False, "pneumonia", 403),
        ({**HEAD, "cognito:groups": "siteSouth,administrator"}, True, "pneumonia", 404),
    ],
    ids=["one of those who differ", "without a side", "an administrator's review", "another site"],
)
def test_nobody_else_settles(
    aws: Aws,
    api: Api,
    radiograph: str,
    claims: dict[str, str],
    settles: bool,
    finding: str,
    status: int,
) -> None:
    assert review(api, radiograph, finding, claims, settles=settles)[0] == status
    assert aws.fact_kinds(radiograph)[3:] == ["reviewed"] * 2


def test_there_is_nothing_to_settle_where_doctors_agree(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api)
    review(api, radiograph, "pneumonia", ADA)
    status, problem = review(api, radiograph, "pneumonia", HEAD, settles=True)
    assert (status, "nothing to settle" in problem["detail"]) == (409, True)
