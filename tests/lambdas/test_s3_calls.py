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
# Of these, the search takes 5: "thorax" has four beginnings, and the identity lists their hashes.
# The words of "P-1" take 2 more, and the whole id takes 1.
MAX_CALLS = {"PNG": 19, "JPEG": 19, "DICOM": 23, "text": 15}


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
    """The first one of a site also begins its lists."""
    api.create("k0")
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
    api("POST", path, body={"finding": "pneumonia"})
    # Two for the review, two for the doctor's name and the note, then one list, one for the copy of
    # the record, and one to see whether a deletion has come between.
    assert len(calls.names) <= 7, calls.names
    calls.names.clear()
    api("POST", path, body={"finding": "pneumonia", "note": "Left."}, key="r1")
    # One more: the review was "to review", and is in no list now.
    assert len(calls.names) <= 7, calls.names


def test_a_corrected_age_takes_few_calls(aws: Aws, api: Api) -> None:
    """The record's next number, the card, the settings (a list and an object) and the fact;
    then the lists and the copy of the record.
    """
    radiograph = api.create()
    aws.upload(radiograph, FILES["PNG"])
    run_screening(radiograph)
    calls = S3Calls(aws.s3)
    api("POST", f"/radiographs/{radiograph}/age", body={"age_years": 3})
    assert len(calls.names) <= 9, calls.names
