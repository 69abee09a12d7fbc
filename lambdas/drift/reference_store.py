"""Keeps the reference of each site and model version in the facts bucket, written once."""

import json
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from contracts import keys
from contracts.serialisation import parse, serialise
from lambdas.drift.signals import Reference
from storage.conditional_put import put_if_absent

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


class ReferenceStore:
    """Methods raise botocore's errors as well."""

    def __init__(self, s3: "S3Client", facts_bucket: str) -> None:
        self._s3 = s3
        self._bucket = facts_bucket

    def read(self, site: str, model_version: str) -> Reference | None:
        """None where there is none yet. Raises MessageError for one that cannot be read."""
        key = keys.drift_reference(site, model_version)
        try:
            content = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":
                return None
            raise
        return parse(Reference, json.loads(content), accept_later=True)

    def create(self, site: str, model_version: str, reference: Reference) -> None:
        """Writes the reference, unless there is one."""
        content = json.dumps(serialise(reference)).encode()
        key = keys.drift_reference(site, model_version)
        put_if_absent(self._s3, self._bucket, key=key, content=content)
