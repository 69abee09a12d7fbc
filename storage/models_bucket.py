"""The models bucket: the version that answers now, and the files of each version."""

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from contracts import keys
from contracts.pointer import Pointer, pointer_from_json

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

CARD = "model_card.json"

# 412: there is a pointer. 409: somebody is writing one at this moment.
_TAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})


class ModelMissingError(Exception):
    """The bucket has no pointer, or not the file that it leads to."""


class ModelFiles:
    def __init__(self, s3: "S3Client", bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def current_version(self) -> str:
        """The version that the pointer names. Raises ModelMissingError."""
        return pointer_from_json(self._read(keys.CURRENT_MODEL)).model_version

    def card(self, version: str) -> dict[str, Any]:
        """The card of a version, as it stands. Raises ModelMissingError."""
        return dict(json.loads(self.file(version, CARD)))

    def file(self, version: str, path: str) -> bytes:
        """One file of a version. Raises ModelMissingError."""
        return self._read(keys.model_file(version, path))

    def point_first(self, version: str) -> str:
        """Writes the pointer where there is none, and returns the version that it names."""
        try:
            self._s3.put_object(
                Bucket=self._bucket,
                Key=keys.CURRENT_MODEL,
                Body=Pointer(model_version=version).to_json(),
                ContentType="application/json",
                IfNoneMatch="*",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] not in _TAKEN:
                raise
        return self.current_version()

    def note(self, version: str, path: str) -> str | None:
        """What `copy` noted of where a file came from, empty where it noted nothing; None where
        the version has no such file.
        """
        try:
            head = self._s3.head_object(Bucket=self._bucket, Key=keys.model_file(version, path))
        except ClientError as error:
            if error.response["Error"]["Code"] == "404":
                return None
            raise
        return head["Metadata"].get(keys.RELEASED_FROM, "")

    def copy(self, version: str, path: str, *, bucket: str, key: str) -> None:
        """Takes one file of a version from another bucket, without carrying its bytes."""
        self._s3.copy_object(
            Bucket=self._bucket,
            Key=keys.model_file(version, path),
            CopySource={"Bucket": bucket, "Key": key},
            Metadata={keys.RELEASED_FROM: key},
            MetadataDirective="REPLACE",
        )

    def _read(self, key: str) -> bytes:
        try:
            return self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except self._s3.exceptions.NoSuchKey as error:
            raise ModelMissingError(f"{key} is not in the models bucket") from error


def which_answers(*, current: str, bundled: str) -> str:
    """In words, for whoever deploys or starts the system."""
    return current if current == bundled else f"{current} (models/ has {bundled}, not promoted)"
