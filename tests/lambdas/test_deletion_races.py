"""Nothing comes back from an upload, a screening or a review beside a deletion."""

from datetime import timedelta
from typing import Any

import pytest

from bundles.function_definitions import SCREENING_FUNCTION
from contracts import keys
from lambdas import delete_radiograph, refill_cache
from lambdas.api.services import services
from phantoms.file_formats import encode_dicom, grey_ramp
from tests.lambdas.calls import (
    CHEST,
    DOCTOR,
    Api,
    Aws,
    Context,
    list_worklist,
    run_screening,
    screen_phantom,
)
from tests.lambdas.conflicts import OtherWriter
from tests.lambdas.deletion import FILE_NAME, cached_text, delete, stored_versions

pytestmark = pytest.mark.usefixtures("closed_upload_form")


def test_a_late_upload_is_not_screened(aws: Aws, api: Api) -> None:
    radiograph = api.create("k1")
    delete(radiograph)
    aws.upload(radiograph, CHEST)
    assert run_screening(radiograph) == []
    assert aws.fact_kinds(radiograph) == ["created", "deleted"]
    assert stored_versions(aws) == []


def test_what_a_running_screening_writes_is_removed_after_its_timeout(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    radiograph = api.create("k1")
    aws.upload(radiograph, CHEST)
    waits: list[float] = []

    def write_late(seconds: float) -> None:
        waits.append(seconds)
        aws.s3.put_object(Bucket="pictures", Key=keys.rendition(radiograph), Body=b"late")

    monkeypatch.setattr(delete_radiograph, "SCREENING_SECONDS", 60)
    monkeypatch.setattr("lambdas.delete_radiograph.time.sleep", write_late)
    assert delete(radiograph)["is_complete"]
    assert (waits, stored_versions(aws)) == ([60], [])


def test_the_wait_is_the_timeout_of_the_screening_function() -> None:
    assert SCREENING_FUNCTION.timeout_seconds == 60


def test_while_a_file_may_still_arrive_a_second_deletion_is_asked_for(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    radiograph = screen_phantom(aws, api)
    monkeypatch.setattr(delete_radiograph, "UPLOAD_TIMEOUT", timedelta(minutes=15))
    deletion = delete(radiograph)
    assert not deletion["is_complete"]
    assert "Delete it again after" in deletion["detail"]
    assert stored_versions(aws) == []


def test_an_identity_that_was_read_before_its_removal_is_not_cached(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api, file_name=FILE_NAME)
    key = keys.identity(radiograph)
    content = aws.s3.get_object(Bucket="pictures", Key=key)["Body"].read()
    delete(radiograph)
    aws.s3.put_object(Bucket="pictures", Key=key, Body=content)
    refill_cache.handler({}, Context())
    assert FILE_NAME not in cached_text(aws)


def test_a_note_that_comes_after_the_deletion_is_not_stored(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    radiograph = screen_phantom(aws, api)
    identities = services().identities
    add_review = identities.add_review

    def delete_first(radiograph_id: str, **texts: Any) -> Any:
        delete(radiograph_id)
        return add_review(radiograph_id, **texts)

    monkeypatch.setattr(identities, "add_review", delete_first)
    body = {"finding": "pneumonia", "note": "free text"}
    status, _ = api("POST", f"/radiographs/{radiograph}/reviews", body=body)
    assert status == 404
    assert stored_versions(aws) == []
    assert "free text" not in cached_text(aws)


def test_a_review_brings_no_entry_of_a_list_back(aws: Aws, api: Api) -> None:
    """The deletion comes after the review's fact and before its entry in "Differing"."""
    radiograph = screen_phantom(aws, api)
    path = f"/radiographs/{radiograph}/reviews"
    assert api("POST", path, body={"finding": "pneumonia"})[0] == 201
    other = OtherWriter(aws.s3, key_end=radiograph, write=lambda: delete(radiograph))
    colleague = DOCTOR | {"sub": "another-doctor"}
    status, _ = api("POST", path, body={"finding": "no_pneumonia"}, claims=colleague)
    assert (status, other.has_written) == (404, True)
    assert aws.fact_kinds(radiograph)[-2:] == ["reviewed", "deleted"]
    lists = aws.s3.list_objects_v2(Bucket="pictures", Prefix="lists/siteNorth/")
    assert "Contents" not in lists
    assert api("GET", "/radiographs/counts")[1]["counts"]["differing"] == 0


def test_an_interrupted_deletion_is_continued(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until then, nothing shows the film, also where Redis has lost it."""
    radiograph = screen_phantom(aws, api, file_name=FILE_NAME)

    def interrupt(*_: object) -> int:
        raise ConnectionError

    with monkeypatch.context() as context:
        context.setattr("lambdas.delete_radiograph.delete_versions", interrupt)
        with pytest.raises(ConnectionError):
            delete(radiograph)
    assert stored_versions(aws) != []
    aws.redis.flushall()
    [view] = list_worklist(api).radiographs
    assert (view.state, view.file_name, view.answer) == ("deleted", "", None)
    assert api("GET", f"/radiographs/{radiograph}")[1]["file_name"] == ""
    delete(radiograph)
    assert stored_versions(aws) == []
    assert aws.fact_kinds(radiograph).count("deleted") == 1


@pytest.mark.parametrize("key_end", ["original", "000002.json", "identity.json", "000003.json"])
def test_a_deletion_beside_the_screening_brings_no_identity_back(
    aws: Aws, api: Api, key_end: str
) -> None:
    radiograph = api.create(file_name="anna.dcm")
    aws.upload(radiograph, encode_dicom(grey_ramp(), PatientID="ANNA-1"))
    # The deletion does not wait for the screening, which cannot end while it runs.
    other = OtherWriter(aws.s3, key_end=key_end, write=lambda: delete(radiograph))
    run_screening(radiograph)
    assert other.has_written
    assert run_screening(radiograph) == []
    assert aws.fact_kinds(radiograph)[-1] == "deleted"
    assert "Contents" not in aws.s3.list_objects_v2(
        Bucket="pictures", Prefix=keys.identity(radiograph)
    )
    assert "anna" not in str(aws.cached_record(radiograph))
