"""Each upload gets one answer, whatever the queue delivers."""

import io
import json

import numpy as np
import pytest
from PIL import Image

from contracts import keys, model_layout
from contracts.metrics import Metric
from lambdas.observability import logger
from lambdas.screening import handler
from local.log_metrics import parse_metrics
from phantoms.file_formats import encode_dicom, grey_ramp
from screening.sandbox import SandboxedDecoder
from tests.lambdas.calls import (
    PNG,
    TRACE_ID,
    Api,
    Aws,
    read_view,
    run_screening,
    upload_event,
)


def test_an_upload_is_answered(aws: Aws, api: Api) -> None:
    radiograph = api.create()
    aws.upload(radiograph, PNG)
    assert run_screening(radiograph) == []
    view = read_view(api, radiograph)
    assert view["state"] == "screened"
    assert view["answer"]["predictor"] == "cpu"
    assert (view["rows"], view["columns"], view["file_format"]) == (300, 400, "PNG")
    assert aws.fact_kinds(radiograph) == ["created", "received", "screened"]


def test_the_same_event_three_times_gives_one_answer(aws: Aws, api: Api) -> None:
    radiograph = api.create()
    aws.upload(radiograph, PNG)
    for _ in range(3):
        assert run_screening(radiograph) == []
    assert aws.fact_kinds(radiograph) == ["created", "received", "screened"]


def test_the_pictures_are_kept_beside_the_answer(aws: Aws, api: Api) -> None:
    radiograph = api.create()
    aws.upload(radiograph, PNG)
    run_screening(radiograph)
    stored = {
        name: aws.s3.get_object(Bucket="pictures", Key=key)["Body"].read()
        for name, key in {
            "original": keys.original(radiograph),
            "rendition": keys.rendition(radiograph),
            "attention": keys.attention(radiograph),
        }.items()
    }
    assert stored["original"] == PNG
    assert np.array_equal(
        np.asarray(Image.open(io.BytesIO(stored["rendition"]))), grey_ramp(300, 400)
    )
    assert Image.open(io.BytesIO(stored["attention"])).has_transparency_data


def test_the_first_version_wins(aws: Aws, api: Api) -> None:
    radiograph = api.create()
    aws.upload(radiograph, PNG)
    aws.upload(radiograph, b"another file")
    run_screening(radiograph)
    assert read_view(api, radiograph)["state"] == "screened"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"The patient coughs.", "not_a_picture"),
        (PNG[:400], "damaged"),
        (bytes(60 * 1024 * 1024), "too_large"),
        (encode_dicom(grey_ramp(), Modality="MR"), "dicom_modality"),
    ],
)
def test_a_bad_file_is_rejected_by_name(aws: Aws, api: Api, content: bytes, reason: str) -> None:
    radiograph = api.create()
    aws.upload(radiograph, content)
    assert run_screening(radiograph) == []
    view = read_view(api, radiograph)
    assert (view["state"], view["rejection"]) == ("rejected", reason)
    assert aws.fact_kinds(radiograph) == ["created", "received", "rejected"]


def test_identity_goes_into_identity_and_not_into_facts(aws: Aws, api: Api) -> None:
    radiograph = api.create(file_name="anna.dcm")
    aws.upload(radiograph, encode_dicom(grey_ramp(), PatientID="ANNA-1", AccessionNumber="ACC-7"))
    run_screening(radiograph)
    identity = aws.s3.get_object(Bucket="pictures", Key=keys.identity(radiograph))["Body"].read()
    assert b"ANNA-1" in identity
    assert b"anna.dcm" in identity
    assert "ANNA" not in str(aws.facts(radiograph)).upper()


def test_an_upload_that_nobody_announced_is_left_alone(aws: Aws, api: Api) -> None:
    stranger = keys.radiograph_id("siteNorth", "never announced")
    aws.upload(stranger, PNG)
    assert run_screening(stranger) == []
    assert aws.fact_kinds(stranger) == []


def test_the_same_bytes_are_not_predicted_again(
    aws: Aws, api: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = api.create("k1"), api.create("k2")
    for radiograph in (first, second):
        aws.upload(radiograph, PNG)
        run_screening(radiograph)
    assert read_view(api, first)["answer"] == read_view(api, second)["answer"]
    assert capsys.readouterr().out.count('"AnswersReused":[1') == 1


def test_without_redis_everything_is_answered(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://localhost:1")
    radiograph = api.create()
    aws.upload(radiograph, PNG)
    assert run_screening(radiograph) == []
    assert read_view(api, radiograph)["state"] == "screened"


def test_the_test_event_of_s3_is_passed_over() -> None:
    assert list(handler.parse_uploads('{"Service": "Amazon S3", "Event": "s3:TestEvent"}')) == []


def test_an_event_without_messages_only_loads_the_model(aws: Aws) -> None:
    assert run_screening() == []
    aws.s3.delete_object(Bucket="models", Key=model_layout.POINTER_KEY)
    assert handler.pipeline().model.get().card


def test_keys_are_decoded() -> None:
    body = upload_event("a b+c")["Records"][0]["body"].replace("a b+c", "a+b%2Bc")
    assert [name for name, _ in handler.parse_uploads(body)] == ["a b+c"]


def test_a_file_that_is_decoded_unconfined_is_counted(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No kernel of ours refuses the filter of system calls."""

    def count(key: str) -> int:
        radiograph = api.create(key)
        aws.upload(radiograph, PNG)
        assert run_screening(radiograph) == []
        metrics = parse_metrics(capsys.readouterr().out.splitlines())
        return sum(metric.name == Metric.DECODER_UNCONFINED for metric in metrics)

    assert count("k1") == 0
    monkeypatch.setattr(SandboxedDecoder, "is_confined", False)
    assert count("k2") == 1


def test_an_object_in_another_folder_is_no_upload() -> None:
    body = upload_event("a")["Records"][0]["body"].replace("incoming/a", "radiographs/a/original")
    assert list(handler.parse_uploads(body)) == []


def test_the_log_leads_from_the_announcement_to_the_answer(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """S3's event carries no id of ours, so that the first fact does."""
    radiograph = api.create()
    assert aws.facts(radiograph)[0]["trace_id"] == TRACE_ID
    other = "1-67891234-000000000000000000000000"
    monkeypatch.setenv("_X_AMZN_TRACE_ID", f"Root={other};Sampled=0")
    # Without its file the message fails.
    assert run_screening(radiograph) == [f"message-{radiograph}"]
    [line] = [record for record in caplog.records if record.message == "A message failed"]
    assert json.loads(logger.registered_formatter.format(line)).items() >= {
        ("radiograph_id", radiograph),
        ("upload_trace_id", TRACE_ID),
        ("xray_trace_id", other),
    }
