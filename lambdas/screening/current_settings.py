"""Holds the current settings of each site, and follows their versions in the facts bucket."""

import time
from collections.abc import Callable, Mapping

from botocore.exceptions import BotoCoreError, ClientError

from contracts.metrics import Metric
from contracts.sites import SettingsVersion, SiteSettings
from lambdas import clock as wall_clock
from lambdas.observability import emit_count, logger
from storage.site_settings import SiteSettingsStore

_CHECK_SECONDS = 30.0
_ERRORS = (ValueError, BotoCoreError, ClientError)


class CurrentSettings:
    """Keeps the last settings of a site where newer ones cannot be read, and counts that."""

    def __init__(
        self,
        store: SiteSettingsStore,
        *,
        deployed: Mapping[str, SiteSettings],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._deployed = deployed
        self._clock = clock
        self._current: dict[str, SettingsVersion | None] = {}
        self._check_at: dict[str, float] = {}

    def get(self, site: str) -> SettingsVersion | None:
        """The newest version, read again after 30 seconds; None for a site that has no version and
        is not in the deploy. Raises ValueError or botocore's errors where none was ever read.
        """
        if site not in self._check_at or self._clock() >= self._check_at[site]:
            current = self._current.get(site)
            self._current[site] = self._follow(current) if current else self._load(site)
            self._check_at[site] = self._clock() + _CHECK_SECONDS
        return self._current[site]

    def _load(self, site: str) -> SettingsVersion | None:
        if site not in self._deployed:
            return self._store.read_newest(site)
        at = wall_clock.to_text(wall_clock.now())
        return self._store.read_or_create(site, deployed=self._deployed[site], at=at)

    def _follow(self, current: SettingsVersion) -> SettingsVersion:
        try:
            return self._store.read_newest(current.site, after=current) or current
        except _ERRORS as error:
            emit_count(Metric.SETTINGS_UNREAD)
            logger.error("The settings stay as they are", extra={"error": type(error).__name__})
            return current
