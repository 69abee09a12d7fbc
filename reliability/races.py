"""Announces two different files at the same moment with one idempotency key."""

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from contracts import keys
from contracts.api_requests import CreateRequest
from reliability.api_client import ApiClient
from reliability.running_system import SITE, RunningSystem

_DIFFERENCES: Sequence[Mapping[str, Any]] = (
    {"file_name": "rival.png"},
    {"bytes": 2000},
    {"age_years": 50},
)


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """`status` is that of the last response."""

    request: CreateRequest
    status: int


@dataclass(frozen=True, kw_only=True)
class Race:
    radiograph_id: str
    announcements: tuple[Announcement, ...]


class Racer:
    """Safe from several threads."""

    def __init__(self, system: RunningSystem) -> None:
        self._api = ApiClient(system)
        self.races: list[Race] = []

    def race(self, number: int) -> None:
        """Two files that differ in their name, size or age, by turns. Both retry after errors."""
        key = f"race-{number}"
        request = CreateRequest(file_name="race.png", bytes=1000, age_years=40)
        rival = replace(request, **_DIFFERENCES[number % len(_DIFFERENCES)])
        start = threading.Barrier(2)

        def announce(request: CreateRequest) -> Announcement:
            start.wait()
            status = self._api.announce(request, key=key).status_code
            return Announcement(request=request, status=status)

        with ThreadPoolExecutor(2) as threads:
            announcements = tuple(threads.map(announce, (request, rival)))
        radiograph = keys.radiograph_id(SITE, key)
        self.races.append(Race(radiograph_id=radiograph, announcements=announcements))
