"""The settings of a hospital site."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from contracts.serialisation import parse


@dataclass(frozen=True, kw_only=True)
class SiteSettings:
    """`prevalence` is the share of pneumonia among the site's radiographs (0 to 1, both excluded);
    None shows the probability as calibrated on validation. `withhold_outside_age` answers
    not_assessed instead of warning where the patient is outside the ages that the model covers.
    """

    prevalence: float | None = None
    withhold_outside_age: bool = False

    def __post_init__(self) -> None:
        if self.prevalence is not None and not 0 < self.prevalence < 1:
            raise ValueError(f"prevalence is {self.prevalence}, not between 0 and 1")


def parse_sites(text: str) -> Mapping[str, SiteSettings]:
    """Site names to settings, from `{"siteNorth": {"prevalence": 0.1}}`. Raises ValueError."""
    return parse(dict[str, SiteSettings], json.loads(text))
