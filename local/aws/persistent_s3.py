"""Patches moto's S3 so that each change is on disk before it is answered or announced."""

import threading
from collections.abc import Callable
from functools import wraps
from typing import Any

from moto.s3 import notifications
from moto.s3.models import FakeBucket, FakeDeleteMarker, FakeKey, S3Backend
from moto.s3.responses import S3Response

from local.aws.object_versions import ObjectVersions
from local.aws.post_policy import S3Error, enforce_post_policy

# Allows one writer at a time: moto checks whether a key exists some time before it writes it, so
# two requests with `If-None-Match: *` could both succeed.
_WRITE_LOCK = threading.RLock()


def patch_moto(versions: ObjectVersions) -> None:
    """Makes moto save objects, delete markers and metadata through `versions` from now on."""
    _patch_markers(versions)
    _patch_objects(versions)
    _patch_metadata(versions)
    patch_listings()
    for name in ("put_object", "delete_object"):
        _patch(S3Response, **{name: _one_writer(getattr(S3Response, name))})
    _patch(S3Response, _bucket_response_post=enforce_post_policy(S3Response._bucket_response_post))


def patch_listings() -> None:
    """To list versions, moto copies each object of the bucket with its content and keeps the
    copies; from now on it makes none.
    """
    _patch(FakeKey, __deepcopy__=lambda key, memo: key)
    _patch(FakeDeleteMarker, __deepcopy__=lambda marker, memo: marker)


def _patch_objects(versions: ObjectVersions) -> None:
    put, delete = S3Backend.put_object, S3Backend.delete_object

    def put_object(
        backend: S3Backend, bucket_name: str, key_name: str, value: bytes, **options: Any
    ) -> FakeKey:
        silent = options.pop("disable_notification", False)
        with _WRITE_LOCK:
            key = put(backend, bucket_name, key_name, value, disable_notification=True, **options)
            try:
                versions.save_object(bucket_name, key)
            except OSError as error:
                # An object that is not on disk must not exist in moto either.
                delete(backend, bucket_name, key_name, version_id=key.version_id)
                raise _disk_full_error(error) from error
        if not silent:
            _send_notification(backend, backend.get_bucket(bucket_name), key, options)
        return key

    def delete_object(
        backend: S3Backend,
        bucket_name: str,
        key_name: str,
        version_id: str | None = None,
        **options: Any,
    ) -> tuple[bool, dict[str, Any]]:
        with _WRITE_LOCK:
            result = delete(backend, bucket_name, key_name, version_id=version_id, **options)
            if version_id is not None:
                versions.delete(bucket_name, key_name, version_id)
            return result

    _patch(S3Backend, put_object=put_object, delete_object=delete_object)


def _patch_markers(versions: ObjectVersions) -> None:
    set_marker, delete = S3Backend._set_delete_marker, S3Backend.delete_object

    def set_delete_marker(backend: S3Backend, bucket_name: str, key_name: str) -> FakeDeleteMarker:
        with _WRITE_LOCK:
            marker = set_marker(backend, bucket_name, key_name)
            try:
                versions.save_marker(bucket_name, marker)
            except OSError as error:
                delete(backend, bucket_name, key_name, version_id=marker.version_id)
                raise _disk_full_error(error) from error
            return marker

    _patch(S3Backend, _set_delete_marker=set_delete_marker)


def _patch_metadata(versions: ObjectVersions) -> None:
    set_in_memory = FakeKey.set_metadata

    def set_metadata(key: FakeKey, metadata: Any, replace: bool = False) -> None:
        set_in_memory(key, metadata, replace)
        versions.save_metadata(key)

    _patch(FakeKey, set_metadata=set_metadata)


def _disk_full_error(error: OSError) -> S3Error:
    return S3Error(503, "ServiceUnavailable", f"Nothing can be written: {error.strerror}.")


def _patch(owner: type, **functions: Callable[..., Any]) -> None:
    for name, function in functions.items():
        setattr(owner, name, function)


def _send_notification(backend: S3Backend, bucket: FakeBucket, key: FakeKey, options: Any) -> None:
    is_form = options.get("request_method") == "POST"
    events = notifications.S3NotificationEvent
    name = events.OBJECT_CREATED_POST_EVENT if is_form else events.OBJECT_CREATED_PUT_EVENT
    notifications.send_event(backend.account_id, name, bucket, key)


def _one_writer(respond: Callable[[S3Response], Any]) -> Callable[[S3Response], Any]:
    @wraps(respond)
    def respond_locked(response: S3Response) -> Any:
        with _WRITE_LOCK:
            try:
                return respond(response)
            except S3Error as error:
                return error.code, {}, error.description

    return respond_locked
