"""Reads AWS's list prices of one region from `prices.json`, each with its source and date.

The source is AWS's own list, from which `make prices` reads them where somebody has an account.
Until then it is another page with a date, or none: then the price is `unverified`.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from deploy.errors import DeployError

FILE = Path(__file__).with_name("prices.json")
# Of AWS's price list; the service and the file follow.
LIST_SOURCE = "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/"


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

    @property
    def is_from_list(self) -> bool:
        return self.source.startswith(LIST_SOURCE)


def count_from_list() -> tuple[int, int]:
    """How many prices are from AWS's list, and how many there are."""
    prices = _read_prices().values()
    return sum(price.is_from_list for price in prices), len(prices)


def find_price(name: str) -> Price:
    """Raises DeployError if the file has no such price, as for an instance type without one."""
    prices = _read_prices()
    if name not in prices:
        raise DeployError(f"deploy/prices.json has no price for {name}. Add it, with its source.")
    return prices[name]


@cache
def _read_prices() -> dict[str, Price]:
    entries = json.loads(FILE.read_text())["prices"]
    return {name: Price(**fields) for name, fields in entries.items()}
