"""Another writer comes between the read and the put of a function: no fact is lost or doubled."""

import json

import pytest

from contracts import keys
from contracts.metrics import Metric
from local.log_metrics import parse_metrics
from phantoms.file_formats import encode_dicom, grey_ramp
from tests.lambdas.calls import (
    PNG,
    Api,
    Aws,
    list_worklist,
    run_screening,
)
from tests.lambdas.conflicts import OtherWriter

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
    assert fields.keys() == {
        "file_name",
        "bytes",
        "age_years",
        "notes",
        "dicom",
        "record",
        "search",
    }
    assert fields["dicom"]["patient_id"] == "ANNA-1"


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
