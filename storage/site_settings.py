"""The versions of each site's settings, which lie in the facts bucket and are written once."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from contracts import keys
from contracts.serialisation import serialise
from contracts.sites import (
    DEPLOY,
    DEPLOY_REASON,
    FIRST_VERSION,
    SettingsVersion,
    SiteSettings,
    parse_settings_version,
)
from storage.conditional_put import put_if_absent

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


class SiteSettingsStore:
    """Methods raise botocore's errors, and ValueError where a version cannot be parsed."""

    def __init__(self, s3: "S3Client", bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def list_sites(self) -> list[str]:
        """The sites that have a version."""
        root = keys.site_settings_prefix("")[:-1]
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=root, Delimiter="/"
        )
        prefixes = [each["Prefix"] for page in pages for each in page.get("CommonPrefixes", [])]
        return [prefix.removeprefix(root).rstrip("/") for prefix in prefixes]

    def read_newest(
        self, site: str, *, after: SettingsVersion | None = None
    ) -> SettingsVersion | None:
        """The newest version, which is `after` where none follows it; None where there is none."""
        names = self._list_keys(site, after=after)
        return self._read(names[-1]) if names else after

    def read_newest_first(self, site: str, *, limit: int) -> Sequence[SettingsVersion]:
        """At most `limit` versions."""
        names = self._list_keys(site, after=None)[-limit:]
        return [self._read(name) for name in reversed(names)]

    def read(self, site: str, number: int) -> SettingsVersion | None:
        """None where there is no such version."""
        try:
            return self._read(keys.site_settings(site, number))
        except self._s3.exceptions.NoSuchKey:
            return None

    def write(self, version: SettingsVersion) -> bool:
        """False where another writer has taken the number."""
        key = keys.site_settings(version.site, version.number)
        content = json.dumps(serialise(version)).encode()
        return put_if_absent(self._s3, self._bucket, key=key, content=content)

    def read_or_create(self, site: str, *, deployed: SiteSettings, at: str) -> SettingsVersion:
        """The newest version. Where there is none, writes the values of the deploy as the first."""
        newest = self.read_newest(site)
        while newest is None:
            self.write(
                SettingsVersion(
                    site=site,
                    number=FIRST_VERSION,
                    at=at,
                    by=DEPLOY,
                    reason=DEPLOY_REASON,
                    settings=deployed,
                )
            )
            newest = self.read_newest(site)
        return newest

    def _list_keys(self, site: str, *, after: SettingsVersion | None) -> list[str]:
        prefix = keys.site_settings_prefix(site)
        start = keys.site_settings(site, after.number) if after else prefix
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=prefix, StartAfter=start
        )
        return [item["Key"] for page in pages for item in page.get("Contents", [])]

    def _read(self, key: str) -> SettingsVersion:
        response = self._s3.get_object(Bucket=self._bucket, Key=key)
        return parse_settings_version(response["Body"].read())
