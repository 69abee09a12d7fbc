"""Reviews at the same moment are all kept, in their order, and each only once."""

import json
from datetime import UTC, datetime

import pytest

from contracts import keys
from contracts.metrics import Metric
from lambdas import clock
from local.log_metrics import parse_metrics
from tests.lambdas.calls import DOCTOR, PNG, Api, Aws, list_worklist, run_screening, screen_phantom
from tests.lambdas.conflicts import OtherWriter

COLLEAGUE = {**DOCTOR, "sub": "another-doctor"}


def test_a_note_that_is_written_while_an_answer_waits_is_shown(aws: Aws, api: Api) -> None:
    """The first function still holds the identity as it was before the review."""
    radiograph = api.create()
    aws.upload(radiograph, PNG)

    def screen_and_review() -> None:
        run_screening(radiograph)
        review(api, radiograph, "Left lower lobe.")

    OtherWriter(aws.s3, key_end="000003.json", write=screen_and_review)
    assert run_screening(radiograph) == []
    [view] = list_worklist(api).radiographs
    assert [each.note for each in view.reviews] == ["Left lower lobe."]


@pytest.mark.parametrize("key_end", ["identity.json", "000004.json"])
def test_reviews_of_two_doctors_at_once_are_both_kept_with_their_notes(
    aws: Aws, api: Api, key_end: str
) -> None:
    radiograph = screen_phantom(aws, api)

    def write() -> None:
        review(api, radiograph, "The first note.", claims=COLLEAGUE)

    OtherWriter(aws.s3, key_end=key_end, write=write)
    review(api, radiograph, "The second note.")
    assert aws.fact_kinds(radiograph)[3:] == ["reviewed", "reviewed"]
    [view] = list_worklist(api).radiographs
    assert {each.note for each in view.reviews} == {"The first note.", "The second note."}


@pytest.mark.parametrize("key_end", ["identity.json", "000004.json"])
def test_the_same_review_twice_at_once_is_one(
    aws: Aws, api: Api, key_end: str, capsys: pytest.CaptureFixture[str]
) -> None:
    radiograph = screen_phantom(aws, api)
    statuses: list[int] = []

    def send() -> None:
        statuses.append(send_review(api, radiograph, note="Left lower lobe."))

    other = OtherWriter(aws.s3, key_end=key_end, write=send)
    send()
    assert other.has_written
    assert statuses == [201, 200]
    assert aws.fact_kinds(radiograph)[3:] == ["reviewed"]
    metrics = list(parse_metrics(capsys.readouterr().out.splitlines()))
    assert [metric.name for metric in metrics].count(Metric.REVIEWED) == 1
    assert send_review(api, radiograph, note="Left lower lobe.") == 200


@pytest.mark.parametrize("key_end", ["identity.json", "000004.json", None])
@pytest.mark.parametrize("change", [{"finding": "other"}, {"note": "Right."}, {"note": ""}])
def test_a_key_that_another_review_takes_is_refused(
    aws: Aws, api: Api, *, key_end: str | None, change: dict[str, str]
) -> None:
    radiograph = screen_phantom(aws, api)

    def send_other() -> None:
        other = {"finding": "no_pneumonia", "note": "Left."} | change
        send_review(api, radiograph, finding=other["finding"], note=other["note"])

    if key_end is None:
        send_other()
    else:
        OtherWriter(aws.s3, key_end=key_end, write=send_other)
    statuses = {send_review(api, radiograph)}
    [view] = list_worklist(api).radiographs
    [stored] = view.reviews
    wins = (stored.finding, stored.note) == ("no_pneumonia", "Left.")
    assert statuses == ({201} if wins else {422})
    expected = {"finding": "no_pneumonia", "note": "Left."} | ({} if wins else change)
    assert {"finding": stored.finding, "note": stored.note} == expected


def test_a_key_is_one_doctors_and_one_radiographs(aws: Aws, api: Api) -> None:
    radiographs = [screen_phantom(aws, api, key) for key in ("k1", "k2")]
    for radiograph in radiographs:
        assert send_review(api, radiograph) == 201
        assert send_review(api, radiograph, claims=COLLEAGUE) == 201


def test_the_time_of_a_review_is_taken_at_its_append(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    radiograph = screen_phantom(aws, api)
    times = iter(range(1, 60))
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 28, 9, 0, next(times), tzinfo=UTC))
    OtherWriter(aws.s3, key_end="000004.json", write=lambda: review(api, radiograph, "First."))
    review(api, radiograph, "Second.", claims=COLLEAGUE)
    first, second = aws.facts(radiograph)[3:]
    assert first["at"] < second["at"]
    [view] = list_worklist(api).radiographs
    assert [each.note for each in view.reviews] == ["First.", "Second."]


def test_a_note_of_an_earlier_release_is_shown(aws: Aws, api: Api) -> None:
    """It lies under the time of its review, whose fact has no id."""
    radiograph = screen_phantom(aws, api)
    review(api, radiograph, "A note.")
    fact = aws.facts(radiograph)[3]
    key = keys.identity(radiograph)
    fields = json.loads(aws.s3.get_object(Bucket="pictures", Key=key)["Body"].read())
    del fields["record"]
    fields["notes"] = {fact["at"]: fields["notes"][fact.pop("review_id")]}
    aws.s3.put_object(Bucket="pictures", Key=key, Body=json.dumps(fields))
    body = json.dumps(fact)
    aws.s3.put_object(Bucket="facts", Key=keys.fact(radiograph, 4), Body=body)
    aws.redis.flushall()
    assert list_worklist(api).radiographs[0].reviews[0].note == "A note."


def send_review(
    api: Api,
    radiograph: str,
    *,
    finding: str = "no_pneumonia",
    note: str = "Left.",
    claims: dict[str, str] = DOCTOR,
) -> int:
    """The status of a review with a key."""
    body = {"finding": finding, "note": note}
    path = f"/radiographs/{radiograph}/reviews"
    return api("POST", path, body=body, key="r1", claims=claims)[0]


def review(api: Api, radiograph: str, note: str, *, claims: dict[str, str] = DOCTOR) -> None:
    body = {"finding": "no_pneumonia", "note": note}
    path = f"/radiographs/{radiograph}/reviews"
    assert api("POST", path, body=body, claims=claims)[0] == 201
