"""Stores what may identify the patient (file name, DICOM identifiers, doctors' notes) in S3.

A copy of the record lies beside them, because a list shows both.
"""

import json
from collections.abc import Callable, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from contracts import keys
from contracts.later_values import is_unknown
from contracts.patient import Patient, build_patient
from contracts.printable import replace_unprintable
from contracts.record import Record
from contracts.serialisation import parse, serialise
from storage.conditional_put import put_if_absent, put_if_unchanged

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

Fields = Mapping[str, Any]

# A file name and DICOM identifiers take 2 kB, a note at most 12 kB as JSON. The object is read with
# each record, so it must stay small.
MAX_IDENTITY_BYTES = 256_000


class IdentityFullError(Exception):
    """The fields would make `identity.json` larger than its bound. Nothing was written."""


@dataclass(frozen=True, kw_only=True)
class StoredIdentity:
    """The fields of `identity.json`, and its ETag; None where there is no object, or where this
    writer has created it.
    """

    fields: Fields = field(default_factory=dict)
    etag: str | None = None

    @property
    def file_name(self) -> str:
        """As pages can show it: an earlier release let any character through."""
        return str(replace_unprintable(str(self.fields.get("file_name", ""))))

    @property
    def patient(self) -> Patient | None:
        """As the DICOM file has it: an earlier release stored neither name, sex nor study date."""
        tags = self.fields.get("dicom")
        return build_patient(replace_unprintable(tags)) if isinstance(tags, dict) else None

    @property
    def notes(self) -> Mapping[str, str]:
        """Doctors' notes, by the `note_key` of the review that each belongs to."""
        return self._read_texts("notes")

    @property
    def reviewers(self) -> Mapping[str, str]:
        """The names of the doctors who reviewed the radiograph, by their subject."""
        return self._read_texts("reviewers")

    @property
    def search_hashes(self) -> frozenset[str]:
        """The hashes under which `lambdas.search_index` has the film."""
        hashes = self.fields.get("search")
        return frozenset(hashes) if isinstance(hashes, list) else frozenset()

    @property
    def record(self) -> Record | None:
        """The record as of its last answer or review, unless a later release wrote it. Facts may
        follow it.
        """
        try:
            record = parse(Record, replace_unprintable(self.fields["record"]), accept_later=True)
        except (KeyError, ValueError, RecursionError):
            return None
        return None if is_unknown(record.state) else record

    def _read_texts(self, name: str) -> Mapping[str, str]:
        texts = self.fields.get(name)
        if not isinstance(texts, dict):
            return {}
        return {key: str(replace_unprintable(text)) for key, text in texts.items()}


class IdentityError(ValueError):
    """The identity of a radiograph cannot be read. Quotes nothing of it."""


class IdentityStore:
    """Lies in the images bucket, apart from the facts, so that it can be removed alone."""

    def __init__(self, s3: "S3Client", bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def read(self, radiograph_id: str) -> StoredIdentity:
        """Returns no fields for an object over the bound: only earlier releases wrote such.

        Raises IdentityError where what is stored is no JSON object.
        """
        try:
            response = self._s3.get_object(Bucket=self._bucket, Key=keys.identity(radiograph_id))
        except self._s3.exceptions.NoSuchKey:
            return StoredIdentity()
        if response["ContentLength"] > MAX_IDENTITY_BYTES:
            response["Body"].close()
            return StoredIdentity(etag=response["ETag"])
        return StoredIdentity(fields=_parse(response["Body"].read()), etag=response["ETag"])

    def merge(
        self, radiograph_id: str, fields: Fields, *, identity: StoredIdentity | None = None
    ) -> StoredIdentity:
        """Adds `fields` to the identity, as `update` does."""
        return self.update(radiograph_id, lambda current: {**current, **fields}, identity=identity)

    def create(self, radiograph_id: str, fields: Fields) -> StoredIdentity:
        """Writes the first identity. Returns the existing one where another writer was first."""
        key = keys.identity(radiograph_id)
        content = json.dumps(fields).encode()
        while not put_if_absent(self._s3, self._bucket, key=key, content=content):
            if (existing := self.read(radiograph_id)).etag is not None:
                return existing
        return StoredIdentity(fields=fields)

    def add_review(
        self, radiograph_id: str, *, note_key: str, note: str | None, reviewer: Mapping[str, str]
    ) -> StoredIdentity:
        """Adds a doctor's note, unless there is one under its key (the first one stays) or it is
        None, and the doctor's name: `reviewer` maps the subject to it. A radiograph without
        identity was deleted: it gets none by a review.
        """
        notes = {} if note is None else {note_key: note}

        def add(current: Fields) -> Fields:
            if not current:
                return current
            return {
                **current,
                "notes": {**notes, **current.get("notes", {})},
                "reviewers": {**current.get("reviewers", {}), **reviewer},
            }

        return self.update(radiograph_id, add)

    def put_search_hashes(
        self, radiograph_id: str, hashes: Set[str], *, identity: StoredIdentity
    ) -> StoredIdentity:
        """Returns the identity after it: without fields where it was removed, and it stays so.
        Without effect where the identity is full.
        """

        def put(current: Fields) -> Fields:
            return {**current, "search": sorted(hashes)} if current else current

        try:
            return self.update(radiograph_id, put, identity=identity)
        except self._s3.exceptions.NoSuchKey:
            return StoredIdentity()
        except IdentityFullError:
            return identity

    def put_record(self, record: Record, *, identity: StoredIdentity | None = None) -> None:
        """Puts the record beside the identity, so that both are one read where Redis is empty. A
        later one stays, and a radiograph without identity was deleted: it gets none. Without
        effect where the identity is full.
        """

        def put(current: Fields) -> Fields:
            earlier = StoredIdentity(fields=current).record
            if not current or (earlier and earlier.sequence >= record.sequence):
                return current
            return {**current, "record": serialise(record)}

        with suppress(IdentityFullError, self._s3.exceptions.NoSuchKey):
            self.update(record.radiograph_id, put, identity=identity)

    def delete_record(self, radiograph_id: str, *, identity: StoredIdentity) -> None:
        def delete(current: Fields) -> Fields:
            return {name: field for name, field in current.items() if name != "record"}

        with suppress(self._s3.exceptions.NoSuchKey):
            self.update(radiograph_id, delete, identity=identity)

    def update(
        self,
        radiograph_id: str,
        change: Callable[[Fields], Fields],
        *,
        identity: StoredIdentity | None = None,
    ) -> StoredIdentity:
        """Writes the fields that `change` returns, and returns the identity after it.

        `identity` is the identity as the caller has read it, which saves one read. Where another
        writer was first, the identity is read again and `change` is called anew. Raises
        IdentityFullError.
        """
        identity = identity or self.read(radiograph_id)
        while (fields := change(identity.fields)) != identity.fields:
            content = json.dumps(fields).encode()
            if len(content) > MAX_IDENTITY_BYTES:
                raise IdentityFullError
            etag = put_if_unchanged(
                self._s3,
                self._bucket,
                key=keys.identity(radiograph_id),
                content=content,
                etag=identity.etag,
            )
            if etag is not None:
                return StoredIdentity(fields=fields, etag=etag)
            identity = self.read(radiograph_id)
        return identity


def _parse(content: bytes) -> Fields:
    try:
        fields = json.loads(content)
    except (ValueError, RecursionError):
        raise IdentityError from None
    if not isinstance(fields, dict):
        raise IdentityError
    return fields
