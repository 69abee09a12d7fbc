"""Writes an object to S3 only if nobody else has written it meanwhile."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

JSON = "application/json"

# 412: the condition does not hold. 409: another writer is writing the object at this moment.
_CONFLICTS = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})


def put_if_absent(
    s3: "S3Client",
    bucket: str,
    *,
    key: str,
    content: bytes,
    content_type: str = JSON,
    metadata: Mapping[str, str] | None = None,
) -> bool:
    """Creates the object. False where it exists, or another writer is creating it."""
    return _put(
        lambda: s3.put_object(
            Bucket=bucket,
            Key=key,
            Body=content,
            ContentType=content_type,
            Metadata=metadata or {},
            IfNoneMatch="*",
        )
    )


def put_if_unchanged(
    s3: "S3Client", bucket: str, *, key: str, content: bytes, etag: str | None
) -> bool:
    """Replaces the JSON object that was read with `etag`; None where there was none. False where
    another writer has changed it since.
    """
    if etag is None:
        return put_if_absent(s3, bucket, key=key, content=content)
    return _put(
        lambda: s3.put_object(Bucket=bucket, Key=key, Body=content, ContentType=JSON, IfMatch=etag)
    )


def _put(put_object: Callable[[], object]) -> bool:
    try:
        put_object()
    except ClientError as error:
        if error.response["Error"]["Code"] in _CONFLICTS:
            return False
        raise
    return True
