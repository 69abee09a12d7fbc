"""One X-ray takes few calls to S3, which cost time and money.

`deploy.traffic` estimates the costs from these numbers.
"""

import pytest
from PIL import Image

from lambdas.screening import handler
from phantoms.file_formats import encode_dicom, encode_image, grey_ramp
from tests.lambdas.calls import Api, Aws, run_screening
from tests.lambdas.s3_calls import S3Calls

FILES = {
    "PNG": encode_image(Image.fromarray(grey_ramp())),
    "JPEG": encode_image(Image.fromarray(grey_ramp()), "JPEG"),
    "DICOM": encode_dicom(grey_ramp(), PatientID="P-1"),
    "text": b"The patient coughs.",
}
MAX_CALLS = {"PNG": 11, "JPEG": 11, "DICOM": 12, "text": 8}


def load_model() -> None:
    """Model and site settings are read once for each process, and checked every 30 seconds."""
    assert run_screening() == []
    handler.pipeline().settings.get("siteNorth")


@pytest.mark.parametrize("kind", FILES)
def test_screening_takes_few_calls(aws: Aws, api: Api, kind: str) -> None:
    load_model()
    radiograph = api.create()
    aws.upload(radiograph, FILES[kind])
    calls = S3Calls(aws.s3)
    assert run_screening(radiograph) == []
    assert len(calls.names) <= MAX_CALLS[kind], calls.names
    assert aws.fact_kinds(radiograph)[-1] in ("screened", "rejected")


def test_each_radiograph_of_a_batch_takes_few_calls(aws: Aws, api: Api) -> None:
    load_model()
    radiographs = [api.create(f"k{number}") for number in range(3)]
    for radiograph in radiographs:
        aws.upload(radiograph, FILES["PNG"])
    calls = S3Calls(aws.s3)
    assert run_screening(*radiographs) == []
    assert len(calls.names) <= 3 * MAX_CALLS["PNG"], calls.names


def test_announcing_takes_few_calls(aws: Aws, api: Api) -> None:
    calls = S3Calls(aws.s3)
    api.create("k1")
    assert len(calls.names) <= 4, calls.names
    calls.names.clear()
    api.create("k1")
    assert len(calls.names) <= 4, calls.names


def test_a_review_takes_few_calls(aws: Aws, api: Api) -> None:
    radiograph = api.create()
    aws.upload(radiograph, FILES["PNG"])
    run_screening(radiograph)
    calls = S3Calls(aws.s3)
    path = f"/radiographs/{radiograph}/reviews"
    api("POST", path, body={"verdict": "agree"})
    assert len(calls.names) <= 2, calls.names
    calls.names.clear()
    # The key is kept with the note, empty or not: one read and one put more.
    api("POST", path, body={"verdict": "agree"}, key="r1")
    assert len(calls.names) <= 4, calls.names
