"""Reads what a system has stored: facts, identities and images."""

import json
from bisect import bisect_left
from functools import cache
from typing import Any

from botocore.exceptions import ClientError

from contracts import keys
from contracts.facts import Fact
from contracts.serialisation import parse_fact


class StoredObjects:
    """Reads the facts bucket and the images bucket of one system.

    Each bucket is listed once until `refresh`: the checkers ask for thousands of keys.
    """

    def __init__(self, s3: Any, *, facts_bucket: str, images_bucket: str) -> None:
        self._s3 = s3
        self.facts_bucket = facts_bucket
        self.images_bucket = images_bucket
        self.refresh()

    def refresh(self) -> None:
        """Lists the buckets again at the next read."""
        self._list_keys = cache(self._list_all_keys)
        self._list_incoming = cache(self._list_incoming_versions)

    def read_facts(self, radiograph: str) -> list[Fact]:
        prefix = keys.facts_prefix(radiograph)
        names = self._list_keys(self.facts_bucket)
        names = names[bisect_left(names, prefix) : bisect_left(names, prefix + chr(0x10FFFF))]
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
        names = self._list_keys(bucket)
        return key in names[bisect_left(names, key) :][:1]

    def read_original(self, radiograph: str) -> bytes:
        """Returns the stored copy of the file; empty where it is missing."""
        key = keys.original(radiograph)
        bucket = self.images_bucket
        return self._read(bucket, key) if self.exists(bucket, key) else b""

    def read_incoming(self, radiograph: str) -> bytes:
        """Returns the oldest version of the upload, which counts; empty where none exists."""
        bucket, key = self.images_bucket, keys.incoming(radiograph)
        versions = self._list_incoming().get(key, [])
        if not versions:
            return b""
        # Newest first, so that the last of several versions of one second is the oldest.
        oldest = min(reversed(versions), key=lambda version: version["LastModified"])
        return self._read(bucket, key, VersionId=oldest["VersionId"])

    def _list_all_keys(self, bucket: str) -> list[str]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        return sorted(entry["Key"] for page in pages for entry in page.get("Contents", []))

    def _list_incoming_versions(self) -> dict[str, list[dict[str, Any]]]:
        """Returns the versions of each upload, newest first."""
        pages = self._s3.get_paginator("list_object_versions").paginate(
            Bucket=self.images_bucket, Prefix=keys.incoming("")
        )
        versions: dict[str, list[dict[str, Any]]] = {}
        for page in pages:
            for version in page.get("Versions", []):
                versions.setdefault(version["Key"], []).append(version)
        return versions

    def _read(self, bucket: str, key: str, **version: str) -> bytes:
        return bytes(self._s3.get_object(Bucket=bucket, Key=key, **version)["Body"].read())
