"""A version's files are written once; the pointer moves from one version to the next."""

import json
from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from types_boto3_s3 import S3Client

from contracts.model_layout import CARD_FILE, COPIED_FROM, POINTER_KEY
from contracts.model_pointer import ModelPointer
from storage.models_bucket import (
    ModelMissingError,
    ModelsBucket,
    PointerConflictError,
    describe_current_version,
)
from tests.storage.conftest import BUCKET

CARD = b'{"model_version": "first"}'


@pytest.fixture
def bucket(s3: S3Client) -> ModelsBucket:
    return ModelsBucket(s3, BUCKET)


def test_a_bucket_without_a_pointer_has_no_current_version(bucket: ModelsBucket) -> None:
    assert bucket.read_pointer() is None
    with pytest.raises(ModelMissingError, match=POINTER_KEY):
        bucket.read_current_version()


def test_the_first_pointer_stays(bucket: ModelsBucket) -> None:
    assert bucket.create_pointer("first") == "first"
    assert bucket.create_pointer("second") == "first"


def test_a_promotion_keeps_the_previous_version(bucket: ModelsBucket) -> None:
    bucket.create_pointer("first")
    assert bucket.move_pointer("second") == ModelPointer(model_version="second", previous="first")
    assert bucket.move_pointer("second") == bucket.read_pointer()
    assert bucket.move_pointer("first", is_rollback=True) == ModelPointer(model_version="first")


def test_a_pointer_moves_into_an_empty_bucket(bucket: ModelsBucket) -> None:
    assert bucket.move_pointer("first") == ModelPointer(model_version="first")


def test_of_two_writers_at_once_one_is_refused(
    bucket: ModelsBucket, s3: S3Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket.create_pointer("first")
    read: Callable[[], tuple[ModelPointer | None, str | None]] = bucket._read_pointer

    def read_then_lose() -> tuple[ModelPointer | None, str | None]:
        pointer = read()
        s3.put_object(Bucket=BUCKET, Key=POINTER_KEY, Body=b'{"model_version": "other"}')
        return pointer

    monkeypatch.setattr(bucket, "_read_pointer", read_then_lose)
    with pytest.raises(PointerConflictError):
        bucket.move_pointer("second")


@pytest.mark.parametrize("content", [b"{", b"{}", b"[]"])
def test_an_unreadable_pointer_is_an_error(
    bucket: ModelsBucket, s3: S3Client, content: bytes
) -> None:
    s3.put_object(Bucket=BUCKET, Key=POINTER_KEY, Body=content)
    with pytest.raises(ValueError):
        bucket.read_pointer()


def test_a_file_is_created_once_and_keeps_its_metadata(bucket: ModelsBucket) -> None:
    metadata = {COPIED_FROM: "asset"}
    assert bucket.create_file("first", CARD_FILE, content=CARD, metadata=metadata)
    assert not bucket.create_file("first", CARD_FILE, content=b"{}", metadata={})
    assert bucket.read_card("first") == json.loads(CARD)
    assert bucket.read_metadata("first", CARD_FILE) == metadata
    assert bucket.list_files("first") == {CARD_FILE}


def test_a_missing_file_is_named(bucket: ModelsBucket) -> None:
    assert bucket.read_metadata("none", CARD_FILE) is None
    assert bucket.list_files("none") == set()
    with pytest.raises(ModelMissingError, match=r"models/none/model_card\.json"):
        bucket.read_card("none")


def test_a_copy_records_its_source(bucket: ModelsBucket, s3: S3Client) -> None:
    s3.put_object(Bucket=BUCKET, Key="assets/card", Body=CARD)
    bucket.copy_file("first", CARD_FILE, bucket=BUCKET, key="assets/card")
    assert bucket.read_card("first") == json.loads(CARD)
    assert bucket.read_metadata("first", CARD_FILE) == {COPIED_FROM: "assets/card"}


def test_a_file_has_a_url(bucket: ModelsBucket) -> None:
    assert bucket.file_url("first", CARD_FILE) == f"s3://{BUCKET}/models/first/model_card.json"


def test_a_bundled_version_that_does_not_answer_is_named() -> None:
    assert describe_current_version(current="first", bundled="first") == "first"
    assert describe_current_version(current="first", bundled="second") == (
        "first (models/ has second, not promoted)"
    )


def test_an_error_of_s3_other_than_a_missing_file_is_raised(s3: S3Client) -> None:
    with Stubber(s3) as stubber:
        stubber.add_client_error("head_object", "403", http_status_code=403)
        with pytest.raises(ClientError):
            ModelsBucket(s3, BUCKET).read_metadata("default-1", CARD_FILE)
