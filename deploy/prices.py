"""What AWS asks, from `prices.json`: list prices of one region, each with where and when it stood.

A price that no stored page with a date names is `unverified`; nobody's own agreement is here.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from deploy.errors import DeployError

_FILE = Path(__file__).with_name("prices.json")


@dataclass(frozen=True, kw_only=True)
class Price:
    """`amount` in US dollars for one `unit`."""

    amount: float
    unit: str
    source: str = ""
    date: str = ""
    unverified: bool = False

    def __post_init__(self) -> None:
        if self.unverified == bool(self.source and self.date):
            raise ValueError("a price has a source and its date, or is marked unverified")


def price(name: str) -> Price:
    """Raises DeployError where the file has none, as for an instance type that nobody priced."""
    known = _prices()
    if name not in known:
        raise DeployError(f"deploy/prices.json has no price for {name}. Add it, with its source.")
    return known[name]


@cache
def _prices() -> dict[str, Price]:
    written = json.loads(_FILE.read_text())["prices"]
    return {name: Price(**fields) for name, fields in written.items()}
