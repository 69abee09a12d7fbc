"""Deletes objects with all their versions from a versioned bucket."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import ObjectIdentifierTypeDef

# S3 lists and deletes at most this many versions in one call.
MAX_PER_CALL = 1_000


class DeletionError(Exception):
    """S3 does not delete `key`; `code` is S3's own word for why."""

    def __init__(self, key: str, code: str) -> None:
        super().__init__(f"{key}: {code}")
        self.key, self.code = key, code


def delete_versions(s3: "S3Client", bucket: str, prefix: str = "") -> int:
    """Deletes every version and delete marker under `prefix`; returns how many.

    Raises DeletionError at the first that S3 does not delete.
    """
    count = 0
    # Each page is listed from the start: what was deleted is not there any more.
    while versions := _list_versions(s3, bucket, prefix):
        answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": versions, "Quiet": True})
        for error in answer.get("Errors", []):
            raise DeletionError(error["Key"], error["Code"])
        count += len(versions)
    return count


def _list_versions(s3: "S3Client", bucket: str, prefix: str) -> "list[ObjectIdentifierTypeDef]":
    page = s3.list_object_versions(Bucket=bucket, Prefix=prefix, MaxKeys=MAX_PER_CALL)
    entries = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
    return [{"Key": entry["Key"], "VersionId": entry["VersionId"]} for entry in entries]
