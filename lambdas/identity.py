"""Stores what may identify the patient (file name, DICOM identifiers, doctors' notes) in S3."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from contracts import keys
from contracts.printable import replace_unprintable
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
    """The fields of `identity.json`, and the ETag with which they were read; None where there is no
    object, or where the fields were written and not read.
    """

    fields: Fields = field(default_factory=dict)
    etag: str | None = None

    @property
    def file_name(self) -> str:
        """As pages can show it: an earlier release let any character through."""
        return str(replace_unprintable(str(self.fields.get("file_name", ""))))

    @property
    def notes(self) -> Mapping[str, str]:
        """Doctors' notes, by the `note_key` of the review that each belongs to."""
        notes = self.fields.get("notes")
        if not isinstance(notes, dict):
            return {}
        return {at: str(replace_unprintable(note)) for at, note in notes.items()}


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

    def add_note(self, radiograph_id: str, *, note_key: str, note: str) -> StoredIdentity:
        """Adds a doctor's note, unless there is one under its key: the first one stays. A
        radiograph without identity was deleted: it gets none by a note.
        """

        def add(current: Fields) -> Fields:
            if not current:
                return current
            return {**current, "notes": {note_key: note, **current.get("notes", {})}}

        return self.update(radiograph_id, add)

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
            is_written = put_if_unchanged(
                self._s3,
                self._bucket,
                key=keys.identity(radiograph_id),
                content=content,
                etag=identity.etag,
            )
            if is_written:
                return StoredIdentity(fields=fields)
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
