"""The checker finds each race of equal keys that has not exactly one winner, which is stored."""

import json
from dataclasses import replace
from typing import Any

import pytest

from contracts import keys
from contracts.api_requests import CreateRequest
from contracts.serialisation import serialise
from reliability.race_checker import RaceChecker
from reliability.races import Announcement, Race
from reliability.stored_objects import StoredObjects
from reliability.violations import Violation
from tests.lambdas.calls import Api, Aws

REQUEST = CreateRequest(file_name="race.png", bytes=1000, age_years=40)
RIVAL = replace(REQUEST, bytes=2000)


@pytest.fixture
def race(aws: Aws, api: Api) -> Race:
    """A race that the first announcement has won."""
    requests = (REQUEST, RIVAL)
    responses = [
        api("POST", "/radiographs", body=serialise(request), key="k1") for request in requests
    ]
    announcements = tuple(
        Announcement(request=request, status=status)
        for request, (status, _) in zip(requests, responses, strict=True)
    )
    radiograph = str(responses[0][1]["radiograph"]["id"])
    return Race(radiograph_id=radiograph, announcements=announcements)


def find_violation(aws: Aws, race: Race) -> Violation | None:
    stored = StoredObjects(aws.s3, facts_bucket="facts", images_bucket="pictures")
    violations = dict(RaceChecker(stored).find_violations([race]))
    return violations.get(race)


def with_statuses(race: Race, *statuses: int) -> Race:
    announcements = zip(race.announcements, statuses, strict=True)
    changed = tuple(replace(each, status=status) for each, status in announcements)
    return replace(race, announcements=changed)


def test_a_race_with_one_winner_is_right(aws: Aws, race: Race) -> None:
    assert find_violation(aws, race) is None


@pytest.mark.parametrize(
    ("statuses", "violation"),
    [
        ((201, 200), Violation.DOUBLED),
        ((422, 422), Violation.LOST),
        ((422, 201), Violation.WRONG),
        ((201, 409), Violation.WRONG),
    ],
)
def test_other_responses_are_named(
    aws: Aws, race: Race, statuses: tuple[int, ...], violation: Violation
) -> None:
    assert find_violation(aws, with_statuses(race, *statuses)) is violation


@pytest.mark.parametrize("fields", [{"declared_bytes": 2000}, {"age_years": 50}])
def test_the_fact_of_the_loser_is_named(aws: Aws, race: Race, fields: dict[str, Any]) -> None:
    [fact] = aws.facts(race.radiograph_id)
    put(aws, "facts", keys.fact(race.radiograph_id, 1), {**fact, **fields})
    assert find_violation(aws, race) is Violation.WRONG


@pytest.mark.parametrize("fields", [{"file_name": "rival.png"}, {"bytes": 2000}, {"age_years": 50}])
def test_the_identity_of_the_loser_is_named(aws: Aws, race: Race, fields: dict[str, Any]) -> None:
    put(aws, "pictures", keys.identity(race.radiograph_id), {**serialise(REQUEST), **fields})
    assert find_violation(aws, race) is Violation.WRONG


def test_two_facts_of_a_creation_are_named(aws: Aws, race: Race) -> None:
    [fact] = aws.facts(race.radiograph_id)
    put(aws, "facts", keys.fact(race.radiograph_id, 2), {**fact, "sequence": 2})
    assert find_violation(aws, race) is Violation.DOUBLED


def test_a_race_that_left_no_fact_is_named(aws: Aws, race: Race) -> None:
    aws.s3.delete_object(Bucket="facts", Key=keys.fact(race.radiograph_id, 1))
    assert find_violation(aws, race) is Violation.LOST


def put(aws: Aws, bucket: str, key: str, fields: dict[str, Any]) -> None:
    aws.s3.put_object(Bucket=bucket, Key=key, Body=json.dumps(fields))
