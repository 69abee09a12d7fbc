"""Lists the objects of moto's buckets in time that follows the page, not the bucket.

moto walks over every object of the bucket and sorts them for each request.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Any

from moto.s3.models import FakeBucket, FakeDeleteMarker, S3Backend
from moto.s3.utils import _VersionedKeyStore

# Follows every character that a key can hold, so it ends the keys of a prefix.
_LAST = "\U0010ffff"


class OrderedKeyStore(_VersionedKeyStore):
    """The keys of one bucket. They are sorted when they are listed after a new one was added."""

    def __init__(self) -> None:
        super().__init__()
        self._names: list[str] = []
        self._is_sorted = True
        self._lock = Lock()

    def __setitem__(self, key: str, value: Any) -> None:
        self._add(key)
        super().__setitem__(key, value)

    def setlist(self, key: Any, list_: Any) -> None:
        self._add(key)
        super().setlist(key, list_)

    def pop(self, key: str) -> None:  # type: ignore[override]
        with self._lock:
            super().pop(key)
            self._names.remove(key)

    def names(self, prefix: str, *, after: str = "") -> Iterator[str]:
        """The keys with the prefix that follow `after`, in order."""
        with self._lock:
            if not self._is_sorted:
                self._names.sort()
                self._is_sorted = True
            start = max(bisect_left(self._names, prefix), bisect_right(self._names, after))
            return iter(self._names[start : bisect_left(self._names, prefix + _LAST)])

    def _add(self, key: str) -> None:
        with self._lock:
            if key not in self:
                self._is_sorted = self._is_sorted and (not self._names or key > self._names[-1])
                self._names.append(key)


@dataclass(frozen=True)
class _BucketPart:
    """Stands for a bucket that holds some of the keys of another."""

    name: str
    keys: _VersionedKeyStore


def patch_listings() -> None:
    """Makes moto's buckets keep their keys in order, and list only what a request asks for."""
    initialise = FakeBucket.__init__

    def initialise_ordered(bucket: FakeBucket, *arguments: Any, **options: Any) -> None:
        initialise(bucket, *arguments, **options)
        bucket.keys = OrderedKeyStore()

    FakeBucket.__init__ = initialise_ordered  # type: ignore[assignment, method-assign]
    _patch_objects()
    _patch_versions()


def _patch_objects() -> None:
    list_part = S3Backend.list_objects_v2

    def list_objects_v2(
        backend: S3Backend,
        bucket: FakeBucket,
        prefix: str | None,
        delimiter: str | None,
        continuation_token: str | None,
        start_after: str | None,
        max_keys: int,
    ) -> Any:
        after = backend._pagination_tokens.get(continuation_token or "") or start_after or ""
        # Of a listing by folder, any number of keys may be in one folder.
        limit = None if delimiter else max_keys + 1
        part: Any = take_keys(bucket, prefix or "", after=after, limit=limit)
        return list_part(
            backend, part, prefix, delimiter, continuation_token, start_after, max_keys
        )

    S3Backend.list_objects_v2 = list_objects_v2  # type: ignore[assignment, method-assign]


def _patch_versions() -> None:
    list_part = S3Backend.list_object_versions

    @dataclass(frozen=True)
    class Backend:
        """What moto's listing of versions needs of a backend."""

        part: _BucketPart

        def get_bucket(self, name: str) -> _BucketPart:
            return self.part

    def list_object_versions(
        backend: S3Backend, bucket_name: str, *arguments: Any, **options: Any
    ) -> Any:
        bucket = backend.get_bucket(bucket_name)
        part: Any = Backend(take_keys(bucket, options.get("prefix") or "", after="", limit=None))
        return list_part(part, bucket_name, *arguments, **options)

    S3Backend.list_object_versions = list_object_versions  # type: ignore[assignment, method-assign]


def take_keys(bucket: Any, prefix: str, *, after: str, limit: int | None) -> _BucketPart:
    """The keys from `after` on until `limit` objects are among them; all where it is None.

    A delete marker is no object.
    """
    keys, count = _VersionedKeyStore(), 0
    for name in bucket.keys.names(prefix, after=after):
        versions = bucket.keys.getlist(name)
        if not versions:  # Deleted since.
            continue
        dict.__setitem__(keys, name, versions)
        count += not isinstance(versions[-1], FakeDeleteMarker)
        if limit is not None and count >= limit:
            break
    return _BucketPart(bucket.name, keys)
