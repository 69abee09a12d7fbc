"""Another writer comes between the read and the put of a function: no fact is lost or doubled."""

import json
from datetime import UTC, datetime

import pytest
from PIL import Image

from contracts import keys
from contracts.metrics import Metric
from lambdas import clock, delete_radiograph
from phantoms.file_formats import encode_dicom, encode_image, grey_ramp
from tests.lambdas.calls import (
    DOCTOR,
    Api,
    Aws,
    Context,
    list_worklist,
    run_screening,
    screen_phantom,
)
from tests.lambdas.conflicts import OtherWriter
from tests.lambdas.metrics import parse_metrics

PNG = encode_image(Image.fromarray(grey_ramp()))
TEXT = b"The patient coughs."


@pytest.mark.parametrize(
    ("content", "key_end"),
    [
        (PNG, "original"),
        (PNG, "000002.json"),
        (PNG, "rendition.png"),
        (PNG, "000003.json"),
        (TEXT, "original"),
        (TEXT, "000002.json"),
        (TEXT, "000003.json"),
    ],
)
def test_two_functions_that_screen_at_once_give_one_answer(
    aws: Aws, api: Api, capsys: pytest.CaptureFixture[str], content: bytes, key_end: str
) -> None:
    radiograph = api.create()
    aws.upload(radiograph, content)
    other = OtherWriter(aws.s3, key_end=key_end, write=lambda: run_screening(radiograph))
    assert run_screening(radiograph) == []
    assert other.has_written
    assert aws.fact_kinds(radiograph)[:2] == ["created", "received"]
    assert len(aws.facts(radiograph)) == 3
    metrics = list(parse_metrics(capsys.readouterr().out.splitlines()))
    answers = [metric for metric in metrics if metric.name == Metric.ANSWERED]
    assert len(answers) == (1 if content is PNG else 0)


def test_the_same_message_twice_in_a_batch_gives_one_answer(aws: Aws, api: Api) -> None:
    radiograph = api.create()
    aws.upload(radiograph, PNG)
    assert run_screening(radiograph, radiograph) == []
    assert aws.fact_kinds(radiograph) == ["created", "received", "screened"]


def test_a_last_try_beside_another_function_gives_one_answer(aws: Aws, api: Api) -> None:
    radiograph = api.create()
    aws.upload(radiograph, PNG)
    OtherWriter(aws.s3, key_end="000002.json", write=lambda: run_screening(radiograph))
    assert run_screening(radiograph, receives=3) == []
    assert aws.fact_kinds(radiograph) == ["created", "received", "screened"]


def test_a_file_that_comes_later_is_not_answered_in_place_of_the_first(aws: Aws, api: Api) -> None:
    radiograph = api.create()
    aws.upload(radiograph, PNG)

    def upload_and_screen() -> None:
        aws.upload(radiograph, b"another file")
        run_screening(radiograph)

    OtherWriter(aws.s3, key_end="000002.json", write=upload_and_screen)
    assert run_screening(radiograph) == []
    assert aws.fact_kinds(radiograph) == ["created", "received", "screened"]


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


def test_identity_that_another_writer_adds_is_kept(aws: Aws, api: Api) -> None:
    radiograph = api.create()
    aws.upload(radiograph, encode_dicom(grey_ramp(), PatientID="ANNA-1"))
    key = keys.identity(radiograph)

    def add_field() -> None:
        fields = json.loads(aws.s3.get_object(Bucket="pictures", Key=key)["Body"].read())
        body = json.dumps({**fields, "notes": {"2026-11-28T09:00:00.000Z": "A note."}})
        aws.s3.put_object(Bucket="pictures", Key=key, Body=body)

    OtherWriter(aws.s3, key_end="rendition.png", write=add_field)
    assert run_screening(radiograph) == []
    fields = json.loads(aws.s3.get_object(Bucket="pictures", Key=key)["Body"].read())
    assert fields.keys() == {"file_name", "bytes", "age_years", "notes", "dicom"}
    assert fields["dicom"]["patient_id"] == "ANNA-1"


@pytest.mark.parametrize("key_end", ["original", "000002.json", "identity.json", "000003.json"])
def test_a_deletion_beside_the_screening_brings_no_identity_back(
    aws: Aws, api: Api, key_end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Here the deletion runs within one call of the screening, which cannot end meanwhile.
    monkeypatch.setattr(delete_radiograph, "SCREENING_SECONDS", 0)
    radiograph = api.create(file_name="anna.dcm")
    aws.upload(radiograph, encode_dicom(grey_ramp(), PatientID="ANNA-1"))

    def delete() -> None:
        delete_radiograph.handler({"radiograph_id": radiograph, "by": "an-id"}, Context())

    other = OtherWriter(aws.s3, key_end=key_end, write=delete)
    run_screening(radiograph)
    assert other.has_written
    assert run_screening(radiograph) == []
    assert aws.fact_kinds(radiograph)[-1] == "deleted"
    assert "Contents" not in aws.s3.list_objects_v2(
        Bucket="pictures", Prefix=keys.identity(radiograph)
    )
    assert "anna" not in str(aws.cached_record(radiograph))


@pytest.mark.parametrize("key_end", ["identity.json", "000001.json"])
def test_the_same_post_twice_at_once_is_one_radiograph(aws: Aws, api: Api, key_end: str) -> None:
    OtherWriter(aws.s3, key_end=key_end, write=lambda: api.create("k1"))
    radiograph = api.create("k1")
    assert aws.fact_kinds(radiograph) == ["created"]
    assert len(list_worklist(api).radiographs) == 1


OTHER_FILES: list[dict[str, object]] = [
    {"file_name": "other.png"},
    {"bytes": 7},
    {"age_years": 3},
]


@pytest.mark.parametrize("fields", OTHER_FILES)
def test_a_key_that_another_file_takes_at_the_same_time_is_refused(
    aws: Aws, api: Api, fields: dict[str, object]
) -> None:
    other = OtherWriter(aws.s3, key_end="identity.json", write=lambda: api.create("k1", **fields))
    request = {"file_name": "thorax.png", "bytes": 1000}
    assert api("POST", "/radiographs", body=request, key="k1")[0] == 422
    assert other.has_written
    [view] = list_worklist(api).radiographs
    [fact] = aws.facts(view.id)
    assert view.file_name == fields.get("file_name", "thorax.png")
    assert fact["declared_bytes"] == fields.get("bytes", 1000)
    assert fact["age_years"] == fields.get("age_years")


@pytest.mark.parametrize("fields", OTHER_FILES)
def test_a_file_keeps_its_key_although_its_first_request_died(
    aws: Aws, api: Api, fields: dict[str, object]
) -> None:
    """It died between the identity and the first fact."""

    def die() -> None:
        raise ZeroDivisionError

    other = OtherWriter(aws.s3, key_end="000001.json", write=die)
    with pytest.raises(ZeroDivisionError):
        api.create("k1")
    assert other.has_written
    request = {"file_name": "thorax.png", "bytes": 1000}
    assert api("POST", "/radiographs", body=request | fields, key="k1")[0] == 422
    assert aws.fact_kinds(api.create("k1")) == ["created"]


@pytest.mark.parametrize("key_end", ["identity.json", "000004.json"])
def test_two_reviews_at_once_are_both_kept_with_their_notes(
    aws: Aws, api: Api, key_end: str
) -> None:
    radiograph = screen_phantom(aws, api)
    OtherWriter(aws.s3, key_end=key_end, write=lambda: review(api, radiograph, "The first note."))
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
@pytest.mark.parametrize("change", [{"verdict": "agree"}, {"note": "Right."}, {"note": ""}])
def test_a_key_that_another_review_takes_is_refused(
    aws: Aws, api: Api, *, key_end: str | None, change: dict[str, str]
) -> None:
    radiograph = screen_phantom(aws, api)

    def send_other() -> None:
        other = {"verdict": "disagree", "note": "Left."} | change
        send_review(api, radiograph, verdict=other["verdict"], note=other["note"])

    if key_end is None:
        send_other()
    else:
        OtherWriter(aws.s3, key_end=key_end, write=send_other)
    statuses = {send_review(api, radiograph)}
    [view] = list_worklist(api).radiographs
    [stored] = view.reviews
    wins = (stored.verdict, stored.note) == ("disagree", "Left.")
    assert statuses == ({201} if wins else {422})
    expected = {"verdict": "disagree", "note": "Left."} | ({} if wins else change)
    assert {"verdict": stored.verdict, "note": stored.note} == expected


def test_a_key_is_one_doctors_and_one_radiographs(aws: Aws, api: Api) -> None:
    radiographs = [screen_phantom(aws, api, key) for key in ("k1", "k2")]
    colleague = {**DOCTOR, "sub": "another-doctor"}
    for radiograph in radiographs:
        assert send_review(api, radiograph) == 201
        assert send_review(api, radiograph, claims=colleague) == 201


def test_the_time_of_a_review_is_taken_at_its_append(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    radiograph = screen_phantom(aws, api)
    times = iter(range(1, 10))
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 28, 9, 0, next(times), tzinfo=UTC))
    OtherWriter(aws.s3, key_end="000004.json", write=lambda: review(api, radiograph, "First."))
    review(api, radiograph, "Second.")
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
    verdict: str = "disagree",
    note: str = "Left.",
    claims: dict[str, str] = DOCTOR,
) -> int:
    """The status of a review with a key."""
    body = {"verdict": verdict, "note": note}
    path = f"/radiographs/{radiograph}/reviews"
    return api("POST", path, body=body, key="r1", claims=claims)[0]


def review(api: Api, radiograph: str, note: str) -> None:
    body = {"verdict": "disagree", "note": note}
    assert api("POST", f"/radiographs/{radiograph}/reviews", body=body)[0] == 201
