"""Lists the recalibrations of a stage's sites, for who compares versions."""

from dataclasses import dataclass
from typing import Any

from contracts.recalibrations import RecalibrationCard
from storage.recalibrations import read_cards
from storage.site_settings import SiteSettingsStore


@dataclass(frozen=True, kw_only=True)
class RecalibrationRelease:
    """`counts`: slope and offset of the site's newest settings are those of this recalibration."""

    card: RecalibrationCard
    counts: bool


def list_recalibrations(s3: Any, bucket: str) -> tuple[RecalibrationRelease, ...]:
    """The recalibrations of all sites, by site, the newest first.

    Raises botocore's errors, and ValueError where a card cannot be parsed.
    """
    store = SiteSettingsStore(s3, bucket)
    releases: list[RecalibrationRelease] = []
    for site in store.list_sites():
        newest = store.read_newest(site)
        values = (newest.settings.slope, newest.settings.offset) if newest else None
        has_match = False
        for card in read_cards(s3, bucket, site):
            counts = not has_match and (card.slope, card.offset) == values
            has_match = has_match or counts
            releases.append(RecalibrationRelease(card=card, counts=counts))
    return tuple(releases)
