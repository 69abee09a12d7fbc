"""The facts of radiographs as commands read and add to them, by S3 alone.

Readers of Redis notice a fact that was added here: one radiograph is read from Redis only if no
fact follows, and a writer is refused a number that is taken. Lists trust Redis until the refill.
The functions read and write by `lambdas.records`.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from contracts import keys
from contracts.facts import Fact
from contracts.record import Record, fold
from contracts.serialisation import parse_fact, serialise
from storage.conditional_put import put_if_absent

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


class FactsError(Exception):
    """A fact of the radiograph cannot be read by this release."""


def list_radiographs(s3: "S3Client", bucket: str, site: str) -> Iterator[str]:
    """The ids of a site's radiographs, newest first."""
    for item in _list_objects(s3, bucket, keys.index_prefix(site)):
        yield keys.parse_index_entry(item["Key"])[0]


def read_fact_contents(
    s3: "S3Client", bucket: str, radiograph_id: str
) -> Iterator[tuple[bytes, datetime]]:
    """The content of each fact, and the time at which S3 stored it. Raises botocore's errors."""
    for item in _list_objects(s3, bucket, keys.facts_prefix(radiograph_id)):
        response = s3.get_object(Bucket=bucket, Key=item["Key"])
        yield response["Body"].read(), item["LastModified"]


def read_record(s3: "S3Client", bucket: str, radiograph_id: str) -> Record | None:
    """The record as of its last fact; None where there is no such radiograph. Raises FactsError."""
    contents = [content for content, _ in read_fact_contents(s3, bucket, radiograph_id)]
    try:
        return fold(parse_fact(json.loads(content)) for content in contents)
    except (ValueError, RecursionError) as error:
        raise FactsError(radiograph_id) from error


def append_fact(s3: "S3Client", bucket: str, fact: Fact) -> bool:
    """False where another writer has taken the number of the fact."""
    key = keys.fact(fact.radiograph_id, fact.sequence)
    return put_if_absent(s3, bucket, key=key, content=json.dumps(serialise(fact)).encode())


def _list_objects(s3: "S3Client", bucket: str, prefix: str) -> Iterator[Any]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    for page in pages:
        yield from page.get("Contents", [])
