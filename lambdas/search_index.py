"""Finds films by words, or by the whole id of their patient, through empty objects whose keys hold
a keyed hash in its place.

`index/{site}/patient/{hash}/{entry}` lies in the images bucket, where entries may be deleted. Only
who has the secret of the stage can tell which text a hash belongs to. Entries are derived: who
reads them looks at the records as well.
"""

import base64
import hmac
import json
from collections.abc import Callable, Iterable, Set
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING

from contracts import keys
from lambdas import clients
from lambdas.entry_list import EntryList, intersect
from lambdas.settings import Settings
from lambdas.worklist_index import IndexPage
from storage.object_versions import delete_versions

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_secretsmanager import SecretsManagerClient

# 128 bits: two words never have the same hash.
_HASH_BYTES = 16
# Which texts of a film have entries (`lambdas.search_words.list_texts`). Whoever adds a kind counts
# on, so that the refill gives it to all films. The first form had words alone.
_FORM = 2
_THREADS = 8


class SearchIndex:
    def __init__(
        self,
        s3: "S3Client",
        secrets: "SecretsManagerClient",
        *,
        images_bucket: str,
        secret_arn: str,
    ) -> None:
        self._s3 = s3
        self._secrets = secrets
        self._bucket = images_bucket
        self._secret_arn = secret_arn
        self._complete_sites: set[str] = set()

    def hash_texts(self, site: str, texts: Set[str]) -> frozenset[str]:
        """Another site has other hashes for the same texts."""
        return frozenset(self._hash(site, each) for each in texts)

    def add_entries(self, site: str, entry: str, hashes: Iterable[str]) -> None:
        def add(key: str) -> None:
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=b"")

        self._for_each(add, site, entry, hashes)

    def remove_entries(self, site: str, entry: str, hashes: Iterable[str]) -> None:
        def remove(key: str) -> None:
            self._s3.delete_object(Bucket=self._bucket, Key=key)

        self._for_each(remove, site, entry, hashes)

    def delete_entries(self, site: str, entry: str, hashes: Iterable[str]) -> None:
        """Deletes the entries with all their versions."""

        def delete(key: str) -> None:
            delete_versions(self._s3, self._bucket, key)

        self._for_each(delete, site, entry, hashes)

    def find(self, site: str, texts: Set[str], *, limit: int) -> IndexPage:
        """The entries of the newest films that match each of the texts. `is_last` is False where
        there may be more.
        """
        hashes = sorted(self.hash_texts(site, texts))
        prefixes = [keys.search_prefix(site, each) for each in hashes]
        lists = [EntryList(self._s3, self._bucket, prefix) for prefix in prefixes]
        return intersect(lists, limit=limit)

    def is_complete(self, site: str) -> bool:
        """Whether all films of the site have entries: those from before the index get theirs from
        `lambdas.refill_cache`. Asks S3 until it is so.
        """
        if site not in self._complete_sites and self.read_progress(site) == "":
            self._complete_sites.add(site)
        return site in self._complete_sites

    def read_progress(self, site: str) -> str | None:
        """The entry of the list of all films up to which films have entries; empty where all have
        them, None where the index is new, or of a form that lacks some of today's entries.
        """
        try:
            key = keys.search_progress(site)
            body = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except self._s3.exceptions.NoSuchKey:
            return None
        progress = json.loads(body)
        return str(progress["after"]) if progress.get("form") == _FORM else None

    def write_progress(self, site: str, after: str) -> None:
        content = json.dumps({"after": after, "form": _FORM}).encode()
        self._s3.put_object(Bucket=self._bucket, Key=keys.search_progress(site), Body=content)

    def _for_each(
        self, act: Callable[[str], None], site: str, entry: str, hashes: Iterable[str]
    ) -> None:
        with ThreadPoolExecutor(_THREADS) as threads:
            for _ in threads.map(act, [keys.search_prefix(site, each) + entry for each in hashes]):
                pass

    def _hash(self, site: str, word: str) -> str:
        digest = hmac.digest(self._secret, f"{site}\0{word}".encode(), "sha256")
        return base64.b32encode(digest[:_HASH_BYTES]).decode().rstrip("=").lower()

    @cached_property
    def _secret(self) -> bytes:
        secret = self._secrets.get_secret_value(SecretId=self._secret_arn)["SecretString"]
        return secret.encode()


def connect_search_index(settings: Settings) -> SearchIndex:
    """The index that the settings name; the secret is read at the first word."""
    return SearchIndex(
        clients.s3(),
        clients.secrets(),
        images_bucket=settings.images_bucket,
        secret_arn=settings.search_key_arn,
    )
