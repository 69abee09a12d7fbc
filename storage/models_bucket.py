"""The models bucket: the files of each version, and the pointer to the version that answers.

ModelsBucketError
├── ModelMissingError     no pointer, or a file that is not there
└── PointerConflictError  another writer moved the pointer at the same moment
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from contracts.model_layout import CARD_FILE, COPIED_FROM, POINTER_KEY, file_key
from contracts.model_pointer import ModelPointer, parse_model_pointer
from contracts.serialisation import serialise
from storage.conditional_put import put_if_absent, put_if_unchanged

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_BINARY = "binary/octet-stream"


class ModelsBucketError(Exception):
    """The models bucket does not allow the operation."""


class ModelMissingError(ModelsBucketError):
    """The bucket has no pointer, or not the file that is read."""


class PointerConflictError(ModelsBucketError):
    """Another writer moved the pointer at the same moment."""


class ModelsBucket:
    """Methods raise botocore's errors as well."""

    def __init__(self, s3: "S3Client", bucket: str) -> None:
        self.name = bucket
        self._s3 = s3

    # The pointer

    def read_pointer(self) -> ModelPointer | None:
        """None where there is none yet. Raises ValueError where it cannot be parsed."""
        return self._read_pointer()[0]

    def read_current_version(self) -> str:
        """The version that answers. Raises ModelMissingError."""
        pointer = self.read_pointer()
        if pointer is None:
            raise _missing(POINTER_KEY)
        return pointer.model_version

    def create_pointer(self, version: str) -> str:
        """Writes the pointer where there is none; returns the version that it names now."""
        content = _serialise_pointer(ModelPointer(model_version=version))
        put_if_absent(self._s3, self.name, key=POINTER_KEY, content=content)
        return self.read_current_version()

    def move_pointer(self, version: str, *, is_rollback: bool = False) -> ModelPointer:
        """Makes `version` the one that answers. Raises PointerConflictError.

        After a rollback there is no previous version: the next one must be named.
        """
        pointer, etag = self._read_pointer()
        if pointer is not None and pointer.model_version == version:
            return pointer
        previous = pointer.model_version if pointer is not None and not is_rollback else ""
        new_pointer = ModelPointer(model_version=version, previous=previous)
        content = _serialise_pointer(new_pointer)
        if not put_if_unchanged(self._s3, self.name, key=POINTER_KEY, content=content, etag=etag):
            raise PointerConflictError(f"{POINTER_KEY} was changed at the same moment")
        return new_pointer

    def _read_pointer(self) -> tuple[ModelPointer | None, str | None]:
        """The pointer and its ETag."""
        try:
            response = self._s3.get_object(Bucket=self.name, Key=POINTER_KEY)
        except self._s3.exceptions.NoSuchKey:
            return None, None
        return parse_model_pointer(response["Body"].read()), response["ETag"]

    # The files of a version

    def list_versions(self) -> list[str]:
        """The versions of which the bucket has any file."""
        prefix = file_key("", "").removesuffix("/")
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.name, Prefix=prefix, Delimiter="/"
        )
        return [
            entry["Prefix"].removeprefix(prefix).removesuffix("/")
            for page in pages
            for entry in page.get("CommonPrefixes", [])
        ]

    def list_files(self, version: str) -> set[str]:
        prefix = file_key(version, "")
        listing = self._s3.list_objects_v2(Bucket=self.name, Prefix=prefix)
        return {entry["Key"].removeprefix(prefix) for entry in listing.get("Contents", [])}

    def read_card(self, version: str) -> dict[str, Any]:
        """The content of the model card. Raises ModelMissingError."""
        return dict(json.loads(self.read_file(version, CARD_FILE)))

    def read_file(self, version: str, path: str) -> bytes:
        """One file of a version. Raises ModelMissingError."""
        key = file_key(version, path)
        try:
            return self._s3.get_object(Bucket=self.name, Key=key)["Body"].read()
        except self._s3.exceptions.NoSuchKey as error:
            raise _missing(key) from error

    def read_metadata(self, version: str, path: str) -> Mapping[str, str] | None:
        """The S3 metadata of a file; None where the version has no such file."""
        try:
            return self._s3.head_object(Bucket=self.name, Key=file_key(version, path))["Metadata"]
        except ClientError as error:
            if error.response["Error"]["Code"] == "404":
                return None
            raise

    def create_file(
        self, version: str, path: str, *, content: bytes, metadata: Mapping[str, str]
    ) -> bool:
        """False where the version has the file: it is written once."""
        return put_if_absent(
            self._s3,
            self.name,
            key=file_key(version, path),
            content=content,
            content_type=_BINARY,
            metadata=metadata,
        )

    def copy_file(self, version: str, path: str, *, bucket: str, key: str) -> None:
        """Copies a file from another bucket inside S3, and records its source as metadata."""
        self._s3.copy_object(
            Bucket=self.name,
            Key=file_key(version, path),
            CopySource={"Bucket": bucket, "Key": key},
            Metadata={COPIED_FROM: key},
            MetadataDirective="REPLACE",
        )

    def file_url(self, version: str, path: str) -> str:
        """The file's `s3://` URL, as SageMaker takes it."""
        return f"s3://{self.name}/{file_key(version, path)}"


def describe_current_version(*, current: str, bundled: str) -> str:
    """A text for the person who deploys or starts the system."""
    return current if current == bundled else f"{current} (models/ has {bundled}, not promoted)"


def _serialise_pointer(pointer: ModelPointer) -> bytes:
    return json.dumps(serialise(pointer)).encode()


def _missing(key: str) -> ModelMissingError:
    return ModelMissingError(f"{key} is not in the models bucket")
