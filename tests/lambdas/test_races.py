"""Another writer comes between the read and the put of a function: no fact is lost or doubled."""

import json

import pytest
from PIL import Image

from contracts import keys
from contracts.metrics import Metric
from lambdas import delete_radiograph
from phantoms.file_formats import encode_dicom, encode_image, grey_ramp
from tests.lambdas.calls import Api, Aws, Context, list_worklist, run_screening, screen_phantom
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
    assert fields.keys() == {"file_name", "notes", "dicom"}
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


@pytest.mark.parametrize(
    ("key_end", "fields"),
    [
        ("identity.json", {"file_name": "other.png"}),
        ("000001.json", {"bytes": 7}),
    ],
)
def test_a_key_that_another_file_takes_at_the_same_time_is_refused(
    aws: Aws, api: Api, key_end: str, fields: dict[str, object]
) -> None:
    OtherWriter(aws.s3, key_end=key_end, write=lambda: api.create("k1", **fields))
    request = {"file_name": "thorax.png", "bytes": 1000}
    assert api("POST", "/radiographs", body=request, key="k1")[0] == 422
    [view] = list_worklist(api).radiographs
    assert view.file_name == fields.get("file_name", "thorax.png")


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


def review(api: Api, radiograph: str, note: str) -> None:
    body = {"verdict": "disagree", "note": note}
    assert api("POST", f"/radiographs/{radiograph}/reviews", body=body)[0] == 201
