"""A message that fails holds up no other, and ends with an answer or as `failed`."""

import signal

import pytest
from botocore.exceptions import ClientError

from lambdas.images import ImageStore
from lambdas.records import RecordStore
from lambdas.screening import fact_builders, handler
from tests.lambdas.calls import PNG, Api, Aws, Context, read_view, run_screening, upload_event
from tests.screening.sandbox_faults import build_slow_dicom, kill_while_decoding


def test_one_bad_message_does_not_hold_up_the_others(aws: Aws, api: Api) -> None:
    missing, good = api.create("k1"), api.create("k2")
    aws.upload(good, PNG)
    assert run_screening(missing, good) == [f"message-{missing}"]
    assert read_view(api, good)["state"] == "screened"


def test_a_file_that_breaks_its_reader_does_not_hold_up_the_others(aws: Aws, api: Api) -> None:
    first, bad, last = api.create("k1"), api.create("k2"), api.create("k3")
    for radiograph, content in ((first, PNG), (bad, build_slow_dicom()), (last, PNG)):
        aws.upload(radiograph, content)
    assert run_screening(first, bad, last) == []
    assert [read_view(api, radiograph)["state"] for radiograph in (first, last)] == ["screened"] * 2
    assert read_view(api, bad)["rejection"] == "unreadable"


def test_a_reader_that_is_killed_leaves_its_file_for_a_later_try(aws: Aws, api: Api) -> None:
    radiograph = api.create()
    aws.upload(radiograph, build_slow_dicom())
    kill_while_decoding(handler.decoder(), signal.SIGKILL)
    assert run_screening(radiograph) == [f"message-{radiograph}"]
    assert aws.fact_kinds(radiograph) == ["created", "received"]
    assert run_screening(radiograph) == []
    assert read_view(api, radiograph)["state"] == "rejected"


def test_the_last_failed_try_is_told_to_the_doctor(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    radiograph = api.create()
    aws.upload(radiograph, PNG)
    monkeypatch.setattr(ImageStore, "read_first_upload", fail)
    assert run_screening(radiograph, receives=3) == [f"message-{radiograph}"]
    assert read_view(api, radiograph)["state"] == "failed"


def fail(*_: object) -> None:
    raise ZeroDivisionError


def test_an_event_before_its_file_fails_nothing(aws: Aws, api: Api) -> None:
    radiograph = api.create()
    for receives in (1, 2, 3):
        assert run_screening(radiograph, receives=receives) == [f"message-{radiograph}"]
    assert read_view(api, radiograph)["state"] == "awaiting_upload"
    aws.upload(radiograph, PNG)
    assert run_screening(radiograph) == []
    assert aws.fact_kinds(radiograph) == ["created", "received", "screened"]


def test_a_bucket_that_does_not_answer_at_the_last_try_is_a_failure(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    radiograph = api.create()

    def refuse(*_: object) -> None:
        raise ClientError({"Error": {"Code": "503"}}, "ListObjectVersions")

    monkeypatch.setattr(ImageStore, "_find_oldest_version", refuse)
    assert run_screening(radiograph, receives=3) == [f"message-{radiograph}"]
    assert read_view(api, radiograph)["state"] == "failed"


def test_a_radiograph_that_failed_without_its_file_gets_a_form(aws: Aws, api: Api) -> None:
    """An earlier release wrote `failed` for it."""
    radiograph = api.create("k1")
    records = RecordStore(aws.s3, "facts")
    record = records.read(radiograph)
    assert record is not None
    records.append(record, fact_builders.build_failed)
    request = {"file_name": "thorax.png", "bytes": 1000}
    assert api("POST", "/radiographs", body=request, key="k1")[1]["upload"]
    aws.upload(radiograph, PNG)
    assert run_screening(radiograph) == []
    assert api("POST", "/radiographs", body=request, key="k1")[1]["upload"] is None


def test_a_last_try_that_goes_well_is_an_answer(aws: Aws, api: Api) -> None:
    radiograph = api.create()
    aws.upload(radiograph, PNG)
    assert run_screening(radiograph, receives=3) == []
    assert read_view(api, radiograph)["state"] == "screened"
    assert aws.fact_kinds(radiograph) == ["created", "failed", "received", "screened"]


def test_a_message_that_nobody_can_read_fails_alone(aws: Aws, api: Api) -> None:
    good = api.create()
    aws.upload(good, PNG)
    event = upload_event("unreadable", good, receives=3)
    event["Records"][0]["body"] = "not JSON"
    answer = handler.handler(event, Context())
    assert answer["batchItemFailures"] == [{"itemIdentifier": "message-unreadable"}]
    assert read_view(api, good)["state"] == "screened"


def test_a_redrive_answers_what_had_failed(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    radiograph = api.create()
    aws.upload(radiograph, PNG)
    with monkeypatch.context() as patch:
        patch.setattr(ImageStore, "read_first_upload", fail)
        run_screening(radiograph, receives=3)
    assert run_screening(radiograph) == []
    assert read_view(api, radiograph)["state"] == "screened"
