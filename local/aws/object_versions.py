"""Converts between moto's S3 object versions in memory and the versions of the object store."""

from datetime import datetime
from pathlib import Path

from moto.s3.models import FakeDeleteMarker, FakeKey, s3_backends

from local.aws.object_store import ObjectStore, Version
from local.settings import ACCOUNT, REGION


class _FileBuffer:
    """Replaces moto's in-memory buffer of an object's content by the file on disk."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._position = 0

    def seek(self, position: int) -> None:
        self._position = position

    def read(self, size: int = -1) -> bytes:
        with self._path.open("rb") as file:
            file.seek(self._position)
            content = file.read(size)
        self._position += len(content)
        return content

    def close(self) -> None:
        """Does nothing: the file is open only during a read."""


class ObjectVersions:
    """Saves moto's versions to disk, and restores them at the start of the process."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self._versions: dict[tuple[str, str, str], Version] = {}

    def load(self) -> None:
        """Restores all buckets and versions in moto, without sending S3 notifications."""
        backend = s3_backends[ACCOUNT]["aws"]
        for version in self._store.read_versions():
            if version.bucket not in backend.buckets:
                backend.create_bucket(version.bucket, REGION)
                backend.put_bucket_versioning(version.bucket, "Enabled")
            bucket = backend.buckets[version.bucket]
            earlier = bucket.keys.getlist(version.key, [])
            restored = (
                _build_marker(version, earlier[-1])
                if version.is_marker
                else self._build_key(version)
            )
            bucket.keys.setlist(version.key, [*earlier, restored])
            self._versions[version.bucket, version.key, version.version_id] = version

    def save_object(self, bucket: str, key: FakeKey) -> None:
        """Raises OSError if the disk is full."""
        version = Version(
            number=self._store.next_number(),
            bucket=bucket,
            key=key.name,
            version_id=key.version_id,
            last_modified=key.last_modified.isoformat(),
            etag=key.etag.strip('"'),
            metadata=dict(key.metadata),
        )
        self._store.write_object(version, key.value)
        self._read_from_disk(key, version)
        self._versions[bucket, key.name, key.version_id] = version

    def save_metadata(self, key: FakeKey) -> None:
        name = (str(key.bucket_name), key.name, key.version_id)
        if version := self._versions.get(name):
            self._versions[name] = self._store.replace_metadata(version, dict(key.metadata))

    def save_marker(self, bucket: str, marker: FakeDeleteMarker) -> None:
        """Raises OSError if the disk is full."""
        version = Version(
            number=self._store.next_number(),
            bucket=bucket,
            key=marker.name,
            version_id=marker.version_id,
            last_modified=marker.last_modified.isoformat(),
            is_marker=True,
        )
        self._store.write_marker(version)
        self._versions[bucket, marker.name, marker.version_id] = version

    def delete(self, bucket: str, key: str, version_id: str) -> None:
        if version := self._versions.pop((bucket, key, version_id), None):
            self._store.delete_version(version)

    def _build_key(self, version: Version) -> FakeKey:
        key = FakeKey(
            version.key,
            b"",
            account_id=ACCOUNT,
            region_name=REGION,
            bucket_name=version.bucket,
            etag=version.etag,
            is_versioned=True,
            version_id=version.version_id,
        )
        key.last_modified = _moto_time(version)
        key.set_metadata(dict(version.metadata))
        self._read_from_disk(key, version)
        return key

    def _read_from_disk(self, key: FakeKey, version: Version) -> None:
        """Makes moto read the content from its file, and frees the buffer in memory."""
        path = self._store.content_path(version)
        key._value_buffer.close()
        key._value_buffer = _FileBuffer(path)  # type: ignore[assignment]
        key.contentsize = path.stat().st_size


def _build_marker(version: Version, earlier: FakeKey) -> FakeDeleteMarker:
    marker = FakeDeleteMarker(key=earlier)
    marker._version_id = version.version_id
    marker.last_modified = _moto_time(version)
    return marker


def _moto_time(version: Version) -> datetime:
    """Returns the time as moto stores it: in UTC, without a time zone."""
    return datetime.fromisoformat(version.last_modified)
