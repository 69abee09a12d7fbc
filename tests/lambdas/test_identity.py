"""What identifies a patient stays small: it is read with each record."""

import json

import pytest

from contracts import keys
from contracts.patient import Patient
from lambdas.identified_record import IdentifiedRecord
from lambdas.identity import MAX_IDENTITY_BYTES, IdentityFullError, IdentityStore
from phantoms.file_formats import encode_dicom, grey_ramp
from tests.lambdas.calls import Api, Aws, list_worklist, run_screening, screen_phantom
from tests.lambdas.s3_calls import S3Calls
from tests.screening.sandbox_faults import build_dicom_with_long_identifiers


@pytest.fixture
def identities(aws: Aws) -> IdentityStore:
    return IdentityStore(aws.s3, "pictures")


def read_size(aws: Aws, radiograph: str) -> int:
    size = aws.s3.head_object(Bucket="pictures", Key=keys.identity(radiograph))["ContentLength"]
    assert isinstance(size, int)
    return size


def test_a_file_with_identifiers_of_megabytes_is_answered(aws: Aws, api: Api) -> None:
    radiograph = api.create()
    aws.upload(radiograph, build_dicom_with_long_identifiers())
    assert run_screening(radiograph) == []
    assert aws.fact_kinds(radiograph) == ["created", "received", "screened"]
    # Of them, some 5,000 bytes are the hashes by which the film is found.
    assert read_size(aws, radiograph) < 10_000


def test_nothing_over_the_bound_is_written(identities: IdentityStore) -> None:
    identities.merge("a" * 26, {"file_name": "thorax.png"})
    with pytest.raises(IdentityFullError):
        identities.merge("a" * 26, {"dicom": {"patient_id": "P" * MAX_IDENTITY_BYTES}})
    assert identities.read("a" * 26).fields == {"file_name": "thorax.png"}


def test_an_object_over_the_bound_is_not_read(aws: Aws, api: Api) -> None:
    """An earlier release stored such objects. The radiograph is shown, without its name."""
    radiograph = screen_phantom(aws, api)
    content = json.dumps({"file_name": "x" * MAX_IDENTITY_BYTES}).encode()
    aws.s3.put_object(Bucket="pictures", Key=keys.identity(radiograph), Body=content)
    aws.redis.flushall()
    status, view = api("GET", f"/radiographs/{radiograph}")
    assert (status, view["file_name"], view["state"]) == (200, "", "screened")


def test_a_note_that_does_not_fit_is_refused_with_words(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api)
    path = f"/radiographs/{radiograph}/reviews"
    statuses = [
        api("POST", path, body={"finding": "pneumonia", "note": f"{number:04}" * 500})[0]
        for number in range(MAX_IDENTITY_BYTES // 2_000 + 1)
    ]
    assert (statuses[0], statuses[-1]) == (201, 422)
    assert read_size(aws, radiograph) <= MAX_IDENTITY_BYTES
    assert api("POST", path, body={"finding": "pneumonia"})[0] == 201


def test_a_list_that_is_warm_shows_the_patient_without_a_call_to_s3(aws: Aws, api: Api) -> None:
    radiograph = api.create()
    tags = {"PatientName": "Garcia^Ana", "PatientBirthDate": "19690213", "StudyDate": "20240301"}
    aws.upload(radiograph, encode_dicom(grey_ramp(), **tags))
    run_screening(radiograph)
    list_worklist(api)  # The counts of the lists are kept for a minute.
    calls = S3Calls(aws.s3)
    [view] = list_worklist(api).radiographs
    assert calls.names == ["ListObjectsV2"]
    assert view.patient == Patient(name="Garcia, Ana", study_date="2024-03-01")
    assert view.age_years == 55
    assert "1969" not in json.dumps(aws.cached_record(radiograph))


def test_an_identity_of_an_earlier_release_is_shown(identities: IdentityStore) -> None:
    dicom = {"patient_id": "P-1", "accession_number": "A-1", "study_uid": "1.2"}
    identities.merge("a" * 26, {"file_name": "thorax.dcm", "dicom": dicom})
    patient = identities.read("a" * 26).patient
    assert patient == Patient(patient_id="P-1", accession_number="A-1")


def test_a_copy_of_a_later_release_is_not_read_as_one_of_this(aws: Aws, api: Api) -> None:
    radiograph = api.create()
    text = json.dumps(aws.cached_record(radiograph))
    assert IdentifiedRecord.from_text(text).record.radiograph_id == radiograph
    with pytest.raises(ValueError, match="later release"):
        IdentifiedRecord.from_text(text.replace('"awaiting_upload"', '"queued"'))
