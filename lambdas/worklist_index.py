"""Lists each site's radiographs by empty objects, whose keys sort in the order of the list.

The index of a site holds all its radiographs, newest first, and lies in the facts bucket. Each list
of some of them (`contracts.worklist_filters`) has entries of its own in the images bucket, where
entries may be deleted: a reviewed radiograph leaves "to review". They are derived from the facts. A
writer that dies, or is overtaken, may leave an entry too many, so who reads a list looks at the
records as well; `lambdas.refill_cache` corrects the entries.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from contracts import keys
from contracts.canary import CANARY_SITE
from contracts.record import Record
from contracts.worklist_filters import INDEXED_FILTERS, Filter, find_filters
from contracts.worklist_order import Selection, build_entry
from storage.conditional_put import put_if_absent

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

# S3 lists at most this many keys in one call.
MAX_ENTRIES = 1000


@dataclass(frozen=True, kw_only=True)
class IndexPage:
    """`entries` are in the order of the list (`contracts.worklist_order`)."""

    entries: list[str]
    is_last: bool


# Names of radiographs in lists.
ListEntries = frozenset[tuple[Filter, str]]


@dataclass(frozen=True, kw_only=True)
class ListChanges:
    added: ListEntries
    removed: ListEntries


class WorklistIndex:
    def __init__(self, s3: "S3Client", *, facts_bucket: str, images_bucket: str) -> None:
        self._s3 = s3
        self._facts_bucket = facts_bucket
        self._images_bucket = images_bucket
        self._complete_sites: set[str] = set()

    def add(self, record: Record) -> None:
        """Adds the radiograph to the index of its site, once.

        The canary's site has no index, so that neither refill nor figures know it: only its lists
        show its films.
        """
        if record.site == CANARY_SITE:
            return
        key = keys.index(record.site, record.created_at, record.radiograph_id)
        put_if_absent(self._s3, self._facts_bucket, key=key, content=b"")

    def update_lists(self, record: Record, *, before: Record | None = None) -> ListChanges:
        """Adds the radiograph to the lists that show it, and removes it from those that showed it
        as it was `before`, or at another place.
        """
        earlier = find_entries(before) if before else frozenset()
        current = find_entries(record)
        changes = ListChanges(added=current - earlier, removed=earlier - current)
        for worklist_filter, entry in sorted(changes.added):
            self.add_entry(record.site, worklist_filter, entry)
        for worklist_filter, entry in sorted(changes.removed):
            self.remove_entry(record.site, worklist_filter, entry)
        return changes

    def add_entry(self, site: str, worklist_filter: Filter, entry: str) -> None:
        key = keys.list_prefix(site, worklist_filter) + entry
        self._s3.put_object(Bucket=self._images_bucket, Key=key, Body=b"")

    def remove_entry(self, site: str, worklist_filter: Filter, entry: str) -> None:
        key = keys.list_prefix(site, worklist_filter) + entry
        self._s3.delete_object(Bucket=self._images_bucket, Key=key)

    def list_page(
        self,
        site: str,
        worklist_filter: Filter = Filter.ALL,
        *,
        after: str | None,
        limit: int = MAX_ENTRIES,
    ) -> IndexPage:
        """The entries of a list that follow `after`; at most 1,000."""
        if worklist_filter is Filter.ALL:
            bucket, prefix = self._facts_bucket, keys.index_prefix(site)
        else:
            bucket, prefix = self._images_bucket, keys.list_prefix(site, worklist_filter)
        page = self._s3.list_objects_v2(
            Bucket=bucket, Prefix=prefix, StartAfter=prefix + (after or ""), MaxKeys=limit
        )
        entries = [item["Key"].removeprefix(prefix) for item in page.get("Contents", [])]
        return IndexPage(entries=entries, is_last=not page["IsTruncated"])

    def count(self, site: str, selection: Selection, *, limit: int) -> int:
        """The number of entries in the selection, at most `limit`."""
        count, after, is_last = 0, selection.start, False
        while not is_last and count < limit:
            page = self.list_page(site, selection.worklist_filter, after=after)
            count += sum(selection.contains(each) for each in page.entries)
            after = page.entries[-1] if page.entries else after
            is_last = page.is_last or selection.is_past(after)
        return min(count, limit)

    def is_complete(self, site: str) -> bool:
        """Whether each list has entries of all the site's radiographs: those from before the lists
        get theirs from `lambdas.refill_cache`. Asks S3 until it is so.
        """
        if site not in self._complete_sites and self.read_progress(site) == "":
            self._complete_sites.add(site)
        return site in self._complete_sites

    def begin_site(self, site: str) -> None:
        """Declares the lists of a site complete before its first radiograph is added."""
        if self.is_complete(site) or self.list_page(site, after=None, limit=1).entries:
            return
        self.write_progress(site, "")
        self._complete_sites.add(site)

    def read_progress(self, site: str) -> str | None:
        """The entry up to which the lists have all radiographs; empty where they are complete, None
        where they are new.
        """
        try:
            key = keys.list_progress(site)
            body = self._s3.get_object(Bucket=self._images_bucket, Key=key)["Body"].read()
        except self._s3.exceptions.NoSuchKey:
            return None
        progress = json.loads(body)
        return str(progress["after"]) if set(progress["filters"]) >= INDEXED_FILTERS else None

    def write_progress(self, site: str, after: str) -> None:
        content = json.dumps({"filters": sorted(INDEXED_FILTERS), "after": after}).encode()
        self._s3.put_object(Bucket=self._images_bucket, Key=keys.list_progress(site), Body=content)

    def contains(self, site: str, radiograph_id: str, *, created_near: datetime) -> bool:
        """Whether the site has the radiograph, created within an hour of a time."""
        hour = timedelta(hours=1)
        after = keys.index_entry((created_near + hour).isoformat(), "")
        last = keys.index_entry((created_near - hour).isoformat(), "~")
        while (page := self.list_page(site, after=after)).entries:
            near = [each for each in page.entries if each < last]
            if any(keys.parse_index_entry(each)[0] == radiograph_id for each in near):
                return True
            after = page.entries[-1]
            if after > last or page.is_last:
                break
        return False

    def list_sites(self) -> list[str]:
        """Each site that has an index."""
        page = self._s3.list_objects_v2(Bucket=self._facts_bucket, Prefix="index/", Delimiter="/")
        return [item["Prefix"].split("/")[1] for item in page.get("CommonPrefixes", [])]


def find_entries(record: Record) -> ListEntries:
    """The lists with an index of their own that show the radiograph, and its name in each."""
    return frozenset(
        (
            each,
            build_entry(
                each,
                record.created_at,
                record.radiograph_id,
                answer=record.answer,
                is_blind_sample=record.is_blind_sample,
            ),
        )
        for each in find_filters(record)
    )
