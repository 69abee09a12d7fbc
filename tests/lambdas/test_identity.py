"""What identifies a patient stays small: it is read with each record."""

import json

import pytest

from contracts import keys
from lambdas.identity import MAX_IDENTITY_BYTES, IdentityFullError, IdentityStore
from tests.lambdas.calls import Api, Aws, run_screening, screen_phantom
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
    assert read_size(aws, radiograph) < 1_000


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
    path, review = f"/radiographs/{radiograph}/reviews", {"verdict": "agree", "note": "N" * 2_000}
    statuses = [api("POST", path, body=review)[0] for _ in range(MAX_IDENTITY_BYTES // 2_000 + 1)]
    assert (statuses[0], statuses[-1]) == (201, 422)
    assert read_size(aws, radiograph) <= MAX_IDENTITY_BYTES
    assert api("POST", path, body={"verdict": "agree"})[0] == 201
