"""The site of the canary, whose films are of no patient: kept for a day and counted nowhere.

The canary goes a doctor's way with a synthetic film every five minutes (`canary/`).
"""

from datetime import timedelta

from contracts.access import SITE_GROUP_PATTERN

# Of the form of a site's group, so that tokens, keys and rights treat it as any other site.
CANARY_SITE = "siteCanary"
# No mail is ever sent to it: `.invalid` is no domain (RFC 2606).
CANARY_EMAIL = "canary@chest-xray.invalid"
# All ids of its films begin so, and no other: a hospital's id does by one chance in 10^15.
CANARY_ID_PREFIX = "canaryfilm"
CANARY_RETENTION = timedelta(days=1)


def is_hospital_site(group: str) -> bool:
    """Whether a group of the user pool is a site for people."""
    return SITE_GROUP_PATTERN.fullmatch(group) is not None and group != CANARY_SITE


def is_canary_film(radiograph_id: str) -> bool:
    return radiograph_id.startswith(CANARY_ID_PREFIX)
