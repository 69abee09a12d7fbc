"""Reads AWS's list prices of one region from `prices.json`, each with its source and date.

A price for which no stored page with a date was found is `unverified`.
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


def find_price(name: str) -> Price:
    """Raises DeployError if the file has no such price, as for an instance type without one."""
    prices = _read_prices()
    if name not in prices:
        raise DeployError(f"deploy/prices.json has no price for {name}. Add it, with its source.")
    return prices[name]


@cache
def _read_prices() -> dict[str, Price]:
    entries = json.loads(_FILE.read_text())["prices"]
    return {name: Price(**fields) for name, fields in entries.items()}
