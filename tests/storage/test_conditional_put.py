"""A conditional write happens only if no other writer was first."""

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from types_boto3_s3 import S3Client

from storage.conditional_put import put_if_absent, put_if_unchanged
from tests.storage.conftest import BUCKET


def _content(s3: S3Client, key: str) -> bytes:
    return s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()


def test_an_object_is_created_once(s3: S3Client) -> None:
    assert put_if_absent(s3, BUCKET, key="once", content=b"first", metadata={"made-by": "test"})
    assert not put_if_absent(s3, BUCKET, key="once", content=b"second")
    head = s3.head_object(Bucket=BUCKET, Key="once")
    assert _content(s3, "once") == b"first"
    assert (head["ContentType"], head["Metadata"]) == ("application/json", {"made-by": "test"})


def test_an_object_is_replaced_only_as_it_was_read(s3: S3Client) -> None:
    assert put_if_unchanged(s3, BUCKET, key="shared", content=b"first", etag=None)
    etag = s3.head_object(Bucket=BUCKET, Key="shared")["ETag"]
    assert put_if_unchanged(s3, BUCKET, key="shared", content=b"second", etag=etag)
    assert not put_if_unchanged(s3, BUCKET, key="shared", content=b"third", etag=etag)
    assert not put_if_unchanged(s3, BUCKET, key="shared", content=b"third", etag=None)
    assert _content(s3, "shared") == b"second"


@pytest.mark.parametrize("code", ["PreconditionFailed", "ConditionalRequestConflict"])
def test_both_answers_of_s3_are_a_conflict(code: str) -> None:
    client = boto3.client("s3", region_name="us-east-1")
    with Stubber(client) as stub:
        stub.add_client_error("put_object", service_error_code=code)
        assert not put_if_absent(client, BUCKET, key="key", content=b"")


def test_another_error_of_s3_is_raised() -> None:
    client = boto3.client("s3", region_name="us-east-1")
    with Stubber(client) as stub:
        stub.add_client_error("put_object", service_error_code="AccessDenied")
        with pytest.raises(ClientError, match="AccessDenied"):
            put_if_absent(client, BUCKET, key="key", content=b"")
