"""The settings of a hospital site, and the versions of them that are stored, each written once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contracts.canary import CANARY_SITE
from contracts.language import format_number, gettext, mark
from contracts.limits import MAX_BLIND_SHARE, MAX_SITE_OFFSET, MAX_SITE_SLOPE, MIN_SITE_SLOPE
from contracts.serialisation import parse

FIRST_VERSION = 1
# The author of version 1, which holds the values of the deploy.
DEPLOY = "deploy"
DEPLOY_REASON = mark("The values of the deploy")


class AgePolicy(StrEnum):
    """The answer for a patient outside the ages of the model: not assessed, or with a caution."""

    WITHHOLD = "withhold"
    SHOW = "show"


@dataclass(frozen=True, kw_only=True)
class SiteSettings:
    """`prevalence` is the share of pneumonia among the site's radiographs (0 to 1, both excluded).
    For children the site's log odds are `slope` times those of the model plus `offset`, before the
    shift to the prevalence; for adults they are those of the model. A site that `requires_age` gets
    no answer about a patient of unknown age. `is_demo` marks values that no hospital has stated.
    Of the share `blind_share` of its films (0 to 0.05) doctors state their finding before they see
    the answer. A site that `allows_training` lends its reviewed films to the training of models.
    """

    prevalence: float
    slope: float = 1.0
    offset: float = 0.0
    age_policy: AgePolicy = AgePolicy.WITHHOLD
    requires_age: bool = False
    is_demo: bool = False
    blind_share: float = 0.0
    allows_training: bool = False

    def __post_init__(self) -> None:
        problem = find_problem(self.prevalence, slope=self.slope, offset=self.offset)
        if problem := problem or find_share_problem(self.blind_share):
            raise ValueError(problem)


def find_problem(prevalence: float, *, slope: float, offset: float) -> str | None:
    """A sentence about the first value outside its limits, or None."""
    if not 0 < prevalence < 1:
        return gettext("prevalence is between 0 and 1 (0 and 100 %), both excluded")
    if not MIN_SITE_SLOPE <= slope <= MAX_SITE_SLOPE:
        text = gettext("slope is {lowest} to {highest}; 1 changes nothing")
        return text.format(
            lowest=format_number(MIN_SITE_SLOPE), highest=format_number(MAX_SITE_SLOPE)
        )
    if not -MAX_SITE_OFFSET <= offset <= MAX_SITE_OFFSET:
        text = gettext("offset is -{highest} to {highest}; 0 changes nothing")
        return text.format(highest=format_number(MAX_SITE_OFFSET))
    return None


def find_share_problem(blind_share: float) -> str | None:
    """A sentence about a share of blind readings outside its limits, or None."""
    if 0 <= blind_share <= MAX_BLIND_SHARE:
        return None
    text = gettext("blind_share is 0 to {highest}; 0 asks for no blind reading")
    return text.format(highest=format_number(MAX_BLIND_SHARE))


@dataclass(frozen=True, kw_only=True)
class SettingsVersion:
    """One version of a site's settings; `number` counts from 1 without a gap, the newest counts.

    `by` is the subject of the administrator's token, the id of the operator of a command, or
    DEPLOY. A later release may add fields and values, as with facts.
    """

    site: str
    number: int
    at: str
    by: str
    reason: str
    settings: SiteSettings

    def __post_init__(self) -> None:
        if datetime.fromisoformat(self.at).tzinfo is None:
            raise ValueError("at has no time zone")


def add_canary(sites: Mapping[str, SiteSettings]) -> Mapping[str, SiteSettings]:
    """The sites of a stage with the canary's, whose settings decide about no patient."""
    return {**sites, CANARY_SITE: SiteSettings(prevalence=0.5, is_demo=True)}


def parse_sites(text: str) -> Mapping[str, SiteSettings]:
    """Site names to settings, from `{"siteNorth": {"prevalence": 0.1}}`. Raises ValueError."""
    return parse(dict[str, SiteSettings], json.loads(text))


def parse_settings_version(text: str | bytes) -> SettingsVersion:
    """Accepts what a later release may have added. Raises ValueError."""
    return parse(SettingsVersion, json.loads(text), accept_later=True)
