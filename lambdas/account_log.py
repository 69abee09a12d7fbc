"""The acts of administrators on accounts, one object each in the facts bucket, written once."""

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from contracts import keys
from contracts.people import AccountEvent, ActResult
from contracts.serialisation import parse, serialise
from storage.conditional_put import put_if_absent

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_THREADS = 8


@dataclass(frozen=True, kw_only=True)
class AccountEventList:
    """`complete` is false where an event cannot be read."""

    events: tuple[AccountEvent, ...]
    complete: bool


class AccountLog:
    """Methods raise botocore's errors."""

    def __init__(self, s3: "S3Client", facts_bucket: str) -> None:
        self._s3 = s3
        self._bucket = facts_bucket

    def add(self, site: str, event: AccountEvent) -> None:
        key = keys.account_event(site, datetime.fromisoformat(event.at), uuid.uuid4().hex)
        content = json.dumps(serialise(event)).encode()
        put_if_absent(self._s3, self._bucket, key=key, content=content)

    def list_newest_first(self, site: str, *, limit: int) -> AccountEventList:
        """The last acts by their results; those without a result as asked for. Without those that
        cannot be read.
        """
        # An act has two events.
        page = self._s3.list_objects_v2(
            Bucket=self._bucket, Prefix=keys.account_events_prefix(site), MaxKeys=2 * limit
        )
        names = [item["Key"] for item in page.get("Contents", [])]
        with ThreadPoolExecutor(_THREADS) as threads:
            contents = list(threads.map(self._read, names))
        events = [event for event in contents if event is not None]
        results = {event.id for event in events if event.result is not ActResult.OPEN}
        acts = [
            event
            for event in events
            if event.result is not ActResult.OPEN or event.id not in results
        ]
        complete = len(events) == len(contents)
        return AccountEventList(events=tuple(acts[:limit]), complete=complete)

    def _read(self, key: str) -> AccountEvent | None:
        body = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        try:
            return parse(AccountEvent, json.loads(body), accept_later=True)
        except (ValueError, RecursionError):
            return None
