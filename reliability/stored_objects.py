"""Reads what a system has stored: facts, identities and images."""

import json
from typing import Any

from botocore.exceptions import ClientError

from contracts import keys
from contracts.facts import Fact
from contracts.serialisation import parse_fact


class StoredObjects:
    """Reads the facts bucket and the images bucket of one system."""

    def __init__(self, s3: Any, *, facts_bucket: str, images_bucket: str) -> None:
        self._s3 = s3
        self.facts_bucket = facts_bucket
        self.images_bucket = images_bucket

    def read_facts(self, radiograph: str) -> list[Fact]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.facts_bucket, Prefix=keys.facts_prefix(radiograph)
        )
        names = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
        return [parse_fact(json.loads(self._read(self.facts_bucket, name))) for name in names]

    def read_identity(self, radiograph: str) -> dict[str, Any]:
        """Returns no fields where there is no identity."""
        try:
            content = self._read(self.images_bucket, keys.identity(radiograph))
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":
                return {}
            raise
        return dict(json.loads(content))

    def exists(self, bucket: str, key: str) -> bool:
        response = self._s3.list_objects_v2(Bucket=bucket, Prefix=key)
        return key in {entry["Key"] for entry in response.get("Contents", [])}

    def read_original(self, radiograph: str) -> bytes:
        """Returns the stored copy of the file; empty where it is missing."""
        key = keys.original(radiograph)
        bucket = self.images_bucket
        return self._read(bucket, key) if self.exists(bucket, key) else b""

    def read_incoming(self, radiograph: str) -> bytes:
        """Returns the oldest version of the upload, which counts; empty where none exists."""
        bucket, key = self.images_bucket, keys.incoming(radiograph)
        response = self._s3.list_object_versions(Bucket=bucket, Prefix=key)
        versions = [each for each in response.get("Versions", []) if each["Key"] == key]
        if not versions:
            return b""
        # Newest first, so that the last of several versions of one second is the oldest.
        oldest = min(reversed(versions), key=lambda version: version["LastModified"])
        return self._read(bucket, key, VersionId=oldest["VersionId"])

    def _read(self, bucket: str, key: str, **version: str) -> bytes:
        return bytes(self._s3.get_object(Bucket=bucket, Key=key, **version)["Body"].read())
