"""Removal takes every version and delete marker under a prefix, and nothing beside it."""

import pytest
from types_boto3_s3 import S3Client

from storage.object_versions import DeletionError, delete_versions
from tests.storage.conftest import BUCKET


def _versions(s3: S3Client) -> list[str]:
    page = s3.list_object_versions(Bucket=BUCKET)
    return [entry["Key"] for entry in (*page.get("Versions", []), *page.get("DeleteMarkers", []))]


def test_every_version_and_marker_is_removed(s3: S3Client) -> None:
    for content in (b"1", b"2"):
        s3.put_object(Bucket=BUCKET, Key="a/1", Body=content)
    s3.delete_object(Bucket=BUCKET, Key="a/1")
    assert delete_versions(s3, BUCKET, "a/") == 3
    assert _versions(s3) == []


def test_objects_under_another_prefix_stay(s3: S3Client) -> None:
    s3.put_object(Bucket=BUCKET, Key="a/1", Body=b"1")
    s3.put_object(Bucket=BUCKET, Key="b/1", Body=b"1")
    assert delete_versions(s3, BUCKET, "a/") == 1
    assert _versions(s3) == ["b/1"]


def test_more_versions_than_one_call_takes_are_removed(
    s3: S3Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.object_versions.MAX_PER_CALL", 2)
    for number in range(5):
        s3.put_object(Bucket=BUCKET, Key=f"a/{number}", Body=b"1")
    assert delete_versions(s3, BUCKET) == 5
    assert _versions(s3) == []


def test_an_empty_prefix_in_an_empty_bucket_is_no_error(s3: S3Client) -> None:
    assert delete_versions(s3, BUCKET) == 0


def test_what_s3_does_not_delete_is_named(s3: S3Client, monkeypatch: pytest.MonkeyPatch) -> None:
    s3.put_object(Bucket=BUCKET, Key="a/1", Body=b"1")
    errors = [{"Key": "a/1", "Code": "AccessDenied"}]
    monkeypatch.setattr(s3, "delete_objects", lambda **_: {"Errors": errors})
    with pytest.raises(DeletionError, match=r"a/1: AccessDenied"):
        delete_versions(s3, BUCKET)
