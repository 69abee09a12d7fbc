"""The checker finds each kind of broken review, in real facts with one change."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from contracts import keys
from contracts.api_requests import ReviewRequest
from contracts.findings import Finding
from local.aws.cognito import account_subject
from reliability.review_checker import ReviewChecker, UnknownReview
from reliability.reviews import SentReview
from reliability.running_system import DOCTOR as EMAIL
from reliability.stored_objects import StoredObjects
from reliability.violations import Broken, Violation
from tests.lambdas.calls import DOCTOR, Api, Aws, screen_phantom

SUBJECT = account_subject(EMAIL)
REQUEST = ReviewRequest(finding=Finding.NO_PNEUMONIA, note="Left lower lobe.")


def send_review(aws: Aws, api: Api) -> SentReview:
    radiograph = screen_phantom(aws, api)
    body = {"finding": "no_pneumonia", "note": REQUEST.note}
    claims = {**DOCTOR, "sub": SUBJECT}
    path = f"/radiographs/{radiograph}/reviews"
    status, _ = api("POST", path, body=body, key="r1", claims=claims)
    review_id = keys.review_id(radiograph, SUBJECT, "r1")
    return SentReview(
        radiograph_id=radiograph, review_id=review_id, request=REQUEST, statuses=(status,)
    )


def find_violations(aws: Aws, *sent: SentReview, radiograph: str) -> list[Broken]:
    stored = StoredObjects(aws.s3, facts_bucket="facts", images_bucket="pictures")
    return list(ReviewChecker(stored).find_violations(sent, radiographs=[radiograph]))


def lose_the_fact(aws: Aws, sent: SentReview) -> None:
    aws.s3.delete_object(Bucket="facts", Key=keys.fact(sent.radiograph_id, 4))


def lose_the_note(aws: Aws, sent: SentReview) -> None:
    key = keys.identity(sent.radiograph_id)
    fields = json.loads(aws.s3.get_object(Bucket="pictures", Key=key)["Body"].read())
    body = json.dumps({**fields, "notes": {}})
    aws.s3.put_object(Bucket="pictures", Key=key, Body=body)


def repeat_the_fact(aws: Aws, sent: SentReview) -> None:
    put_review(aws, sent, sequence=5)


def change_the_finding(aws: Aws, sent: SentReview) -> None:
    put_review(aws, sent, finding="pneumonia")


def change_the_doctor(aws: Aws, sent: SentReview) -> None:
    put_review(aws, sent, by="another doctor")


def put_review(aws: Aws, sent: SentReview, **changes: object) -> None:
    """Stores the fact of the review with changes."""
    fact = {**aws.facts(sent.radiograph_id)[3], **changes}
    key = keys.fact(sent.radiograph_id, fact["sequence"])
    aws.s3.put_object(Bucket="facts", Key=key, Body=json.dumps(fact))


@pytest.mark.parametrize(
    ("damage", "violation"),
    [
        (lose_the_fact, Violation.LOST),
        (lose_the_note, Violation.LOST),
        (repeat_the_fact, Violation.DOUBLED),
        (change_the_finding, Violation.WRONG),
        (change_the_doctor, Violation.WRONG),
    ],
)
def test_a_broken_review_is_named(
    aws: Aws, api: Api, damage: Callable[[Aws, SentReview], None], violation: Violation
) -> None:
    sent = send_review(aws, api)
    assert find_violations(aws, sent, radiograph=sent.radiograph_id) == []
    damage(aws, sent)
    assert find_violations(aws, sent, radiograph=sent.radiograph_id) == [(sent, violation)]


def test_a_review_that_nobody_sent_is_named(aws: Aws, api: Api) -> None:
    sent = send_review(aws, api)
    unknown = UnknownReview(radiograph_id=sent.radiograph_id, review_id=sent.review_id)
    violations = find_violations(aws, radiograph=sent.radiograph_id)
    assert violations == [(unknown, Violation.WRONG)]


@pytest.mark.parametrize("statuses", [(), (429,), (503,)])
def test_a_review_without_an_acknowledgement_may_be_stored_or_not(
    aws: Aws, api: Api, statuses: tuple[int, ...]
) -> None:
    sent = replace(send_review(aws, api), statuses=statuses)
    assert find_violations(aws, sent, radiograph=sent.radiograph_id) == []
    lose_the_fact(aws, sent)
    assert find_violations(aws, sent, radiograph=sent.radiograph_id) == []


def test_a_review_that_is_refused_is_named(aws: Aws, api: Api) -> None:
    sent = replace(send_review(aws, api), statuses=(201, 422))
    violations = find_violations(aws, sent, radiograph=sent.radiograph_id)
    assert violations == [(sent, Violation.WRONG)]
