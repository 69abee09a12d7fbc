"""Facts and pictures in S3: the one file that knows how they are kept."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from contracts import keys
from contracts.facts import Fact
from contracts.limits import MAX_FILE_BYTES
from contracts.record import Record, apply_fact, fold
from contracts.serialisation import parse_fact, serialise
from lambdas import clients
from lambdas.settings import Settings
from storage.conditional_put import put_if_absent, put_if_unchanged

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_MISSING = frozenset({"NoSuchKey", "404", "NoSuchVersion"})

_FORM_SECONDS = 300
_LINK_SECONDS = 900
_CHUNK = 1024 * 1024

# Given the record so far, the fact that comes next; None where nothing is left to say.
Decide = Callable[[Record | None], Fact | None]


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """The first version of an uploaded object. `content` is None where it is over the limit."""

    version: str
    size: int
    sha256: str
    content: bytes | None


class Store:
    """Facts in one bucket, pictures and identity in the other."""

    def __init__(self, s3: "S3Client", *, facts_bucket: str, images_bucket: str) -> None:
        self._s3 = s3
        self._facts = facts_bucket
        self._pictures = images_bucket

    # Facts

    def record(self, radiograph: str) -> Record | None:
        """The record as the facts have it now; None for a radiograph that nobody announced."""
        return fold(self._read_facts(radiograph))

    def append(self, radiograph: str, decide: Decide) -> Record | None:
        """The record after the fact that `decide` adds. Where another writer was first, the facts
        are folded again and decided anew, so that an event twice gives one answer.
        """
        record = self.record(radiograph)
        while (fact := decide(record)) is not None:
            key = keys.fact(radiograph, fact.sequence)
            if self._write_once(key, json.dumps(serialise(fact)).encode()):
                return apply_fact(record, fact)
            record = self.record(radiograph)
        return record

    def is_latest(self, record: Record) -> bool:
        """Whether no fact follows the ones that `record` was folded from."""
        return not self._exists(keys.fact(record.radiograph_id, record.sequence + 1))

    def _read_facts(self, radiograph: str) -> Iterator[Fact]:
        for key in self._list(self._facts, keys.facts_prefix(radiograph)):
            yield parse_fact(json.loads(self._read(self._facts, key)))

    # The index

    def add_to_index(self, record: Record) -> None:
        key = keys.index(record.site, record.created_at, record.radiograph_id)
        self._write_once(key, b"")

    def newest(self, site: str, *, after: str | None, limit: int) -> list[str]:
        """Index keys of a site, newest first, after the key `after`; at most 1,000."""
        prefix = keys.index_prefix(site)
        page = self._s3.list_objects_v2(
            Bucket=self._facts, Prefix=prefix, StartAfter=after or prefix, MaxKeys=limit
        )
        return [entry["Key"] for entry in page.get("Contents", [])]

    def sites(self) -> list[str]:
        """Each site that has an index."""
        page = self._s3.list_objects_v2(Bucket=self._facts, Prefix="index/", Delimiter="/")
        return [entry["Prefix"].split("/")[1] for entry in page.get("CommonPrefixes", [])]

    # Pictures and identity

    def upload_form(self, radiograph: str, *, size: int) -> tuple[str, dict[str, str], int]:
        """Address, fields and seconds of validity of a form that takes one file of `size` bytes
        into incoming/: S3 refuses one that was cut off, or another.
        """
        form = self._s3.generate_presigned_post(
            Bucket=self._pictures,
            Key=keys.incoming(radiograph),
            Conditions=[["content-length-range", size, size]],
            ExpiresIn=_FORM_SECONDS,
        )
        return form["url"], form["fields"], _FORM_SECONDS

    def arrival(self, radiograph: str) -> Arrival | None:
        """The oldest version in incoming/, read once; None while nothing has arrived."""
        key = keys.incoming(radiograph)
        listed = self._s3.list_object_versions(Bucket=self._pictures, Prefix=key)
        versions = [version for version in listed.get("Versions", []) if version["Key"] == key]
        if not versions:
            return None
        # Listed newest first, and times are whole seconds: of equals, the last is the oldest.
        oldest = min(reversed(versions), key=lambda version: version["LastModified"])["VersionId"]
        body = self._s3.get_object(Bucket=self._pictures, Key=key, VersionId=oldest)["Body"]
        digest, size, kept = hashlib.sha256(), 0, bytearray()
        for chunk in body.iter_chunks(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            if size <= MAX_FILE_BYTES:
                kept += chunk
        content = bytes(kept) if size <= MAX_FILE_BYTES else None
        return Arrival(version=oldest, size=size, sha256=digest.hexdigest(), content=content)

    def put_picture(self, key: str, content: bytes, content_type: str) -> None:
        self._s3.put_object(Bucket=self._pictures, Key=key, Body=content, ContentType=content_type)

    def picture(self, key: str) -> bytes | None:
        try:
            return self._read(self._pictures, key)
        except self._s3.exceptions.NoSuchKey:
            return None

    def link(self, key: str) -> str:
        """An address at which the browser may fetch one picture, for 15 minutes."""
        return self._s3.generate_presigned_url(
            "get_object",
            Params={"Bucket": self._pictures, "Key": key},
            ExpiresIn=_LINK_SECONDS,
        )

    def identity(self, radiograph: str) -> dict[str, Any]:
        """What may name the patient, and doctors' notes; empty where nothing is kept."""
        content = self.picture(keys.identity(radiograph))
        return dict(json.loads(content)) if content else {}

    def merge_identity(self, radiograph: str, fields: dict[str, Any]) -> None:
        """Add `fields` to the identity, whoever else is writing it at the same time."""
        self._change_identity(radiograph, lambda known: {**known, **fields})

    def add_note(self, radiograph: str, *, at: str, note: str) -> None:
        """Keep what a doctor wrote, under the moment of the review that it belongs to."""

        def noted(known: dict[str, Any]) -> dict[str, Any]:
            return {**known, "notes": {**known.get("notes", {}), at: note}}

        self._change_identity(radiograph, noted)

    def _change_identity(
        self, radiograph: str, change: Callable[[dict[str, Any]], dict[str, Any]]
    ) -> None:
        key = keys.identity(radiograph)
        while True:
            etag, known = self._read_with_etag(key)
            changed = change(known)
            if changed == known or self._replace(key, json.dumps(changed).encode(), etag):
                return

    # S3

    def _read_with_etag(self, key: str) -> tuple[str | None, dict[str, Any]]:
        try:
            answer = self._s3.get_object(Bucket=self._pictures, Key=key)
        except self._s3.exceptions.NoSuchKey:
            return None, {}
        return answer["ETag"], dict(json.loads(answer["Body"].read()))

    def _replace(self, key: str, content: bytes, etag: str | None) -> bool:
        return put_if_unchanged(self._s3, self._pictures, key=key, content=content, etag=etag)

    def _write_once(self, key: str, content: bytes) -> bool:
        return put_if_absent(self._s3, self._facts, key=key, content=content)

    def _exists(self, key: str) -> bool:
        try:
            self._s3.head_object(Bucket=self._facts, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                return False
            raise
        return True

    def _read(self, bucket: str, key: str) -> bytes:
        return self._s3.get_object(Bucket=bucket, Key=key)["Body"].read()

    def _list(self, bucket: str, prefix: str) -> list[str]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        return [entry["Key"] for page in pages for entry in page.get("Contents", [])]


def connect(known: Settings) -> Store:
    """The store of the buckets that the settings name."""
    return Store(clients.s3(), facts_bucket=known.facts_bucket, images_bucket=known.images_bucket)
