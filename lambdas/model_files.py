"""The models bucket: the version that answers now, and the files of each version."""

import json
from typing import TYPE_CHECKING, Any

from contracts import keys

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

CARD = "model_card.json"


class ModelMissingError(Exception):
    """The bucket has no pointer, or not the file that it leads to."""


class ModelFiles:
    def __init__(self, s3: "S3Client", bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def current_version(self) -> str:
        """The version that the pointer names. Raises ModelMissingError."""
        return str(json.loads(self._read(keys.CURRENT_MODEL))["model_version"])

    def card(self, version: str) -> dict[str, Any]:
        """The card of a version, as it stands. Raises ModelMissingError."""
        return dict(json.loads(self.file(version, CARD)))

    def file(self, version: str, path: str) -> bytes:
        """One file of a version. Raises ModelMissingError."""
        return self._read(keys.model_file(version, path))

    def _read(self, key: str) -> bytes:
        try:
            return self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except self._s3.exceptions.NoSuchKey as error:
            raise ModelMissingError(f"{key} is not in the models bucket") from error
