"""The models bucket: the version that answers now, and the files of each version."""

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from contracts import keys
from contracts.model_pointer import ModelPointer, parse_model_pointer
from contracts.serialisation import serialise

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

CARD = "model_card.json"

# 412: there is a pointer. 409: somebody is writing one at this moment.
_TAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})


class ModelMissingError(Exception):
    """The bucket has no pointer, or not the file that it leads to."""


class ModelsBucket:
    def __init__(self, s3: "S3Client", bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def read_current_version(self) -> str:
        """The version that the pointer names. Raises ModelMissingError."""
        return parse_model_pointer(self._read(keys.CURRENT_MODEL)).model_version

    def read_card(self, version: str) -> dict[str, Any]:
        """The card of a version, as it stands. Raises ModelMissingError."""
        return dict(json.loads(self.read_file(version, CARD)))

    def read_file(self, version: str, path: str) -> bytes:
        """One file of a version. Raises ModelMissingError."""
        return self._read(keys.model_file(version, path))

    def write_first_pointer(self, version: str) -> str:
        """Writes the pointer where there is none, and returns the version that it names."""
        try:
            self._s3.put_object(
                Bucket=self._bucket,
                Key=keys.CURRENT_MODEL,
                Body=json.dumps(serialise(ModelPointer(model_version=version))),
                ContentType="application/json",
                IfNoneMatch="*",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] not in _TAKEN:
                raise
        return self.read_current_version()

    def read_source_key(self, version: str, path: str) -> str | None:
        """What `copy` noted of where a file came from, empty where it noted nothing; None where
        the version has no such file.
        """
        try:
            head = self._s3.head_object(Bucket=self._bucket, Key=keys.model_file(version, path))
        except ClientError as error:
            if error.response["Error"]["Code"] == "404":
                return None
            raise
        return head["Metadata"].get(keys.COPIED_FROM, "")

    def copy_file(self, version: str, path: str, *, bucket: str, key: str) -> None:
        """Takes one file of a version from another bucket, without carrying its bytes."""
        self._s3.copy_object(
            Bucket=self._bucket,
            Key=keys.model_file(version, path),
            CopySource={"Bucket": bucket, "Key": key},
            Metadata={keys.COPIED_FROM: key},
            MetadataDirective="REPLACE",
        )

    def _read(self, key: str) -> bytes:
        try:
            return self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except self._s3.exceptions.NoSuchKey as error:
            raise ModelMissingError(f"{key} is not in the models bucket") from error


def describe_current_version(*, current: str, bundled: str) -> str:
    """In words, for whoever deploys or starts the system."""
    return current if current == bundled else f"{current} (models/ has {bundled}, not promoted)"
