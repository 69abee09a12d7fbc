"""When each account logged in. Cognito keeps no such time.

Each login is an empty object `logins/{site}/{account}/{inverted time}-login` in the facts bucket:
nobody can change or delete it.
"""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from contracts import keys
from contracts.access import User
from lambdas import clock
from storage.conditional_put import put_if_absent

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_THREADS = 8


class LoginLog:
    """Methods raise botocore's errors."""

    def __init__(self, s3: "S3Client", facts_bucket: str) -> None:
        self._s3 = s3
        self._bucket = facts_bucket

    def add(self, user: User, at: datetime) -> None:
        """Without effect where the same account has a login of the same time."""
        key = keys.login(user.site, user.subject, at)
        put_if_absent(self._s3, self._bucket, key=key, content=b"")

    def find_last(self, site: str, accounts: Iterable[str]) -> Mapping[str, str]:
        """The time of the last login of each account that has one: a call to S3 for each."""
        accounts = tuple(accounts)
        with ThreadPoolExecutor(_THREADS) as threads:
            times = threads.map(lambda account: self._find_last(site, account), accounts)
            return {account: at for account, at in zip(accounts, times, strict=True) if at}

    def _find_last(self, site: str, account: str) -> str | None:
        page = self._s3.list_objects_v2(
            Bucket=self._bucket, Prefix=keys.logins_prefix(site, account), MaxKeys=1
        )
        for entry in page.get("Contents", []):
            _, milliseconds = keys.parse_index_entry(entry["Key"])
            return clock.to_text(datetime.fromtimestamp(milliseconds / 1000, UTC))
        return None
