"""Stores uploaded files and images in S3, and signs addresses for the browser."""

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts import keys
from contracts.api import Upload
from contracts.limits import MAX_FILE_BYTES
from lambdas import clock
from storage.object_versions import delete_versions

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import ObjectVersionTypeDef

_FORM_SECONDS = 300
# The same link is given out for the first half of its life: under another address the browser would
# fetch the same image again.
_LINK_SECONDS, _REUSE_SECONDS = 1200, 600
# The bytes of an original are a stranger's; a browser shows no file of this type.
_UNSHOWN_TYPE = "application/octet-stream"
_CHUNK_BYTES = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class UploadedFile:
    """The first version of an uploaded object. `content` is None where it is over the limit."""

    version: str
    size: int
    sha256: str
    content: bytes | None


class ImageStore:
    def __init__(self, s3: "S3Client", bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._links: dict[str, str] = {}
        self._link_period = (0, 0)

    def sign_upload_form(self, radiograph_id: str, *, size: int) -> Upload:
        """A form by which the browser uploads one file. S3 refuses a file of another size than
        `size` bytes, such as one that was cut off.
        """
        form = self._s3.generate_presigned_post(
            Bucket=self._bucket,
            Key=keys.incoming(radiograph_id),
            Conditions=[["content-length-range", size, size]],
            # S3 compares the end with its own clock.
            ExpiresIn=_FORM_SECONDS + clock.seconds_ahead(),
        )
        return Upload(url=form["url"], fields=form["fields"], expires_in_seconds=_FORM_SECONDS)

    def sign_link(self, key: str) -> str:
        """An address from which the browser may fetch one file, for 10 to 20 minutes.

        It is the same for 10 minutes. Browsers store the image for 20 and no shared cache does. S3
        sends no `nosniff`, but the content type is part of the signature: images are our own PNG
        files, and an original has a type that a browser does not show.
        """
        # A link that was signed by another clock may have expired.
        period = (int(clock.now().timestamp()) // _REUSE_SECONDS, clock.seconds_ahead())
        if period != self._link_period:
            self._links, self._link_period = {}, period
        if key not in self._links:
            self._links[key] = self._build_link(key)
        return self._links[key]

    def _build_link(self, key: str) -> str:
        return self._s3.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._bucket,
                "Key": key,
                "ResponseContentType": "image/png" if key.endswith(".png") else _UNSHOWN_TYPE,
                "ResponseCacheControl": f"private, max-age={_LINK_SECONDS}",
            },
            # A link holds its start and its length, which is not negative.
            ExpiresIn=_LINK_SECONDS + max(0, clock.seconds_ahead()),
        )

    def read_first_upload(self, radiograph_id: str) -> UploadedFile | None:
        """The oldest version of the uploaded object; None where nothing was uploaded yet."""
        key = keys.incoming(radiograph_id)
        version = self._find_oldest_version(key)
        if version is None:
            return None
        body = self._s3.get_object(Bucket=self._bucket, Key=key, VersionId=version)["Body"]
        digest, size, content = hashlib.sha256(), 0, bytearray()
        for chunk in body.iter_chunks(_CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
            if size <= MAX_FILE_BYTES:
                content += chunk
        return UploadedFile(
            version=version,
            size=size,
            sha256=digest.hexdigest(),
            content=bytes(content) if size <= MAX_FILE_BYTES else None,
        )

    def has_upload(self, radiograph_id: str) -> bool:
        return self._find_oldest_version(keys.incoming(radiograph_id)) is not None

    def has_incoming(self, radiograph_id: str) -> bool:
        """The same by one list call, for which the API function has the right."""
        key = keys.incoming(radiograph_id)
        page = self._s3.list_objects_v2(Bucket=self._bucket, Prefix=key, MaxKeys=1)
        return any(item["Key"] == key for item in page.get("Contents", []))

    def has_files(self, radiograph_id: str) -> bool:
        """Whether anything of a radiograph is stored, the upload included."""
        prefixes = (keys.radiograph_prefix(radiograph_id), keys.incoming(radiograph_id))
        pages = (
            self._s3.list_objects_v2(Bucket=self._bucket, Prefix=each, MaxKeys=1)
            for each in prefixes
        )
        return any("Contents" in page for page in pages)

    def delete_upload(self, radiograph_id: str) -> None:
        """Deletes all versions of an upload, for a radiograph that is deleted."""
        delete_versions(self._s3, self._bucket, keys.incoming(radiograph_id))

    def read(self, key: str) -> bytes | None:
        """The content of one object; None where there is none."""
        try:
            return self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except self._s3.exceptions.NoSuchKey:
            return None

    def write(self, key: str, content: bytes, *, content_type: str) -> None:
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=content, ContentType=content_type)

    def _find_oldest_version(self, key: str) -> str | None:
        """S3 lists the newest first, at most 1,000 a page."""
        pages = self._s3.get_paginator("list_object_versions").paginate(
            Bucket=self._bucket, Prefix=key
        )
        oldest: ObjectVersionTypeDef | None = None
        for page in pages:
            for version in page.get("Versions", []):
                # Its times are whole seconds: the last of equals is oldest.
                is_older = not oldest or version["LastModified"] <= oldest["LastModified"]
                if version["Key"] == key and is_older:
                    oldest = version
        return oldest["VersionId"] if oldest else None
