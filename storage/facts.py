"""Reads the facts of a radiograph from S3, in their order."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from contracts import keys

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


def read_fact_contents(
    s3: "S3Client", bucket: str, radiograph_id: str
) -> Iterator[tuple[bytes, datetime]]:
    """The content of each fact, and the time at which S3 stored it. Raises botocore's errors."""
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket=bucket, Prefix=keys.facts_prefix(radiograph_id)
    )
    for page in pages:
        for item in page.get("Contents", []):
            response = s3.get_object(Bucket=bucket, Key=item["Key"])
            yield response["Body"].read(), item["LastModified"]
