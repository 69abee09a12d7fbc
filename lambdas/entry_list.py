"""Reads lists of entries in S3 from any entry on, and finds those that several lists have."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lambdas.worklist_index import IndexPage

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_PAGE_SIZE = 200
# Lists that share few of many entries take a call for each step; the function has 15 seconds.
_MAX_STEPS = 50


class EntryList:
    """One list: the objects under a prefix, by their names, which sort the newest first."""

    def __init__(self, s3: "S3Client", bucket: str, prefix: str) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._prefix = prefix
        self._entries: list[str] = []
        self._is_last = False

    def seek(self, entry: str) -> str | None:
        """The first entry from `entry` on; None where there is none."""
        if not self._is_last and not (self._entries and self._entries[-1] >= entry):
            # S3 lists what follows a key, and the beginning of an entry is before it.
            start = self._prefix + entry[:-1]
            page = self._s3.list_objects_v2(
                Bucket=self._bucket, Prefix=self._prefix, StartAfter=start, MaxKeys=_PAGE_SIZE
            )
            contents = page.get("Contents", [])
            self._entries = [each["Key"].removeprefix(self._prefix) for each in contents]
            self._is_last = not page["IsTruncated"]
        place = bisect_left(self._entries, entry)
        return self._entries[place] if place < len(self._entries) else None


def intersect(lists: Sequence[EntryList], *, limit: int) -> IndexPage:
    """The first entries that all of the lists have. Each list is read from where the others are,
    so that a word that nearly all films have costs little beside one that few have.
    """
    matches: list[str] = []
    entry = ""
    for _ in range(_MAX_STEPS + limit):
        heads = [each.seek(entry) for each in lists]
        if not heads or None in heads:
            return IndexPage(entries=matches, is_last=True)
        if len(set(heads)) > 1:
            entry = max(filter(None, heads))
        elif len(matches) == limit:
            break
        else:
            matches.append(entry := str(heads[0]))
            entry += "~"  # After the entry, and before the next one.
    return IndexPage(entries=matches, is_last=False)
