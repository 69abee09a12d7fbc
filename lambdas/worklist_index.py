"""Lists each site's radiographs, newest first, by empty objects whose keys sort in that order."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from contracts import keys
from contracts.record import Record
from storage.conditional_put import put_if_absent

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


# S3 lists at most this many keys in one call.
_MAX_KEYS = 1000


class WorklistIndex:
    """Lies in the facts bucket."""

    def __init__(self, s3: "S3Client", bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def add(self, record: Record) -> None:
        """Adds the radiograph to the index of its site, once."""
        key = keys.index(record.site, record.created_at, record.radiograph_id)
        put_if_absent(self._s3, self._bucket, key=key, content=b"")

    def list_newest(self, site: str, *, after: str | None, limit: int) -> list[str]:
        """The index keys of a site that follow the key `after`, newest first; at most 1,000."""
        prefix = keys.index_prefix(site)
        page = self._s3.list_objects_v2(
            Bucket=self._bucket, Prefix=prefix, StartAfter=after or prefix, MaxKeys=limit
        )
        return [item["Key"] for item in page.get("Contents", [])]

    def contains(self, site: str, radiograph_id: str, *, created_near: datetime) -> bool:
        """Whether the site has the radiograph, created within an hour of a time."""
        hour = timedelta(hours=1)
        after: str | None = keys.index(site, (created_near + hour).isoformat(), "")
        last = keys.index(site, (created_near - hour).isoformat(), "~")
        while chunk := self.list_newest(site, after=after, limit=_MAX_KEYS):
            if any(keys.parse_index_key(key)[0] == radiograph_id for key in chunk if key < last):
                return True
            after = chunk[-1]
            if after > last:
                break
        return False

    def list_sites(self) -> list[str]:
        """Each site that has an index."""
        page = self._s3.list_objects_v2(Bucket=self._bucket, Prefix="index/", Delimiter="/")
        return [item["Prefix"].split("/")[1] for item in page.get("CommonPrefixes", [])]
