"""moto's S3 with its objects on disk: every change is kept before it is answered or announced."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any

from moto.s3 import notifications
from moto.s3.models import FakeBucket, FakeDeleteMarker, FakeKey, S3Backend, s3_backends
from moto.s3.responses import S3Response

from local.aws.object_store import ObjectFolder, Version
from local.aws.post_policy import S3Error, as_a_form
from local.settings import ACCOUNT, REGION

# One writer at a time: moto looks whether a key exists and writes it later, so that two
# `If-None-Match: *` could otherwise both win.
_WRITING = threading.RLock()


class _OnDisk:
    """What moto reads an object's bytes from, in place of a buffer in memory."""

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
        """Nothing stays open."""


class Keeper:
    """Writes moto's versions down, and makes moto's versions of what was written down."""

    def __init__(self, folder: ObjectFolder) -> None:
        self._folder = folder
        self._kept: dict[tuple[str, str, str], Version] = {}

    def load(self) -> None:
        """The buckets with all their versions; nobody is told of them."""
        backend = s3_backends[ACCOUNT]["aws"]
        for version in self._folder.versions():
            if version.bucket not in backend.buckets:
                backend.create_bucket(version.bucket, REGION)
                backend.put_bucket_versioning(version.bucket, "Enabled")
            bucket = backend.buckets[version.bucket]
            earlier = bucket.keys.getlist(version.key, [])
            made = _marker(version, earlier[-1]) if version.is_marker else self._object(version)
            bucket.keys.setlist(version.key, [*earlier, made])
            self._kept[version.bucket, version.key, version.version_id] = version

    def keep(self, bucket: str, key: FakeKey) -> None:
        version = Version(
            number=self._folder.next_number(),
            bucket=bucket,
            key=key.name,
            version_id=key.version_id,
            made=key.last_modified.isoformat(),
            etag=key.etag.strip('"'),
            metadata=dict(key.metadata),
        )
        self._folder.put(version, key.value)
        self._replace_buffer(key, version)
        self._kept[bucket, key.name, key.version_id] = version

    def keep_metadata(self, key: FakeKey) -> None:
        name = (str(key.bucket_name), key.name, key.version_id)
        if version := self._kept.get(name):
            self._kept[name] = self._folder.set_metadata(version, dict(key.metadata))

    def keep_marker(self, bucket: str, marker: FakeDeleteMarker) -> None:
        version = Version(
            number=self._folder.next_number(),
            bucket=bucket,
            key=marker.name,
            version_id=marker.version_id,
            made=marker.last_modified.isoformat(),
            is_marker=True,
        )
        self._folder.mark(version)
        self._kept[bucket, marker.name, marker.version_id] = version

    def remove(self, bucket: str, key: str, version_id: str) -> None:
        if version := self._kept.pop((bucket, key, version_id), None):
            self._folder.remove(version)

    def _object(self, version: Version) -> FakeKey:
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
        key.last_modified = _moment(version)
        key.set_metadata(dict(version.metadata))
        self._replace_buffer(key, version)
        return key

    def _replace_buffer(self, key: FakeKey, version: Version) -> None:
        content = self._folder.content(version)
        key._value_buffer.close()
        key._value_buffer = _OnDisk(content)  # type: ignore[assignment]
        key.contentsize = content.stat().st_size


def install(keeper: Keeper) -> None:
    """From here on moto's S3 keeps what it is told."""
    put, delete = S3Backend.put_object, S3Backend.delete_object
    mark, describe = S3Backend._set_delete_marker, FakeKey.set_metadata

    def put_object(
        backend: S3Backend, bucket_name: str, key_name: str, value: bytes, **options: Any
    ) -> FakeKey:
        silent = options.pop("disable_notification", False)
        with _WRITING:
            key = put(backend, bucket_name, key_name, value, disable_notification=True, **options)
            try:
                keeper.keep(bucket_name, key)
            except OSError as error:
                # What is not kept was not taken.
                delete(backend, bucket_name, key_name, version_id=key.version_id)
                raise _no_room(error) from error
        if not silent:
            _announce(backend, backend.get_bucket(bucket_name), key, options)
        return key

    def delete_object(
        backend: S3Backend, bucket_name: str, key_name: str, version_id: str | None = None, **o: Any
    ) -> tuple[bool, dict[str, Any]]:
        with _WRITING:
            answer = delete(backend, bucket_name, key_name, version_id=version_id, **o)
            if version_id is not None:
                keeper.remove(bucket_name, key_name, version_id)
            return answer

    def set_delete_marker(backend: S3Backend, bucket_name: str, key_name: str) -> FakeDeleteMarker:
        with _WRITING:
            marker = mark(backend, bucket_name, key_name)
            try:
                keeper.keep_marker(bucket_name, marker)
            except OSError as error:
                delete(backend, bucket_name, key_name, version_id=marker.version_id)
                raise _no_room(error) from error
            return marker

    def set_metadata(key: FakeKey, metadata: Any, replace: bool = False) -> None:
        describe(key, metadata, replace)
        keeper.keep_metadata(key)

    _patch(S3Backend, put_object=put_object, delete_object=delete_object)
    _patch(S3Backend, _set_delete_marker=set_delete_marker)
    _patch(FakeKey, set_metadata=set_metadata)
    # To list versions moto copies every object of the bucket with its bytes, and never lets go.
    _patch(FakeKey, __deepcopy__=lambda key, memo: key)
    _patch(FakeDeleteMarker, __deepcopy__=lambda marker, memo: marker)
    for name in ("put_object", "delete_object"):
        _patch(S3Response, **{name: _alone(getattr(S3Response, name))})
    _patch(S3Response, _bucket_response_post=as_a_form(S3Response._bucket_response_post))


def _no_room(error: OSError) -> S3Error:
    return S3Error(503, "ServiceUnavailable", f"Nothing can be written: {error.strerror}.")


def _patch(owner: type, **functions: Callable[..., Any]) -> None:
    for name, function in functions.items():
        setattr(owner, name, function)


def _announce(backend: S3Backend, bucket: FakeBucket, key: FakeKey, options: Any) -> None:
    posted = options.get("request_method") == "POST"
    events = notifications.S3NotificationEvent
    name = events.OBJECT_CREATED_POST_EVENT if posted else events.OBJECT_CREATED_PUT_EVENT
    notifications.send_event(backend.account_id, name, bucket, key)


def _alone(respond: Callable[[S3Response], Any]) -> Callable[[S3Response], Any]:
    @wraps(respond)
    def alone(response: S3Response) -> Any:
        with _WRITING:
            try:
                return respond(response)
            except S3Error as error:
                return error.code, {}, error.description

    return alone


def _marker(version: Version, earlier: FakeKey) -> FakeDeleteMarker:
    marker = FakeDeleteMarker(key=earlier)
    marker._version_id = version.version_id
    marker.last_modified = _moment(version)
    return marker


def _moment(version: Version) -> datetime:
    """As moto holds it: UTC, without saying so."""
    return datetime.fromisoformat(version.made).astimezone(UTC).replace(tzinfo=None)
