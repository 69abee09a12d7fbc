"""Who opened which film: an audit entry for each person, film and 10 minutes.

Entries are empty objects `views/{site}/{day}/{radiograph}/{time}-{subject}` in the facts bucket:
nobody can change or delete them. They are no facts, so a film that many look at keeps few facts.
A table of a list, which may name 1,000 films, has one entry with their ids.
"""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from contracts import keys
from contracts.access import User
from contracts.api import Opening
from lambdas import clock
from lambdas.observability import logger
from storage.conditional_put import put_if_absent

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_THREADS = 8
# A page that waits for an answer asks many times in 10 minutes.
_LATEST_ENTRIES = 4096


class OpeningLog:
    def __init__(self, s3: "S3Client", facts_bucket: str) -> None:
        self._s3 = s3
        self._bucket = facts_bucket
        self._put_once = lru_cache(_LATEST_ENTRIES)(self._put)

    def add(self, user: User, radiograph_id: str) -> None:
        """Without effect where the same person has opened the film in the same 10 minutes. Where
        S3 does not store the entry, the log says so: the film is shown nevertheless.
        """
        key = keys.opening(user.site, radiograph_id, user.subject, clock.now())
        with _log_errors():
            self._put_once(key)

    def add_export(self, user: User, radiograph_ids: Sequence[str]) -> None:
        """Where S3 does not store the entry, the log says so, as of a film."""
        key = keys.export(user.site, user.subject, clock.now())
        with _log_errors():
            self._put(key, json.dumps(radiograph_ids).encode())

    def list_newest_first(
        self, site: str, radiograph_id: str, *, first: date, last: date
    ) -> list[Opening]:
        """Those of the days from `first` to `last`, in UTC: one call to S3 for each day."""
        days = [last - timedelta(days=number) for number in range((last - first).days + 1)]
        prefixes = [keys.openings_prefix(site, radiograph_id, day) for day in days]
        with ThreadPoolExecutor(_THREADS) as threads:
            pages = threads.map(self._list_day, prefixes)
            return [opening for page in pages for opening in page]

    def _list_day(self, prefix: str) -> Iterator[Opening]:
        page = self._s3.list_objects_v2(Bucket=self._bucket, Prefix=prefix)
        entries = [keys.parse_opening(each["Key"]) for each in page.get("Contents", [])]
        return (Opening(at=clock.to_text(at), by=subject) for at, subject in reversed(entries))

    def _put(self, key: str, content: bytes = b"") -> None:
        put_if_absent(self._s3, self._bucket, key=key, content=content)


@contextmanager
def _log_errors() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        logger.error("An opening was not stored", extra={"error": type(error).__name__})
