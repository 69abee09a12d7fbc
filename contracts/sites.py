"""What a hospital site sets for itself."""

import json
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SiteSettings:
    """`prevalence` is the share of pneumonia among the site's radiographs (0 to 1, both excluded);
    None shows the probability as calibrated on validation. `withhold_outside_age` answers
    not_assessed instead of warning where the patient is outside the ages the model was made for.
    """

    prevalence: float | None = None
    withhold_outside_age: bool = False

    def __post_init__(self) -> None:
        if self.prevalence is not None and not 0 < self.prevalence < 1:
            raise ValueError(f"prevalence is {self.prevalence}, not between 0 and 1")


def parse_sites(text: str) -> Mapping[str, SiteSettings]:
    """From `{"siteNorth": {"prevalence": 0.1}}`; ValueError or TypeError where it is none."""
    return {name: SiteSettings(**settings) for name, settings in json.loads(text).items()}
