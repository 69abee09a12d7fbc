"""Writes an object to S3 only if nobody else has written it meanwhile."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import PutObjectOutputTypeDef

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
    locked_until: datetime | None = None,
) -> bool:
    """Creates the object. False where it exists, or another writer is creating it.

    `locked_until` takes the place of the bucket's own retention, in a bucket with Object Lock.
    """
    put = partial(
        s3.put_object,
        Bucket=bucket,
        Key=key,
        Body=content,
        ContentType=content_type,
        Metadata=metadata or {},
        IfNoneMatch="*",
    )
    if locked_until is not None:
        put = partial(put, ObjectLockMode="COMPLIANCE", ObjectLockRetainUntilDate=locked_until)
    return _put(put) is not None


def put_if_unchanged(
    s3: "S3Client", bucket: str, *, key: str, content: bytes, etag: str | None
) -> str | None:
    """Replaces the JSON object that was read with `etag`; None where there was none. Returns the
    new ETag, or None where another writer has changed the object since.
    """
    condition = {"IfNoneMatch": "*"} if etag is None else {"IfMatch": etag}
    put = partial(s3.put_object, Bucket=bucket, Key=key, Body=content, ContentType=JSON)
    return _put(partial(put, **condition))


def _put(put_object: "Callable[[], PutObjectOutputTypeDef]") -> str | None:
    try:
        return put_object()["ETag"]
    except ClientError as error:
        if error.response["Error"]["Code"] in _CONFLICTS:
            return None
        raise
