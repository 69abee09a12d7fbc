"""Empties moto between tests, but for the models bucket where no test has changed it.

The upload of its 17 MB would take half of the time of most tests. moto runs in this process.
"""

from itertools import zip_longest
from typing import Any

from moto.core.base_backend import BackendDict
from moto.s3.models import S3Backend, s3_backends

MODELS_BUCKET = "models"
_ACCOUNT = "123456789012"


class MotoState:
    """`has_models` tells whether the models bucket is still as it was at `keep_models`."""

    def __init__(self) -> None:
        self._versions: list[tuple[str, object]] | None = None

    @property
    def has_models(self) -> bool:
        if self._versions is None:
            return False
        pairs = zip_longest(self._versions, _list_versions(find_s3()), fillvalue=("", None))
        return all(name == other and old is new for (name, old), (other, new) in pairs)

    def keep_models(self) -> None:
        self._versions = _list_versions(find_s3())

    def reset(self) -> None:
        """Deletes everything, except the models bucket if it is unchanged."""
        if not self.has_models:
            BackendDict.reset()
            return
        instances: Any = BackendDict._instances  # type: ignore[misc]
        for backends in instances:
            if backends is not s3_backends:
                for account in backends.values():
                    account.reset()
        for name in set(find_s3().buckets) - {MODELS_BUCKET}:
            bucket = find_s3().buckets.pop(name)
            for key in bucket.keys:
                bucket.keys.setlist(key, [])
            s3_backends.bucket_accounts.pop(name, None)


def find_s3() -> S3Backend:
    return s3_backends[_ACCOUNT]["aws"]


def _list_versions(s3: S3Backend) -> list[tuple[str, object]]:
    """Each version of each object, with the object's name; none without the bucket.

    The versions themselves, because another one may get the `id` of one that is deleted.
    """
    bucket = s3.buckets.get(MODELS_BUCKET)
    keys: Any = bucket.keys if bucket else {}
    return [(name, version) for name in keys for version in keys.getlist(name)]
