"""Reads the prices of `prices.json` anew from AWS's price list: `make prices`.

A price of the list takes the place of the one in the file, with the list as its source and the date
of its publication. What the list does not have under the names of `price_queries.json`, or has more
than once, stays as it is, and is named: without an account nobody could try the names.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from deploy.prices import FILE, LIST_SOURCE

QUERIES = Path(__file__).with_name("price_queries.json")
# A list price so many times another one is that of another unit.
_MAX_RATIO = 10
# The price list is served here for all regions.
_API_REGION = "us-east-1"
# Before the usage type, for some services also in us-east-1: EUC1-, USE1-, us-east-1-.
_REGION_PREFIX = r"([A-Z]{2,4}\d?-|[a-z]{2}(-[a-z]+)+-\d-)?"


@dataclass(frozen=True, kw_only=True)
class Query:
    """`usage_type` is a pattern of the whole usage type, without the region before it."""

    name: str
    service: str
    usage_type: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ListPrice:
    """`amount` in US dollars, of the first tier that is not free."""

    amount: Decimal
    usage_type: str
    date: str


def main() -> int:
    """Returns 0 where each price came from the list, 1 where some did not, 2 without an answer."""
    _parser().parse_args()
    document = json.loads(FILE.read_text())
    client = boto3.client("pricing", region_name=_API_REGION)
    try:
        missing = update(document, client, read_queries())
    except (BotoCoreError, ClientError) as error:
        print(f"AWS's price list cannot be read: {error}", file=sys.stderr)
        return 2
    FILE.write_text(format_document(document))
    total = len(document["prices"])
    print(f"{total - len(missing)} of {total} prices are from AWS's list.")
    for sentence in missing:
        print(sentence)
    return 1 if missing else 0


def read_queries() -> list[Query]:
    """One for each price."""
    return [
        Query(name=name, service=parts[0], usage_type=parts[1], attributes=dict(*parts[2:]))
        for name, parts in json.loads(QUERIES.read_text()).items()
    ]


def update(document: dict[str, Any], client: Any, queries: list[Query]) -> list[str]:
    """Replaces the prices that the list has; returns a sentence for each other one."""
    missing = []
    for query in queries:
        matches = set(_find_prices(client, query, region=document["region"]))
        amounts = {price.amount for price in matches}
        if len(amounts) != 1:
            kinds = ", ".join(sorted(price.usage_type for price in matches)) or "nothing"
            missing.append(f"{query.name}: {query.service} has {kinds} for {query.usage_type}.")
            continue
        price = max(matches, key=lambda each: each.date)
        before = document["prices"][query.name]["amount"]
        if not 1 / _MAX_RATIO < float(price.amount) / before < _MAX_RATIO:
            missing.append(
                f"{query.name}: {price.usage_type} has {price.amount}, which is far from {before}: "
                "see whether it is of the same unit."
            )
            continue
        document["prices"][query.name] = {
            "amount": float(price.amount),
            "unit": document["prices"][query.name]["unit"],
            "source": f"{LIST_SOURCE}{query.service}/current/index.json",
            "date": price.date,
        }
    return missing


def format_document(document: Mapping[str, Any]) -> str:
    """One line for each price."""
    prices = [f"    {json.dumps(n)}: {json.dumps(p)}" for n, p in document["prices"].items()]
    head = [f'  "{name}": "{document[name]}",' for name in ("region", "currency")]
    body = ",\n".join(prices)
    return "\n".join(["{", *head, '  "prices": {', body, "  }", "}", ""])


def _find_prices(client: Any, query: Query, *, region: str) -> Iterator[ListPrice]:
    """The prices on demand of all products that the query names."""
    # Traffic out of a region is listed by where it comes from.
    place = "fromRegionCode" if query.service == "AWSDataTransfer" else "regionCode"
    attributes = {place: region, **query.attributes}
    filters = [
        {"Type": "TERM_MATCH", "Field": name, "Value": value} for name, value in attributes.items()
    ]
    pages = client.get_paginator("get_products").paginate(
        ServiceCode=query.service, Filters=filters, FormatVersion="aws_v1"
    )
    pattern = re.compile(_REGION_PREFIX + f"({query.usage_type})")
    for page in pages:
        for text in page["PriceList"]:
            product = json.loads(text)
            usage_type = product["product"]["attributes"].get("usagetype", "")
            if pattern.fullmatch(usage_type):
                yield from _list_tiers(product, usage_type)


def _list_tiers(product: Mapping[str, Any], usage_type: str) -> Iterator[ListPrice]:
    """The first tier that costs something: the file has no free tiers and no discounts."""
    for term in product["terms"].get("OnDemand", {}).values():
        tiers = sorted(
            term["priceDimensions"].values(), key=lambda tier: Decimal(tier.get("beginRange", "0"))
        )
        amounts = [Decimal(tier["pricePerUnit"]["USD"]) for tier in tiers]
        if amount := next((each for each in amounts if each), None):
            date = product["publicationDate"][:10]
            yield ListPrice(amount=amount, usage_type=usage_type, date=date)


def _parser() -> argparse.ArgumentParser:
    return argparse.ArgumentParser(prog="python -m deploy.price_list", description=__doc__)


if __name__ == "__main__":
    sys.exit(main())
