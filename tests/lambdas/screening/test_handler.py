"""Each upload gets one answer, whatever the queue delivers."""

import io
import signal
from typing import Any

import numpy as np
import pytest
from botocore.exceptions import ClientError
from PIL import Image

from contracts import keys, model_layout
from contracts.metrics import Metric
from lambdas.images import ImageStore
from lambdas.records import RecordStore
from lambdas.screening import fact_builders, handler
from phantoms.file_formats import encode_dicom, encode_image, grey_ramp
from screening.sandbox import SandboxedDecoder
from tests.lambdas.calls import CHEST, Api, Aws, Context, run_screening, upload_event
from tests.lambdas.metrics import parse_metrics
from tests.screening.sandbox_faults import build_slow_dicom, kill_while_decoding

PNG = encode_image(Image.fromarray(grey_ramp(300, 400)))


def read(api: Api, radiograph: str) -> dict[str, Any]:
    status, view = api("GET", f"/radiographs/{radiograph}")
    assert status == 200, view
    return dict(view)


def test_an_upload_is_answered(aws: Aws, api: Api) -> None:
    radiograph = api.create()
    aws.upload(radiograph, PNG)
    assert run_screening(radiograph) == []
    view = read(api, radiograph)
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
    assert Image.open(io.BytesIO(stored["attention"])).mode == "RGBA"


def test_the_first_version_wins(aws: Aws, api: Api) -> None:
    radiograph = api.create()
    aws.upload(radiograph, PNG)
    aws.upload(radiograph, b"another file")
    run_screening(radiograph)
    assert read(api, radiograph)["state"] == "screened"


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
    view = read(api, radiograph)
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


def test_one_bad_message_does_not_hold_up_the_others(aws: Aws, api: Api) -> None:
    missing, good = api.create("k1"), api.create("k2")
    aws.upload(good, PNG)
    assert run_screening(missing, good) == [f"message-{missing}"]
    assert read(api, good)["state"] == "screened"


def test_a_file_that_breaks_its_reader_does_not_hold_up_the_others(aws: Aws, api: Api) -> None:
    first, bad, last = api.create("k1"), api.create("k2"), api.create("k3")
    for radiograph, content in ((first, PNG), (bad, build_slow_dicom()), (last, PNG)):
        aws.upload(radiograph, content)
    assert run_screening(first, bad, last) == []
    assert [read(api, radiograph)["state"] for radiograph in (first, last)] == ["screened"] * 2
    assert read(api, bad)["rejection"] == "unreadable"


def test_a_reader_that_is_killed_leaves_its_file_for_a_later_try(aws: Aws, api: Api) -> None:
    radiograph = api.create()
    aws.upload(radiograph, build_slow_dicom())
    kill_while_decoding(handler.decoder(), signal.SIGKILL)
    assert run_screening(radiograph) == [f"message-{radiograph}"]
    assert aws.fact_kinds(radiograph) == ["created", "received"]
    assert run_screening(radiograph) == []
    assert read(api, radiograph)["state"] == "rejected"


def test_the_last_failed_try_is_told_to_the_doctor(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    radiograph = api.create()
    aws.upload(radiograph, PNG)
    monkeypatch.setattr(ImageStore, "read_first_upload", fail)
    assert run_screening(radiograph, receives=3) == [f"message-{radiograph}"]
    assert read(api, radiograph)["state"] == "failed"


def fail(*_: object) -> None:
    raise ZeroDivisionError


def test_an_event_before_its_file_fails_nothing(aws: Aws, api: Api) -> None:
    radiograph = api.create()
    for receives in (1, 2, 3):
        assert run_screening(radiograph, receives=receives) == [f"message-{radiograph}"]
    assert read(api, radiograph)["state"] == "awaiting_upload"
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
    assert read(api, radiograph)["state"] == "failed"


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
    assert read(api, radiograph)["state"] == "screened"
    assert aws.fact_kinds(radiograph) == ["created", "failed", "received", "screened"]


def test_a_message_that_nobody_can_read_fails_alone(aws: Aws, api: Api) -> None:
    good = api.create()
    aws.upload(good, PNG)
    event = upload_event("unreadable", good, receives=3)
    event["Records"][0]["body"] = "not JSON"
    answer = handler.handler(event, Context())
    assert answer["batchItemFailures"] == [{"itemIdentifier": "message-unreadable"}]
    assert read(api, good)["state"] == "screened"


def test_a_redrive_answers_what_had_failed(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    radiograph = api.create()
    aws.upload(radiograph, PNG)
    with monkeypatch.context() as patch:
        patch.setattr(ImageStore, "read_first_upload", fail)
        run_screening(radiograph, receives=3)
    assert run_screening(radiograph) == []
    assert read(api, radiograph)["state"] == "screened"


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
    assert read(api, first)["answer"] == read(api, second)["answer"]
    assert capsys.readouterr().out.count('"AnswersReused":[1') == 1


def test_without_redis_everything_is_answered(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://localhost:1")
    radiograph = api.create()
    aws.upload(radiograph, PNG)
    assert run_screening(radiograph) == []
    assert read(api, radiograph)["state"] == "screened"


def test_an_age_that_was_typed_is_warned_of(aws: Aws, api: Api) -> None:
    radiograph = api.create(age_years=40)
    aws.upload(radiograph, PNG)
    run_screening(radiograph)
    assert read(api, radiograph)["answer"]["cautions"] == ["age_outside"]


def test_a_photo_of_a_film_is_warned_of(aws: Aws, api: Api) -> None:
    radiograph = api.create()
    grey = np.asarray(Image.open(io.BytesIO(CHEST)).convert("RGB"))
    aws.upload(
        radiograph, encode_image(Image.fromarray((grey * [1.0, 0.95, 0.85]).astype(np.uint8)))
    )
    run_screening(radiograph)
    assert read(api, radiograph)["answer"]["cautions"] == ["photographed"]


def test_a_dicom_file_is_warned_of_by_its_dates_and_orientation(aws: Aws, api: Api) -> None:
    radiograph = api.create(file_name="anna.dcm")
    dates = {"PatientBirthDate": "19440301", "StudyDate": "20240301"}
    tags = {**dates, "PatientOrientation": ["R", "F"]}
    aws.upload(radiograph, encode_dicom(np.asarray(Image.open(io.BytesIO(CHEST))), **tags))
    run_screening(radiograph)
    view = read(api, radiograph)
    assert view["age_years"] == 80
    assert view["answer"]["cautions"] == ["age_outside", "mirrored"]


def test_what_a_file_says_of_itself_is_kept_and_heeded(aws: Aws, api: Api) -> None:
    radiograph = api.create(file_name="anna.dcm")
    tags = {"ViewPosition": "LL", "ImageLaterality": "L", "BurnedInAnnotation": "YES"}
    aws.upload(radiograph, encode_dicom(grey_ramp(), **tags, PatientAge="004Y"))
    run_screening(radiograph)
    view = read(api, radiograph)
    assert (view["view"], view["laterality"], view["age_years"]) == ("LL", "L", 4)
    assert view["burned_in_annotation"] is True
    assert view["answer"]["reason"] == "not_frontal"


def test_a_site_prevalence_is_shown(aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITES", '{"siteNorth": {"prevalence": 0.1}}')
    radiograph = api.create()
    aws.upload(radiograph, PNG)
    run_screening(radiograph)
    answer = read(api, radiograph)["answer"]
    assert answer["prevalence"] == 0.1
    assert answer["shown_probability"] < answer["probability"]


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
